package events_test

import (
	"encoding/json"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"function/shared/events"
	"function/shared/todo"
)

// plainly seals nothing, in the form of a JWE.
type plainly struct{}

func (plainly) SealForEvent(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	return "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAAAAAAAAAAAAAA." + text + ".AAAAAAAAAAAAAAAAAAAAAA", nil
}

func someEvent() todo.Event {
	const id = "01890000-0000-7000-8000-00000000000"
	at := time.Date(2026, time.January, 5, 8, 0, 0, 123456000, time.FixedZone("", 3600))
	return todo.Event{
		ID: id + "1", Kind: todo.EventReminderDue, At: at, Actor: todo.ActorReminders, ChangeSet: id + "2", Channel: "email", Detail: "why \"quoted\" <&>",
		Task: todo.Task{
			ID: id + "3", Owner: "ada/\u00fc \"x\"", Version: 42, Priority: todo.PriorityHigh, SeriesID: id + "4", Title: "cGF5", Description: "cmVudA", Tags: []string{"aG9tZQ"},
			Due: &todo.Due{Local: "2026-01-05T09:00:00", Zone: "Europe/Berlin", At: at},
		},
		Reminder: &todo.Reminder{ID: id + "5", At: at.Add(-time.Minute)},
	}
}

// The SDK reads what is written here as the event that it is, and it fits its schema.
func TestAnEncodedEventIsACloudEventInStructuredMode(t *testing.T) {
	t.Parallel()
	e := someEvent()
	raw, err := events.Encode(t.Context(), e, "/nudge/reminders", plainly{})
	require.NoError(t, err)
	var got cloudevents.Event
	require.NoError(t, json.Unmarshal(raw, &got))
	require.NoError(t, got.Validate())

	want := cloudevents.New()
	want.SetID(e.ID)
	want.SetSource("/nudge/reminders")
	want.SetType("dev.nudge.reminder.due.v1")
	want.SetSubject("tasks/" + e.Task.ID)
	want.SetTime(e.At)
	want.SetDataSchema(got.DataSchema())
	for name, value := range map[string]string{
		"partitionkey": e.Task.Owner, "sequence": "42", "actor": "reminders", "changeset": e.ChangeSet, "channel": "email", "reason": e.Detail,
		"reminder": e.Reminder.ID, "remindat": "2026-01-05T06:59:00.123456Z",
	} {
		want.SetExtension(name, value)
	}
	require.NoError(t, want.SetData(cloudevents.ApplicationJSON, json.RawMessage(got.Data())))
	require.Equal(t, want.String(), got.String())
	require.Contains(t, got.DataSchema(), got.Type())

	n, err := events.Decode(got)
	require.NoError(t, err, "it fits its schema")
	require.Equal(t, []any{e.Task.Owner, e.Task.ID, e.Task.Version, e.Reminder.ID}, []any{n.Owner, n.TaskID, n.TaskVersion, n.ReminderID})
	require.True(t, e.At.Equal(n.At) && e.Reminder.At.Equal(n.RemindAt))
	require.Equal(t, "2026-01-05T07:00:00Z", n.Data.Payload.DueDate)
	require.Len(t, n.Data.Payload.Tags, 1)
}

// What an event does not have is absent: an empty attribute is not one.
func TestAnEncodedEventHasNoEmptyAttributes(t *testing.T) {
	t.Parallel()
	raw, err := events.Encode(t.Context(), todo.Event{ID: "1", Kind: todo.EventTaskCreated, Actor: todo.ActorPerson, At: time.Unix(0, 0), Task: todo.Task{ID: "2", Owner: "ada", Version: 1, Priority: todo.PriorityLow}}, "/nudge/tasks", plainly{})
	require.NoError(t, err)
	var members map[string]any
	require.NoError(t, json.Unmarshal(raw, &members))
	require.Len(t, members, 12, "%v", members)
	for name, value := range members {
		require.NotEmpty(t, value, name)
	}
}

// A pattern with its gaps filled is the event.
func TestAPatternIsTheEventWithoutWhatDiffers(t *testing.T) {
	t.Parallel()
	e := someEvent()
	e.ChangeSet, e.Channel, e.Detail = "", "", ""
	want, err := events.Encode(t.Context(), e, "/nudge/reminders", plainly{})
	require.NoError(t, err)
	told, err := events.Tell(e.Task, plainly{})
	require.NoError(t, err)
	owner, err := json.Marshal(e.Task.Owner)
	require.NoError(t, err)
	pattern := events.Pattern(t.Context(), e.At, e.Actor, "/nudge/reminders")
	require.Len(t, pattern, 10)
	got := pattern[0]
	for i, value := range []string{e.ID, e.Task.ID, string(owner), "42", e.Reminder.ID, "2026-01-05T06:59:00.123456Z", e.Task.ID, string(owner), told} {
		got += value + pattern[i+1]
	}
	require.JSONEq(t, string(want), got)
}

func BenchmarkEncode(b *testing.B) {
	e := someEvent()
	for b.Loop() {
		_, _ = events.Encode(b.Context(), e, "/nudge/reminders", plainly{})
	}
}
