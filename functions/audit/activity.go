package audit

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/chain"
	"function/shared/events"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/postgres"
	"function/shared/todo"
)

const verifyPage = 500

func operations(api huma.API, h *host.Host) {
	a := &activity{h}
	tags := []string{"activity"}
	huma.Register(api, huma.Operation{OperationID: "list-activity", Method: http.MethodGet, Path: "/api/activity", Summary: "What happened, newest first, from the audit chain", Tags: tags}, a.list)
	huma.Register(api, huma.Operation{OperationID: "verify-activity", Method: http.MethodGet, Path: "/api/activity/verification", Summary: "Compute the whole audit chain anew", Tags: tags}, a.verify)
}

type activity struct{ *host.Host }

// activityEntry is one line of a person's activity.
type activityEntry struct {
	Seq          int64  `json:"seq"`
	At           string `json:"at" format:"date-time"`
	Type         string `json:"type" doc:"task.created, reminder.due, …"`
	Actor        string `json:"actor" doc:"Who did it: person, assistant, recurrence, reminders, notifications"`
	TaskID       string `json:"task_id,omitempty"`
	Title        string `json:"title,omitempty"`
	Channel      string `json:"channel,omitempty" doc:"Of a notification"`
	ChangeSet    string `json:"change_set,omitempty"`
	Undoable     bool   `json:"undoable"`
	EventID      string `json:"event_id"`
	Hash         string `json:"hash"`
	PreviousHash string `json:"previous_hash"`
}

type listInput struct {
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After string `query:"after" maxLength:"20" doc:"The after of the page before"`
}

type activityPage struct {
	Data    []activityEntry `json:"data" nullable:"false"`
	HasMore bool            `json:"has_more"`
	After   string          `json:"after,omitempty"`
}

type listOutput struct{ Body activityPage }

func (a *activity) list(ctx context.Context, in *listInput) (*listOutput, error) {
	out, err := a.page(ctx, in)
	return out, httpapi.Fail(ctx, a.Log, err)
}

func (a *activity) page(ctx context.Context, in *listInput) (*listOutput, error) {
	owner, before := httpapi.Owner(ctx), int64(0)
	if in.After != "" {
		var err error
		if before, err = strconv.ParseInt(in.After, 10, 64); err != nil || before < 1 {
			return nil, todo.Invalid("/after", "is no cursor of this list")
		}
	}
	// One more than the page: it has the hash before the page's last, and tells whether there is more.
	links, err := a.Store.Audit(ctx, owner, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Data, out.Body.HasMore = []activityEntry{}, len(links) > in.Limit
	for i, link := range links[:min(len(links), in.Limit)] {
		e, err := a.read(ctx, owner, link)
		if err != nil {
			return nil, err
		}
		if i+1 < len(links) {
			e.PreviousHash = hex.EncodeToString(links[i+1].Hash)
		}
		out.Body.Data = append(out.Body.Data, e)
	}
	if out.Body.HasMore {
		out.Body.After = strconv.FormatInt(links[in.Limit-1].Seq, 10)
	}
	return out, a.markUndoable(ctx, owner, out.Body.Data)
}

// markUndoable says which entries a person can undo: those of change sets that stand.
// What a completion led to is undone with the completion.
func (a *activity) markUndoable(ctx context.Context, owner string, entries []activityEntry) error {
	var sets []string
	for _, e := range entries {
		if e.ChangeSet != "" {
			sets = append(sets, e.ChangeSet)
		}
	}
	open, err := a.Store.OpenChangeSets(ctx, owner, sets)
	for i := range entries {
		entries[i].Undoable = open[entries[i].ChangeSet] && entries[i].Actor != string(todo.ActorRecurrence)
	}
	return err
}

func (a *activity) read(ctx context.Context, owner string, link postgres.AuditEntry) (activityEntry, error) {
	kept, err := chain.Parse(link.Entry)
	if err != nil {
		return activityEntry{}, err
	}
	var data events.Data
	if err := json.Unmarshal(kept.Data, &data); err != nil {
		return activityEntry{}, err
	}
	title, err := a.Store.OpenText(ctx, owner, data.Payload.Title)
	if err != nil {
		return activityEntry{}, err
	}
	return activityEntry{
		Seq: link.Seq, At: kept.Time, Type: strings.TrimSuffix(strings.TrimPrefix(kept.Type, events.Prefix), events.Suffix), Actor: kept.Actor,
		TaskID: kept.TaskID, Title: title, Channel: kept.Channel, ChangeSet: kept.ChangeSet, EventID: kept.ID,
		Hash: hex.EncodeToString(link.Hash),
	}, nil
}

type verification struct {
	OK       bool   `json:"ok"`
	Count    int64  `json:"count" doc:"Entries that are as they were written"`
	Head     string `json:"head" doc:"Hash of the last of them"`
	BrokenAt int64  `json:"broken_at,omitempty"`
	Detail   string `json:"detail,omitempty"`
}

type verdict struct{ Body verification }

func (a *activity) verify(ctx context.Context, _ *struct{}) (*verdict, error) {
	owner, out := httpapi.Owner(ctx), &verdict{}
	var v chain.Verifier
	for {
		links, err := a.Store.AuditFrom(ctx, owner, v.Count, verifyPage)
		if err != nil {
			return nil, httpapi.Fail(ctx, a.Log, err)
		}
		for _, link := range links {
			if err := v.Check(link.Seq, link.Entry, link.Hash); err != nil {
				out.Body.BrokenAt, out.Body.Detail = link.Seq, err.Error()
				break
			}
		}
		if len(links) < verifyPage || out.Body.BrokenAt > 0 {
			out.Body.OK, out.Body.Count, out.Body.Head = out.Body.BrokenAt == 0, v.Count, hex.EncodeToString(v.Head)
			return out, nil
		}
	}
}
