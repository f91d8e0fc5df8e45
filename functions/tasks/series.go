package tasks

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/httpapi"
	"function/shared/occurrence"
	"function/shared/quickadd"
	"function/shared/todo"
)

func (t *tasks) seriesOperations(api huma.API) {
	tag := func(op huma.Operation) huma.Operation { op.Tags = []string{"series"}; return op }
	huma.Register(api, tag(huma.Operation{OperationID: "list-occurrences", Metadata: httpapi.Replicated, Method: http.MethodGet, Path: "/api/series/{id}/occurrences", Summary: "When a series comes: its occurrences, and the slots to come"}), t.occurrences)
	huma.Register(api, tag(huma.Operation{OperationID: "preview-recurrence", Method: http.MethodPost, Path: "/api/recurrence/preview", Summary: "When a rule would come, said in words or as RFC 5545 has it"}), t.previewRecurrence)
	huma.Register(api, tag(huma.Operation{OperationID: "skip-occurrence", Metadata: httpapi.Refuses(todo.CodeNotPossible), Method: http.MethodPost, Path: "/api/tasks/{id}/skip", Summary: "Leave this occurrence out: the task moves on to the next slot"}), t.move(t.Todo.Skip))
	huma.Register(api, tag(huma.Operation{OperationID: "pause-series", Metadata: httpapi.Refuses(todo.CodeNotPossible), Method: http.MethodPost, Path: "/api/tasks/{id}/pause", Summary: "Let the series rest for a while"}), t.pause)
	huma.Register(api, tag(huma.Operation{OperationID: "resume-series", Metadata: httpapi.Refuses(todo.CodeNotPossible), Method: http.MethodPost, Path: "/api/tasks/{id}/resume", Summary: "End the rest of a series today, and what it is yet to have"}), t.move(t.resume))
}

// maxPreview bounds how many slots one answer shows.
const maxPreview = 200

