package acceptance_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"function/infra/local/stack"
)

// person is somebody who signed up, with the token that a page would hold.
type person struct {
	base  string
	token string
	email string
}

// signUp makes a new person in the stack that all tests share.
func signUp(t testing.TB) *person {
	t.Helper()
	return signUpAt(t, theStack(t))
}

// signUpAt makes a new person through Better Auth, as the page does.
func signUpAt(t testing.TB, status stack.Status) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar, Timeout: 10 * time.Second}
	p := &person{base: status.Address, email: "someone-" + uuid.NewString()[:8] + "@example.test"}
	body := fmt.Sprintf(`{"name":"Someone","email":%q,"password":"correct horse battery"}`, p.email)
	// Sign-ups are limited per address, so each person comes from one of their own: we
	// stand where the gateway does, whose X-Forwarded-For the server believes.
	signIn := status.Services["auth"].Address
	from := fmt.Sprintf("10.%d.%d.%d", rand.N(256), rand.N(256), rand.N(256))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, signIn+"/api/auth/sign-up/email", strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", p.base)
	request.Header.Set("X-Forwarded-For", from)
	response, err := client.Do(request)
	require.NoError(t, err)
	text, _ := io.ReadAll(response.Body)
	_ = response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode, string(text))
	request, err = http.NewRequestWithContext(t.Context(), http.MethodGet, signIn+"/api/auth/token", nil)
	require.NoError(t, err)
	request.Header.Set("X-Forwarded-For", from)
	response, err = client.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	var out struct{ Token string }
	require.NoError(t, json.NewDecoder(response.Body).Decode(&out))
	require.NotEmpty(t, out.Token)
	p.token = out.Token
	return p
}

// answer is a response, read whole.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) into(t testing.TB, value any) {
	t.Helper()
	require.NoError(t, json.Unmarshal(a.body, value), string(a.body))
}

// problem is the body of a refusal.
type problem struct {
	Type, Title, Detail string
	Status              int
	Errors              []struct{ Pointer, Detail string }
}

// task is what the tests look at of a task.
type task struct {
	ID, Title, Status, Priority string
	Due                         *struct{ Date, Time, Zone string }
	Tags                        []string
	Recurrence                  *struct{ RRule, Text, Slot string }
	Reminders                   []struct{ At, Before, State string }
	Version                     int64
}

// do sends a request; headers come in pairs.
func (p *person) do(t testing.TB, method, path, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, p.base+path, strings.NewReader(body))
	require.NoError(t, err)
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return answer{response.StatusCode, response.Header, text}
}

// add makes a task from a JSON body.
func (p *person) add(t testing.TB, body string) task {
	t.Helper()
	a := p.do(t, http.MethodPost, "/api/tasks", body)
	require.Equal(t, http.StatusCreated, a.status, string(a.body))
	var made task
	a.into(t, &made)
	return made
}

func (p *person) list(t testing.TB, view string) []task {
	t.Helper()
	a := p.do(t, http.MethodGet, "/api/tasks?view="+view, "")
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	var out struct{ Data []task }
	a.into(t, &out)
	return out.Data
}

func (p *person) complete(t testing.TB, x task) answer {
	t.Helper()
	a := p.do(t, http.MethodPost, "/api/tasks/"+x.ID+"/complete", "", "If-Match", fmt.Sprintf(`"%d"`, x.Version))
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	return a
}

// event is one server-sent event, with the instant it arrived.
type event struct {
	Name string
	Data []byte
	At   time.Time
}

// live opens the stream of changes; it is there when live returns.
func (p *person) live(t testing.TB) <-chan event {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+"/api/live", nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+p.token)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode)
	reader := bufio.NewReader(response.Body)
	_, err = reader.ReadString('\n') // the first line comes when the stream listens
	require.NoError(t, err)
	events := make(chan event, 1024)
	go func() {
		defer func() { _ = response.Body.Close() }()
		defer close(events)
		var e event
		for {
			line, err := reader.ReadString('\n')
			if err != nil {
				return
			}
			line = strings.TrimRight(line, "\n")
			switch {
			case strings.HasPrefix(line, "event: "):
				e.Name = line[len("event: "):]
			case strings.HasPrefix(line, "data: "):
				e.Data = []byte(line[len("data: "):])
			case line == "" && e.Name != "":
				e.At = time.Now()
				events <- e
				e = event{}
			}
		}
	}()
	return events
}

// await takes events until one is the one that is waited for.
func await(t testing.TB, events <-chan event, limit time.Duration, what string, wanted func(event) bool) event {
	t.Helper()
	deadline := time.After(limit)
	for {
		select {
		case e, ok := <-events:
			if !ok {
				t.Fatalf("the stream ended before %s", what)
			}
			if wanted(e) {
				return e
			}
		case <-deadline:
			t.Fatalf("no %s within %s", what, limit)
		}
	}
}

// eventually asks until the answer is yes.
func eventually(t testing.TB, limit time.Duration, what string, yes func() bool) {
	t.Helper()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !yes() {
		select {
		case <-deadline.C:
			t.Fatalf("%s: not within %s", what, limit)
		case <-tick.C:
		}
	}
}

// say sends a chat message in a new conversation and gives the stream's text.
func (p *person) say(t testing.TB, message string) string {
	t.Helper()
	text, err := json.Marshal(message)
	require.NoError(t, err)
	body := fmt.Sprintf(`{"type":"threads.create","params":{"input":{"content":[{"type":"input_text","text":%s}],"attachments":[],"inference_options":{}}}}`, text)
	a := p.do(t, http.MethodPost, "/chatkit", body, "Time-Zone", "Europe/Paris", "Accept", "text/event-stream")
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	require.Contains(t, a.header.Get("Content-Type"), "text/event-stream")
	return string(bytes.TrimSpace(a.body))
}
