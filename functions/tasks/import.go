package tasks

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"function/shared/exchange"
	"function/shared/httpapi"
	"function/shared/httpapi/idempotency"
	"function/shared/postgres"
	"function/shared/todo"
)

// importTimeout is how long a file may take to arrive.
const importTimeout = 60 * time.Second

// shownOfImport is how many of the tasks an answer names.
const shownOfImport = 200

type importInput struct {
	Locale
	Preview
	Format   string `query:"format" enum:"json,ics,todoist,vikunja" doc:"Found out from the file if absent"`
	TimeZone string `header:"Time-Zone" doc:"IANA time zone to read times in, for a person who has none set"`
	RawBody  []byte `contentType:"application/octet-stream"`
}

type importProblem struct {
	Line    int    `json:"line,omitempty" doc:"Where in the file, from 1"`
	Pointer string `json:"pointer,omitempty" doc:"Where in the file's JSON (RFC 6901)"`
	Reason  string `json:"reason"`
	Kept    bool   `json:"kept" doc:"The task was taken, without this part of it"`
}

type importOutput struct {
	ChangeSet string `header:"Nudge-Change-Set" doc:"What POST /api/changesets/{id}/undo takes; absent where nothing was made"`
	Body      struct {
		Format    string          `json:"format"`
		Made      int             `json:"made" doc:"Tasks that were made, or would be"`
		Skipped   int             `json:"skipped" doc:"Tasks that are there already"`
		Tasks     []taskBody      `json:"tasks" nullable:"false" doc:"The first 200 of those made"`
		Series    int             `json:"series" doc:"Series that were made, or would be"`
		Reminders int             `json:"reminders" doc:"Reminders that were made, or would be"`
		Tags      []string        `json:"tags" nullable:"false" doc:"The first 200 tags of the tasks made"`
		Problems  []importProblem `json:"problems" nullable:"false" doc:"What could not be read, at most 400"`
		More      int             `json:"more_problems"`
		Filters   int             `json:"filters" doc:"Kept filters that were taken, or would be"`
		Settings  bool            `json:"settings" doc:"The file's settings were taken: the person had none"`
		Changes   []changeBody    `json:"changes,omitempty" doc:"In a preview: what would be written, of tasks, series and reminders the first 200 each"`
	}
}

func (t *tasks) importFile(ctx context.Context, in *importInput) (*importOutput, error) {
	owner := httpapi.Owner(ctx)
	prefs, err := t.Store.Preferences(ctx, owner)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	file, err := exchange.Read(exchange.Format(in.Format), in.RawBody, inZone(prefs, in.TimeZone), t.Now())
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	have, err := t.Store.Imported(ctx, owner, file.Ends(owner))
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	wanted, index, skipped := file.Import(owner, have)
	act := todo.Act{Owner: owner, Actor: todo.ActorImport, DryRun: in.DryRun, Receipt: idempotency.Receipt(ctx)}
	result, refusals, err := t.Todo.Import(ctx, act, wanted)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	out := &importOutput{ChangeSet: in.changeSet(result)}
	b := &out.Body
	settings, err := t.importSettings(ctx, in.DryRun, prefs, file.Settings)
	if err != nil {
		file.Problems = append(file.Problems, exchange.Problem{Place: exchange.Place{Pointer: "/settings"}, Reason: todo.Message(err)})
	}
	filters, err := t.importFilters(ctx, in.DryRun, prefs, file)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	if in.DryRun {
		b.Changes = changesOfImport(result.ChangeSet, filters, prefs, settings, in.language())
	}
	b.Settings, b.Filters, b.Series, b.Reminders, b.Tags = settings != nil, len(filters), len(result.ChangeSet.Series), len(result.ChangeSet.Reminders), tagsOf(result.Tasks)
	b.Format, b.Made, b.Skipped, b.More = string(file.Format), len(result.Tasks), skipped, file.More
	b.Tasks = showAll(result.Tasks[:min(len(result.Tasks), shownOfImport)], in.language())
	b.Problems = []importProblem{}
	for _, p := range file.Problems {
		b.Problems = append(b.Problems, importProblem{p.Line, p.Pointer, p.Reason, p.Kept})
	}
	for n, r := range refusals {
		if n >= shownOfImport {
			b.More += len(refusals) - n
			break
		}
		at := file.Items[index[r.Index]].Place
		b.Problems = append(b.Problems, importProblem{at.Line, at.Pointer, r.Reason, r.Kept})
	}
	return out, nil
}

