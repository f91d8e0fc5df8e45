package notifications

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/httpapi"
	"function/shared/language"
	"function/shared/live"
	"function/shared/postgres"
	"function/shared/quickadd"
	"function/shared/todo"
)

func (f *function) operations(api huma.API) {
	tag := func(op huma.Operation) huma.Operation { op.Tags = []string{"notifications"}; return op }
	huma.Register(api, tag(huma.Operation{OperationID: "list-notifications", Method: http.MethodGet, Path: "/api/notifications", Summary: "Reminders that came, newest first"}), f.list)
	huma.Register(api, tag(huma.Operation{OperationID: "read-notification", Method: http.MethodPost, Path: "/api/notifications/{id}/read", Summary: "Mark a notification as read", DefaultStatus: http.StatusNoContent}), f.read)
	huma.Register(api, tag(huma.Operation{OperationID: "acknowledge-notification", Metadata: httpapi.Refuses(todo.CodeNotPossible), Method: http.MethodPost, Path: "/api/notifications/{id}/acknowledge", Summary: "Say that it was seen: a reminder that repeats stops"}), f.acknowledge)
	huma.Register(api, tag(huma.Operation{OperationID: "snooze-notification", Metadata: httpapi.Refuses(todo.CodeNotPossible), Method: http.MethodPost, Path: "/api/notifications/{id}/snooze", Summary: "Have the reminder come again later"}), f.snooze)
	huma.Register(api, tag(huma.Operation{OperationID: "complete-notification", Metadata: httpapi.Refuses(todo.CodeNotPossible), Method: http.MethodPost, Path: "/api/notifications/{id}/complete", Summary: "Mark the notification's task as done"}), f.complete)
}

type listInput struct {
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After string `query:"after" maxLength:"36" doc:"The after of the page before"`
}

type notificationPage struct {
	Data    []live.Notification `json:"data" nullable:"false"`
	HasMore bool                `json:"has_more"`
	After   string              `json:"after,omitempty"`
}

type listOutput struct{ Body notificationPage }

func (f *function) list(ctx context.Context, in *listInput) (*listOutput, error) {
	found, err := f.Store.Notifications(ctx, httpapi.Owner(ctx), in.After, in.Limit+1)
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	out := &listOutput{}
	out.Body.Data = []live.Notification{}
	out.Body.HasMore = len(found) > in.Limit
	for _, n := range found[:min(len(found), in.Limit)] {
		out.Body.Data = append(out.Body.Data, live.Show(n))
	}
	if out.Body.HasMore {
		out.Body.After = found[in.Limit-1].ID
	}
	return out, nil
}

// PathID is the address of one thing. Embedded inputs are exported because huma reads no
// others.
type PathID struct {
	ID string `path:"id" doc:"UUID"`
}

type idInput struct{ PathID }

func (f *function) read(ctx context.Context, in *idInput) (*struct{}, error) {
	return nil, httpapi.Fail(ctx, f.Log, f.Store.ReadNotification(ctx, httpapi.Owner(ctx), in.ID, false, f.Now()))
}

// acted is the answer to an act on a notification's task.
type acted struct {
	ChangeSet string `header:"Nudge-Change-Set" doc:"What POST /api/changesets/{id}/undo takes; absent where nothing had to change"`
	Body      struct {
		ChangeSet string     `json:"change_set,omitempty"`
		Until     *time.Time `json:"until,omitempty" doc:"When a snoozed reminder comes again"`
	}
}

// act does something for a notification's task, and then marks the notification as
// acknowledged. What an act before did already is done: a button pressed twice is no error.
func (f *function) act(ctx context.Context, id string, do func(todo.Act, postgres.Notification) (todo.Result, error)) (*acted, error) {
	owner := httpapi.Owner(ctx)
	n, err := f.Store.Notification(ctx, owner, id)
	if err == nil && n.Kind != postgres.KindReminder {
		err = todo.Errorf(todo.CodeNotPossible, "it is about no single task")
	}
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	result, err := do(todo.Act{Owner: owner, Actor: todo.ActorPerson}, n)
	if err == nil {
		err = f.Store.ReadNotification(ctx, owner, id, true, f.Now())
	}
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	out := &acted{ChangeSet: result.ChangeSet.ID}
	out.Body.ChangeSet = result.ChangeSet.ID
	return out, nil
}

func (f *function) acknowledge(ctx context.Context, in *idInput) (*acted, error) {
	return f.act(ctx, in.ID, func(act todo.Act, n postgres.Notification) (todo.Result, error) {
		return f.Todo.Acknowledge(ctx, act, n.TaskID, n.ReminderID)
	})
}

func (f *function) complete(ctx context.Context, in *idInput) (*acted, error) {
	return f.act(ctx, in.ID, func(act todo.Act, n postgres.Notification) (todo.Result, error) {
		return f.Todo.Complete(ctx, act, todo.Target{ID: n.TaskID})
	})
}

type snoozeInput struct {
	PathID
	TimeZone string `header:"Time-Zone" doc:"IANA time zone to read words in, for a person who has none set"`
	Body     struct {
		Minutes int    `json:"minutes,omitempty" minimum:"1" maximum:"525600" doc:"How long from now"`
		Until   string `json:"until,omitempty" maxLength:"200" doc:"When, in words: tomorrow at 9"`
	}
}

func (f *function) snooze(ctx context.Context, in *snoozeInput) (*acted, error) {
	until, err := f.snoozedUntil(ctx, in)
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	out, err := f.act(ctx, in.ID, func(act todo.Act, n postgres.Notification) (todo.Result, error) {
		return f.Todo.Snooze(ctx, act, todo.Target{ID: n.TaskID}, until)
	})
	if err == nil {
		out.Body.Until = &until
	}
	return out, err
}

// snoozedUntil reads what the person said, in their zone.
func (f *function) snoozedUntil(ctx context.Context, in *snoozeInput) (time.Time, error) {
	minutes, phrase := in.Body.Minutes, strings.TrimSpace(in.Body.Until)
	switch {
	case (minutes == 0) == (phrase == ""):
		return time.Time{}, todo.Invalid("/minutes", "say either minutes or until")
	case minutes != 0:
		return f.Now().UTC().Add(time.Duration(minutes) * time.Minute).Truncate(time.Second), nil
	}
	prefs, err := f.Store.Preferences(ctx, httpapi.Owner(ctx))
	if err != nil {
		return time.Time{}, err
	}
	if _, err := f.Todo.Calendar.At("2000-01-01", in.TimeZone); err == nil && prefs.TimeZone == "" {
		prefs.TimeZone = in.TimeZone
	}
	reader := quickadd.For(prefs, f.Now())
	found := language.Dates(phrase, reader.Context())
	if len(found) != 1 {
		return time.Time{}, todo.Invalid("/until", "is not one time that can be understood")
	}
	return reader.Instant(found[0])
}
