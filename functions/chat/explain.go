package chat

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/language"
	"function/shared/language/civil"
	"function/shared/quickadd"
	"function/shared/todo"
)

// operations adds what the chat offers to the HTTP API.
func operations(api huma.API, h *host.Host) {
	e := &explainer{h}
	huma.Register(api, huma.Operation{
		OperationID: "explain-text", Method: http.MethodGet, Path: "/api/language/explain", Tags: []string{"language"},
		Summary: "How a text is understood, with the reasons; changes nothing",
	}, e.explain)
}

type explainer struct{ *host.Host }

type explainInput struct {
	Text     string `query:"text" required:"true" minLength:"1" doc:"What a person might write, at most 4096 bytes"`
	Language string `query:"language" maxLength:"35" doc:"A BCP 47 tag; the person's own if empty"`
}

type explainOutput struct{ Body explanation }

// explanation is every reading of a text, for the person's zone and week, at this moment.
type explanation struct {
	Text        string          `json:"text"`
	Now         string          `json:"now" doc:"The local time that it was read at"`
	Language    string          `json:"language"`
	Acts        []explainedAct  `json:"acts" nullable:"false"`
	Dates       []explainedWhen `json:"dates" nullable:"false"`
	Recurrences []explainedRule `json:"recurrences" nullable:"false"`
	Report      string          `json:"report" doc:"The new tasks and dates in the text with their traces, as lines for people"`
}

// Reading is what every reading carries: where, how sure, what was guessed, and why. It is
// exported because huma reads no other embedded fields.
type Reading struct {
	Text       string   `json:"text" doc:"The part of the text that it is about"`
	Start      int      `json:"start" doc:"In bytes"`
	End        int      `json:"end" doc:"In bytes, exclusive"`
	Confidence float64  `json:"confidence"`
	Assumed    []string `json:"assumed" nullable:"false"`
	Why        []string `json:"why" nullable:"false" doc:"The rules applied, innermost first"`
}

type explainedAct struct {
	Reading
	Intent string   `json:"intent"`
	Wide   bool     `json:"wide" doc:"It would be shown first and wait for a yes"`
	Titles []string `json:"titles" nullable:"false" doc:"Of the tasks that it would add"`
	Words  string   `json:"words,omitempty" doc:"The piece of a title that it looks for"`
}

type explainedWhen struct {
	Reading
	From     string `json:"from" doc:"Local date, or date and time"`
	Until    string `json:"until,omitempty"`
	Relation string `json:"relation,omitempty"`
	Zone     string `json:"zone,omitempty"`
}

type explainedRule struct {
	Reading
	RRULE          string `json:"rrule"`
	FromCompletion bool   `json:"from_completion"`
}

func (e *explainer) explain(ctx context.Context, in *explainInput) (*explainOutput, error) {
	prefs, err := e.Todo.Preferences(ctx, httpapi.Owner(ctx))
	if err != nil {
		return nil, httpapi.Fail(ctx, e.Log, err)
	}
	if in.Language != "" {
		prefs.Language = in.Language
	}
	c := quickadd.For(prefs, e.Now()).Context()
	u, err := language.Understand(in.Text, c, language.Focus{})
	switch {
	case errors.Is(err, language.ErrTooLong):
		return nil, httpapi.Fail(ctx, e.Log, todo.Invalid("/text", "at most %d bytes", language.MaxInput))
	case errors.Is(err, language.ErrEmpty):
		return nil, httpapi.Fail(ctx, e.Log, todo.Invalid("/text", "there is nothing in it"))
	case err != nil:
		return nil, httpapi.Fail(ctx, e.Log, err)
	}
	return &explainOutput{explanationOf(in.Text, c, u)}, nil
}

func explanationOf(text string, c language.Context, u language.Understanding) explanation {
	x := explanation{
		Text: text, Now: c.Now.Format("2006-01-02T15:04:05"), Language: u.Language, Report: language.Explain(text, c),
		Acts: []explainedAct{}, Dates: []explainedWhen{}, Recurrences: []explainedRule{},
	}
	for _, a := range u.Acts {
		act := explainedAct{Reading: readingOf(text, a.Span, a.Confidence, a.Assumed, a.Why.Lines()), Intent: string(a.Intent), Wide: a.Wide, Titles: []string{}, Words: a.Target.Words}
		for _, d := range a.Drafts {
			act.Titles = append(act.Titles, d.Title)
		}
		x.Acts = append(x.Acts, act)
	}
	for _, w := range language.Dates(text, c) {
		when := explainedWhen{Reading: readingOf(text, w.Span, w.Confidence, w.Assumed, w.Why.Lines()), From: local(w.Start, w.HasTime), Relation: string(w.Relation), Zone: w.Zone}
		if w.End != nil {
			when.Until = local(*w.End, w.HasTime)
		}
		x.Dates = append(x.Dates, when)
	}
	for _, r := range language.Recurrences(text, c) {
		x.Recurrences = append(x.Recurrences, explainedRule{readingOf(text, r.Span, r.Confidence, r.Assumed, r.Why.Lines()), r.RRULE, r.FromCompletion})
	}
	return x
}

func readingOf(text string, span language.Span, confidence float64, assumed, why []string) Reading {
	r := Reading{Start: min(max(span.Start, 0), len(text)), Confidence: confidence, Assumed: append([]string{}, assumed...), Why: append([]string{}, why...)}
	r.End = min(max(span.End, r.Start), len(text))
	r.Text = text[r.Start:r.End]
	return r
}

func local(at civil.DateTime, timed bool) string {
	if timed {
		return at.String()
	}
	return at.String()[:len(time.DateOnly)]
}