type occurrencesInput struct {
	PathID
	From  string `query:"from" format:"date" doc:"Local date; today if absent"`
	To    string `query:"to" format:"date" doc:"Local date, the last that is shown; a year after from if absent"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type slotBody struct {
	Slot   string    `json:"slot" doc:"Local date or date-time that the rule gives"`
	At     time.Time `json:"at"`
	TaskID string    `json:"task_id,omitempty" format:"uuid" doc:"The occurrence, where there is one already"`
	Status string    `json:"status" enum:"open,completed,trashed,to come"`
}

type slotsOutput struct {
	Body struct {
		RRule string     `json:"rrule"`
		Text  string     `json:"text" doc:"The rule in words"`
		Zone  string     `json:"zone"`
		Data  []slotBody `json:"data" nullable:"false"`
	}
}

func (t *tasks) occurrences(ctx context.Context, in *occurrencesInput) (*slotsOutput, error) {
	out, err := t.slotsOf(ctx, in)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	return out, nil
}

func (t *tasks) slotsOf(ctx context.Context, in *occurrencesInput) (*slotsOutput, error) {
	made, err := t.made(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if len(made) == 0 {
		return nil, todo.Errorf(todo.CodeNotFound, "there is no such series")
	}
	series := *made[0].Series
	from, until, err := t.stretch(in, series.Zone)
	if err != nil {
		return nil, err
	}
	out := showSeries(series, "")
	last := ""
	for _, d := range made {
		last = max(last, d.Slot)
		at, err := t.Todo.Calendar.At(d.Slot, series.Zone)
		if err != nil {
			return nil, err
		}
		if !at.Before(from) && at.Before(until) && len(out.Body.Data) < in.Limit {
			out.Body.Data = append(out.Body.Data, slotBody{Slot: d.Slot, At: at, TaskID: d.ID, Status: statusOf(d)})
		}
	}
	if series.EndedAt != nil || series.FromCompletion {
		return out, nil
	}
	slots, err := t.Todo.Calendar.Between(series, from, until, maxPreview)
	if err != nil {
		return nil, err
	}
	for _, s := range slots {
		if s.Local > last && len(out.Body.Data) < in.Limit {
			out.Body.Data = append(out.Body.Data, slotBody{Slot: s.Local, At: s.At, Status: "to come"})
		}
	}
	return out, nil
}

// made gives the occurrences of a series that there are, by their slots.
func (t *tasks) made(ctx context.Context, seriesID string) ([]todo.Details, error) {
	all, err := t.Store.Occurrences(ctx, httpapi.Owner(ctx), seriesID)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(all))
	for _, o := range all {
		ids = append(ids, o.ID)
	}
	list, err := t.Store.Tasks(ctx, httpapi.Owner(ctx), ids)
	slices.SortFunc(list, func(a, b todo.Details) int { return strings.Compare(a.Slot, b.Slot) })
	return list, err
}

func statusOf(d todo.Details) string {
	if d.Trashed() {
		return "trashed"
	}
	return string(d.Status)
}

// stretch is from the first instant of one local date to the last of another.
func (t *tasks) stretch(in *occurrencesInput, zone string) (from, until time.Time, err error) {
	location, err := occurrence.Zone(zone)
	if err != nil {
		return from, until, err
	}
	first := in.From
	if first == "" {
		first = t.Now().In(location).Format(time.DateOnly)
	}
	day, err := time.Parse(time.DateOnly, first)
	if err != nil {
		return from, until, todo.Invalid("/from", "is no date, such as 2026-12-01")
	}
	end := day.AddDate(1, 0, 0)
	if in.To != "" {
		if end, err = time.Parse(time.DateOnly, in.To); err != nil || end.Before(day) {
			return from, until, todo.Invalid("/to", "must be a date that is not before from")
		}
		end = end.AddDate(0, 0, 1)
	}
	if from, err = t.Todo.Calendar.At(first, zone); err != nil {
		return from, until, err
	}
	until, err = t.Todo.Calendar.At(end.Format(time.DateOnly), zone)
	return from, until, err
}

func showSeries(s todo.Series, language string) *slotsOutput {
	out := &slotsOutput{}
	out.Body.RRule, out.Body.Zone, out.Body.Text, out.Body.Data = s.Rule, s.Zone, inWords(s, language), []slotBody{}
	return out
}

type previewInput struct {
	Locale
	TimeZone string `header:"Time-Zone" doc:"IANA time zone to read words in, for a person who has none set"`
	Body     struct {
		Text       string         `json:"text,omitempty" maxLength:"500" doc:"The rule in words: every other tuesday at 9"`
		Recurrence *newRecurrence `json:"recurrence,omitempty" doc:"Or in parts"`
		Due        *newDue        `json:"due,omitempty" doc:"Where a rule said in parts starts; today if absent"`
		Limit      int            `json:"limit,omitempty" minimum:"1" maximum:"200" doc:"5 if absent"`
	}
}

func (t *tasks) previewRecurrence(ctx context.Context, in *previewInput) (*slotsOutput, error) {
	out, err := t.previewed(ctx, in)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	return out, nil
}

// previewed makes the task that would be made, and writes nothing.
func (t *tasks) previewed(ctx context.Context, in *previewInput) (*slotsOutput, error) {
	if (strings.TrimSpace(in.Body.Text) == "") == (in.Body.Recurrence == nil) {
		return nil, todo.Invalid("/text", "say the rule either in words or in parts, not both")
	}
	wanted := todo.NewTask{Title: "preview", Due: in.Body.Due.domain(), Recurrence: in.Body.Recurrence.domain()}
	if in.Body.Recurrence == nil {
		prefs, err := t.Store.Preferences(ctx, httpapi.Owner(ctx))
		if err != nil {
			return nil, err
		}
		read, err := quickadd.Parse("preview "+in.Body.Text, inZone(prefs, in.TimeZone), t.Now())
		if err != nil {
			return nil, err
		}
		if len(read) != 1 || read[0].Recurrence == nil {
			return nil, todo.Invalid("/text", "no repetition is understood in it")
		}
		wanted = read[0]
	}
	result, err := t.Todo.Create(ctx, t.act(ctx, Preview{DryRun: true}), wanted)
	if err != nil {
		return nil, err
	}
	series := *result.First().Series
	most := in.Body.Limit
	if most == 0 {
		most = 5
	}
	first := result.First().Due.At
	slots, err := t.Todo.Calendar.Between(series, first, first.AddDate(200, 0, 0), most)
	if err != nil {
		return nil, err
	}
	out := showSeries(series, in.language())
	for _, s := range slots {
		out.Body.Data = append(out.Body.Data, slotBody{Slot: s.Local, At: s.At, Status: "to come"})
	}
	return out, nil
}

func (t *tasks) resume(ctx context.Context, act todo.Act, targets ...todo.Target) (todo.Result, error) {
	return t.Todo.Resume(ctx, act, targets[0])
}

type pauseInput struct {
	Locale
	Preview
	PathID
	httpapi.Precondition
	Body struct {
		From  string `json:"from,omitempty" format:"date" doc:"The first local date on which it rests; today if absent, what is overdue rests as well"`
		Until string `json:"until" format:"date" doc:"The first local date on which it goes on"`
	}
}

func (t *tasks) pause(ctx context.Context, in *pauseInput) (*written, error) {
	rest := todo.Pause{From: in.Body.From, Until: in.Body.Until}
	return t.move(func(ctx context.Context, act todo.Act, targets ...todo.Target) (todo.Result, error) {
		return t.Todo.Pause(ctx, act, targets[0], rest)
	})(ctx, &versioned{in.Locale, in.Preview, in.PathID, in.Precondition})
}
