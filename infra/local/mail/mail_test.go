package mail_test

import (
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"function/infra/local/mail"

	"github.com/stretchr/testify/require"
)

func catcher(t *testing.T) (dir, address string, caught chan mail.Letter) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "mail")
	caught = make(chan mail.Letter, 10)
	running, err := mail.Start(t.Context(), mail.Options{
		Dir: dir, Address: "127.0.0.1:0", Caught: func(l mail.Letter) { caught <- l },
		Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		running.Stop()
		require.NoError(t, running.Err())
	})
	return dir, running.Addr().String(), caught
}

const letter = "From: nudge@localhost\r\nTo: ada@example.org\r\nSubject: =?UTF-8?Q?Caf=C3=A9_<b>rent</b>=1B[31m?=\r\n\r\nDue at 9.\r\n"

func TestLetterIsKept(t *testing.T) {
	dir, address, caught := catcher(t)
	for range 2 { // in the same instant
		require.NoError(t, smtp.SendMail(address, nil, "nudge@localhost", []string{"ada@example.org"}, []byte(letter)))
		got := <-caught
		require.Equal(t, []string{"ada@example.org"}, got.To)
		require.Equal(t, "Café <b>rent</b>[31m", got.Subject)
		text, err := os.ReadFile(got.File)
		require.NoError(t, err)
		require.Equal(t, letter, string(text))
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 2)
}

func TestBox(t *testing.T) {
	dir, address, caught := catcher(t)
	require.NoError(t, smtp.SendMail(address, nil, "nudge@localhost", []string{"ada@example.org"}, []byte(letter)))
	got := <-caught
	require.NoError(t, os.WriteFile(filepath.Join(dir, "0000.eml"), []byte("no letter at all"), 0o600))
	ask := func(path string) (int, string) {
		answer := httptest.NewRecorder()
		mail.Box(dir).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		return answer.Code, answer.Body.String()
	}
	status, list := ask("/")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, list, "Café &lt;b&gt;rent")
	require.Contains(t, list, "(no subject)")
	status, text := ask("/" + filepath.Base(got.File))
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, letter, text)
	for _, path := range []string{"/gone.eml", "/..%2f..%2fgo.mod", "/%2e%2e.eml"} {
		status, _ = ask(path)
		require.Equal(t, http.StatusNotFound, status, path)
	}
}

func TestTooLargeIsRefusedAndLeavesNothing(t *testing.T) {
	dir, address, _ := catcher(t)
	err := smtp.SendMail(address, nil, "nudge@localhost", []string{"ada@example.org"}, []byte(letter+strings.Repeat("x\r\n", mail.MaxBytes/3)))
	require.ErrorContains(t, err, "552")
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, files)
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := mail.Start(t.Context(), mail.Options{Dir: filepath.Join(file, "mail"), Address: "127.0.0.1:0", Now: time.Now})
	require.ErrorContains(t, err, "make the folder for mail")
}