// changesOfImport tells of everything that an import would write; settings are nil where
// they would stay.
func changesOfImport(cs todo.ChangeSet, filters []postgres.SavedFilter, prefs todo.Preferences, settings *todo.Preferences, language string) []changeBody {
	cs.Tasks = cs.Tasks[:min(len(cs.Tasks), shownOfImport)]
	cs.Series = cs.Series[:min(len(cs.Series), shownOfImport)]
	cs.Reminders = cs.Reminders[:min(len(cs.Reminders), shownOfImport)]
	list := changesOf(cs, language)
	for _, f := range filters {
		list = append(list, changed("filter", todo.Delta[postgres.SavedFilter]{After: &f}, func(f postgres.SavedFilter) (string, any) { return f.ID, showFilter(f) }))
	}
	if settings != nil {
		list = append(list, changed("settings", todo.Delta[todo.Preferences]{Before: &prefs, After: settings}, func(p todo.Preferences) (string, any) { return "", showPreferences(p).Body }))
	}
	return list
}

// tagsOf gives the tags of tasks, each once, as it is first written.
func tagsOf(list []todo.Details) []string {
	tags, seen := []string{}, map[string]bool{}
	for _, d := range list {
		for _, tag := range d.Tags {
			if lower := strings.ToLower(tag); !seen[lower] && len(tags) < shownOfImport {
				seen[lower] = true
				tags = append(tags, tag)
			}
		}
	}
	return tags
}

// importFilters keeps a file's filters that the person does not keep already.
func (t *tasks) importFilters(ctx context.Context, preview bool, prefs todo.Preferences, file *exchange.File) (made []postgres.SavedFilter, err error) {
	if len(file.Filters) == 0 {
		return nil, nil
	}
	have, err := t.Store.Filters(ctx, prefs.Owner)
	if err != nil {
		return nil, err
	}
	for n, f := range file.Filters {
		if f.Name == "" {
			continue
		}
		kept := postgres.SavedFilter{ID: t.NewID(), Name: f.Name, Text: f.Filter, Position: f.Position, Version: 1, CreatedAt: t.Now().UTC().Truncate(time.Microsecond)}
		text, err := checkFilter(kept, prefs, t.Now())
		kept.Text = text
		if slices.ContainsFunc(have, func(k postgres.SavedFilter) bool { return k.Name == f.Name && k.Text == text }) {
			continue
		}
		if err == nil && len(have) >= maxFilters {
			err = tooManyFilters()
		}
		if err != nil {
			file.Problems = append(file.Problems, exchange.Problem{Place: exchange.FilterPlace(n), Reason: todo.Message(err)})
			continue
		}
		have, made = append(have, kept), append(made, kept)
		if preview {
			continue
		}
		if err := t.Store.KeepFilter(ctx, prefs.Owner, kept); err != nil {
			return made, err
		}
	}
	return made, nil
}

// importSettings takes a file's settings for a person who has never said any; nil: they
// are as they were.
func (t *tasks) importSettings(ctx context.Context, preview bool, current todo.Preferences, wanted *todo.Preferences) (*todo.Preferences, error) {
	if wanted == nil || current.Version != 0 || *wanted == (todo.Preferences{WeekStart: wanted.WeekStart}) {
		return nil, nil
	}
	p := *wanted
	p.Owner, p.WeekStart = current.Owner, cmp.Or(p.WeekStart, current.WeekStart)
	if preview {
		return &p, nil
	}
	p, err := t.Todo.SetPreferences(ctx, p)
	if err != nil {
		return nil, err
	}
	return &p, nil
}
