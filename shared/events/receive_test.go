package events_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"function/shared/events"
	"function/shared/todo"
)

const completed = `{"event_type":"completed","task_id":"01890000-0000-7000-8000-000000000001","user_id":"ada","timestamp":"2026-01-05T08:00:00Z","version":"1.0.0",
	"payload":{"priority":"high","tags":[],"recurrence_info":{"has_recurrence":false}}}`

func post(handler http.Handler, body string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, "/events/test", strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response := httptest.NewRecorder()
	handler.ServeHTTP(response, request)
	return response
}

var binary = []string{"Content-Type", "application/json", "Ce-Specversion", "1.0", "Ce-Type", "dev.nudge.task.completed.v1", "Ce-Source", "/nudge/tasks", "Ce-Id", "1", "Ce-Sequence", "7"}

func TestBothModesOfTheHTTPBindingAreUnderstood(t *testing.T) {
	t.Parallel()
	var got []events.Notice
	handler := events.Notices(slog.New(slog.DiscardHandler), func(_ context.Context, n events.Notice) error {
		got = append(got, n)
		return nil
	})
	require.Equal(t, http.StatusNoContent, post(handler, completed, binary...).Code)
	structured := `{"specversion":"1.0","type":"dev.nudge.task.completed.v1","source":"/nudge/tasks","id":"1","sequence":"7","datacontenttype":"application/json","data":` + completed + `}`
	require.Equal(t, http.StatusNoContent, post(handler, structured, "Content-Type", "application/cloudevents+json").Code)
	require.Len(t, got, 2)
	require.Equal(t, got[0], got[1])
	require.Equal(t, "ada", got[0].Owner)
	require.EqualValues(t, 7, got[0].TaskVersion)
}

func TestMalformedAndWrongEventsAreNeverRetried(t *testing.T) {
	t.Parallel()
	handler := events.Notices(slog.New(slog.DiscardHandler), func(context.Context, events.Notice) error {
		t.Error("handled")
		return nil
	})
	for name, c := range map[string]struct {
		body    string
		headers []string
		status  int
	}{
		"no CloudEvent":        {`{}`, []string{"Content-Type", "application/json"}, 400},
		"no id":                {completed, binary[:8], 400},
		"half a structure":     {`{"specversion":"1.0"`, []string{"Content-Type", "application/cloudevents+json"}, 400},
		"not of its schema":    {`{"event_type":"completed"}`, binary, 422},
		"readable title":       {strings.Replace(completed, `"priority"`, `"title":"pay rent","priority"`, 1), binary, 422},
		"no such type":         {completed, append([]string{"Ce-Type", "dev.nudge.task.exploded.v1"}, without(binary, "Ce-Type")...), 422},
		"sequence is no count": {completed, append(append([]string{}, binary[:10]...), "Ce-Sequence", "many"), 422},
		"too large":            {strings.Repeat("x", 2<<20), binary, 413},
	} {
		response := post(handler, c.body, c.headers...)
		require.Equal(t, c.status, response.Code, "%s: %s", name, response.Body)
		require.Equal(t, "application/problem+json", response.Header().Get("Content-Type"), name)
		require.NotContains(t, response.Body.String(), "rent", "a refusal repeats nobody's text")
	}
}

func without(headers []string, name string) []string {
	var out []string
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] != name {
			out = append(out, headers[i], headers[i+1])
		}
	}
	return out
}

// The one table: what a code means to whoever delivers. Knative retries 404, 408, 409,
// 429 and 5xx and nothing else.
func TestEveryErrorEndsItsDeliveryAsTheTableSays(t *testing.T) {
	t.Parallel()
	retried := func(status int) bool {
		return status == 404 || status == 408 || status == 409 || status == 429 || status >= 500
	}
	answer := func(err error) int {
		handler := events.Receiver(slog.New(slog.DiscardHandler), func(context.Context, cloudevents.Event) error { return err })
		return post(handler, completed, binary...).Code
	}
	for _, code := range todo.Codes() {
		err := todo.Errorf(code, "because")
		switch status := answer(err); todo.OutcomeOf(err).Delivery {
		case todo.Acknowledge:
			require.Equal(t, http.StatusNoContent, status, code)
		case todo.Retry:
			require.True(t, retried(status), "%s answers %d", code, status)
		case todo.DeadLetter:
			require.False(t, retried(status) || status/100 == 2, "%s answers %d", code, status)
		}
	}
	require.True(t, retried(answer(errors.New("a defect"))))
}
