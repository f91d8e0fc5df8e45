package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/chain"
	"function/shared/events"
	"function/shared/httpapi"
	"function/shared/postgres"
	"function/shared/todo"
)

const verifyPage = 500

func (f *function) operations(api huma.API) {
	a := &activity{f}
	tags := []string{"activity"}
	huma.Register(api, huma.Operation{OperationID: "list-activity", Method: http.MethodGet, Path: "/api/activity", Summary: "What happened, newest first, from the audit chain", Tags: tags}, a.list)
	huma.Register(api, huma.Operation{OperationID: "verify-activity", Method: http.MethodGet, Path: "/api/activity/verification", Summary: "Compute the whole audit chain anew", Tags: tags}, a.verify)
	huma.Register(api, huma.Operation{
		OperationID: "export-activity", Method: http.MethodGet, Path: "/api/activity/export", Summary: "The whole audit chain with its checkpoints, for ./task audit -- verify", Tags: tags,
		Responses: map[string]*huma.Response{"200": {Description: "Newline-delimited JSON", Content: map[string]*huma.MediaType{exportType: {}}}},
	}, f.export)
	huma.Register(api, huma.Operation{
		OperationID: "get-activity-key", Method: http.MethodGet, Path: "/api/activity/key", Summary: "The public keys of the audit chain's checkpoints, as a JWK Set", Tags: tags,
		Security: []map[string][]string{{}}, // published
	}, f.keys)
}

type activity struct{ *function }

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
	out, err := a.pageOf(ctx, httpapi.Owner(ctx), in)
	return out, httpapi.Fail(ctx, a.Log, err)
}

func (a *activity) pageOf(ctx context.Context, owner string, in *listInput) (*listOutput, error) {
	before := int64(0)
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
		if link.Entry == nil { // the retention removed it and what was before
			out.Body.HasMore = false
			break
		}
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
	OK          bool   `json:"ok"`
	Count       int64  `json:"count" doc:"Entries that are as they were written"`
	Head        string `json:"head" doc:"Hash of the last of them"`
	Checkpoints int    `json:"checkpoints" doc:"Signed statements that agree with them"`
	Base        int64  `json:"base,omitempty" doc:"Entries before the first that has its text still; the checkpoint there stands for them"`
	BrokenAt    int64  `json:"broken_at,omitempty"`
	Detail      string `json:"detail,omitempty"`
}

type verdict struct{ Body verification }

func (a *activity) verify(ctx context.Context, _ *struct{}) (*verdict, error) {
	out, err := a.recompute(ctx, httpapi.Owner(ctx))
	var broken *brokenChain
	if errors.As(err, &broken) {
		out.BrokenAt, out.Detail = broken.seq, broken.reason
		_ = a.broken(ctx, httpapi.Owner(ctx), err)
		err = nil
	}
	out.OK = out.BrokenAt == 0
	return &verdict{out}, httpapi.Fail(ctx, a.Log, err)
}

// recompute goes through the whole chain, and holds its checkpoints against it.
func (a *activity) recompute(ctx context.Context, owner string) (verification, error) {
	head, err := a.Store.AuditHead(ctx, owner)
	if err != nil {
		return verification{}, err
	}
	v := chain.Verifier{Count: head.Base, Head: head.BaseHash}
	out := verification{Base: head.Base}
	points := pointer{read: func(from int64) ([]postgres.AuditCheckpoint, error) {
		return a.Store.Checkpoints(ctx, owner, from, checkpointPage)
	}, from: max(head.Base, 1)}
	agree := func() error {
		out.Count, out.Head = v.Count, hex.EncodeToString(v.Head)
		kept, err := points.next(v.Count)
		if err != nil || kept == nil || a.signer == nil {
			return err
		}
		c, err := a.open(owner, *kept)
		if err != nil {
			return err
		}
		if !v.Agrees(c) {
			return &brokenChain{v.Count, fmt.Sprintf("the checkpoint at %d has another hash", v.Count)}
		}
		out.Checkpoints++
		return nil
	}
	if err := agree(); err != nil {
		return out, err
	}
	for v.Count < head.Seq {
		links, err := a.Store.AuditFrom(ctx, owner, v.Count, verifyPage)
		if err != nil {
			return out, err
		}
		if len(links) == 0 {
			return out, &brokenChain{v.Count + 1, fmt.Sprintf("entry %d is missing", v.Count+1)}
		}
		for _, link := range links[:min(int64(len(links)), head.Seq-v.Count)] {
			if err := v.Check(link.Seq, link.Entry, link.Hash); err != nil {
				return out, &brokenChain{link.Seq, err.Error()}
			}
			if err := agree(); err != nil {
				return out, err
			}
		}
	}
	if head.Signed > head.Seq {
		return out, &brokenChain{head.Seq + 1, fmt.Sprintf("the entries from %d on are cut off: a checkpoint knows %d", head.Seq+1, head.Signed)}
	}
	if !bytes.Equal(v.Head, head.Hash) {
		return out, &brokenChain{head.Seq, "the entries do not lead to the chain's head"}
	}
	return out, nil
}
