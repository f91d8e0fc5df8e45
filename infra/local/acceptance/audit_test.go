package acceptance_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/infra/audit/verify"
)

// A person's export is proven with the published key alone, and shows what was done to it.
func TestTheExportOfAnAccountProvesItself(t *testing.T) {
	p := signUp(t)
	for _, title := range []string{"one", "two", "three"} {
		p.add(t, `{"title":"`+title+`"}`)
	}
	var verdict struct{ Count int }
	eventually(t, time.Minute, "the chain has every step", func() bool {
		p.do(t, http.MethodGet, "/api/activity/verification", "").into(t, &verdict)
		return verdict.Count == 3
	})
	published := (&person{base: p.base}).do(t, http.MethodGet, "/api/activity/key", "")
	require.Equal(t, http.StatusOK, published.status, "the key is for everybody")
	keys, err := verify.ReadKeys(published.body)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, (&person{base: p.base}).do(t, http.MethodGet, "/api/activity/export", "").status)

	export := p.do(t, http.MethodGet, "/api/activity/export", "")
	require.Equal(t, http.StatusOK, export.status, string(export.body))
	require.Equal(t, "application/x-ndjson", export.header.Get("Content-Type"))
	check := func(text []byte) verify.Report {
		report, err := verify.Export(bytes.NewReader(text), verify.Options{Keys: keys})
		require.NoError(t, err)
		return report
	}
	report := check(export.body)
	require.True(t, report.Intact(), "%v", report)
	require.EqualValues(t, 3, report.Chains[0].Count)
	require.False(t, check(bytes.Replace(export.body, []byte("task.created"), []byte("task.deleted"), 1)).Intact())
	require.False(t, check(export.body[:len(export.body)/2]).Intact())

	everybody := command(t, "audit", "export")
	all := check(everybody)
	require.True(t, all.Intact(), "%v", all)
	require.True(t, slices.ContainsFunc(all.Chains, func(c verify.Chain) bool { return c.ID == report.Chains[0].ID }))
	require.NotContains(t, string(everybody), `"three"`, "text is sealed")
}

// command runs one of the project's commands on the stack that the tests share.
func command(t *testing.T, name string, arguments ...string) []byte {
	t.Helper()
	theStack(t)
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	program := filepath.Join(t.TempDir(), name)
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./infra/"+name)
	build.Dir = root
	text, err := build.CombinedOutput()
	require.NoError(t, err, string(text))
	run := exec.CommandContext(t.Context(), program, arguments...)
	run.Env = append(os.Environ(), "NUDGE_DATA="+running.data, "DATABASE_URL=", "K_SINK=")
	var out, messages bytes.Buffer
	run.Stdout, run.Stderr = &out, &messages
	require.NoError(t, run.Run(), messages.String())
	return out.Bytes()
}

// A dead letter made by a rule that cannot be read: mended and sent again it has its
// effect, once, and sent once more it has none.
func TestADeadLetterIsSentAgainOnceItsCauseIsMended(t *testing.T) {
	status := theStack(t)
	p := signUp(t)
	made := p.add(t, `{"title":"Again","due":{"date":"2027-01-01","zone":"UTC"},"recurrence":{"rrule":"FREQ=DAILY"}}`)
	series := breakRule(t, status, made.ID)
	p.complete(t, made)
	var id string
	eventually(t, 60*time.Second, "the event is a dead letter", func() bool {
		id = letterOf(t, status, made.ID)
		return id != ""
	})
	require.Empty(t, p.list(t, "all"), "no next occurrence")
	require.Contains(t, string(command(t, "deadletters", "show", id)), "/events/recurrence")
	require.Contains(t, string(command(t, "deadletters", "list")), "dev.nudge.task.completed.v1")

	mendRule(t, status, series)
	command(t, "deadletters", "replay", id)
	eventually(t, time.Minute, "the next occurrence is there", func() bool { return len(p.list(t, "all")) == 1 })
	next := p.list(t, "all")[0]
	require.Equal(t, "2027-01-02", next.Due.Date)

	entries := func() int {
		var verdict struct{ Count int }
		p.do(t, http.MethodGet, "/api/activity/verification", "").into(t, &verdict)
		return verdict.Count
	}
	eventually(t, time.Minute, "the chain has three entries", func() bool { return entries() == 3 })
	command(t, "deadletters", "replay", id)
	marker := p.add(t, `{"title":"After the replay"}`) // behind the replayed event, in no order: both are waited for
	eventually(t, time.Minute, "the marker is in the chain", func() bool { return entries() == 4 })
	require.Len(t, p.list(t, "all"), 2, "the replay made nothing more than the marker %s", marker.ID)
	require.Equal(t, "", letterOf(t, status, made.ID), "it did not come back")
	var page struct{ Data []json.RawMessage }
	p.do(t, http.MethodGet, "/api/activity", "").into(t, &page)
	require.Len(t, page.Data, 4)
}
