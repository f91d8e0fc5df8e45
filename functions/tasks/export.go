package tasks

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"function/shared/exchange"
	"function/shared/filter"
	"function/shared/httpapi"
	"function/shared/quickadd"
	"function/shared/todo"
)

func (t *tasks) exchangeOperations(api huma.API) {
	tags := []string{"in and out"}
	file := map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{
		exchange.JSON.MediaType(): {}, "text/csv": {}, "text/calendar": {},
	}}}
	huma.Register(api, huma.Operation{
		OperationID: "export", Metadata: httpapi.Replicated, Method: http.MethodGet, Path: "/api/export", Tags: tags, Responses: file,
		Summary: "Everything that the person has: tasks of any state with their series and reminders, and in JSON, where no filter is named, the settings and the kept filters",
	}, t.export)
	huma.Register(api, huma.Operation{
		OperationID: "import", Method: http.MethodPost, Path: "/api/import", Tags: tags, MaxBodyBytes: exchange.MaxFile + 1,
		Summary:         "Take tasks in from a file: Nudge's JSON, iCalendar, Todoist's CSV or Vikunja's export. One change set; the same file again makes nothing",
		BodyReadTimeout: importTimeout,
	}, t.importFile)
	t.feedOperations(api)
	t.accountOperations(api)
}

type exportInput struct {
	Format   string `query:"format" enum:"json,csv,ics" default:"json"`
	Filter   string `query:"filter" maxLength:"1000" doc:"As in the list of tasks; everything if absent"`
	TimeZone string `header:"Time-Zone" doc:"IANA time zone to read dates in, for a person who has none set"`
}

func (t *tasks) export(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
	owner := httpapi.Owner(ctx)
	prefs, err := t.Store.Preferences(ctx, owner)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	c, err := t.condition(in.Filter, inZone(prefs, in.TimeZone))
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	filters, err := t.exportedFilters(ctx, in)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	format := exchange.Format(in.Format)
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		_, w := humago.Unwrap(hc)
		_ = httpapi.KeepOpen(w, t.Config.StreamTimeout) // without it the runtime's deadline holds
		w.Header().Set("Content-Type", format.MediaType())
		w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="nudge-%s.%s"`, c.today, format))
		w.Header().Set("Cache-Control", "no-store")
		if err := t.writeAll(ctx, w, format, exchange.Options{Settings: &prefs, Filters: filters}, owner, c); err != nil {
			t.Log.WarnContext(ctx, "an export ended before its end", "error", err)
			panic(http.ErrAbortHandler) // a part must not look like the whole
		}
	}}, nil
}

// exportedFilters gives the kept filters, which only the whole export has.
func (t *tasks) exportedFilters(ctx context.Context, in *exportInput) (list []exchange.Filter, err error) {
	if in.Filter != "" || exchange.Format(in.Format) != exchange.JSON {
		return nil, nil
	}
	kept, err := t.Store.Filters(ctx, httpapi.Owner(ctx))
	for _, f := range kept {
		list = append(list, exchange.Filter{Name: f.Name, Filter: f.Text, Position: f.Position})
	}
	return list, err
}

// chosen is a filter at a moment.
type chosen struct {
	where todo.Condition
	now   time.Time
	today string
}

func (t *tasks) condition(text string, prefs todo.Preferences) (c chosen, err error) {
	reader := quickadd.For(prefs, t.Now())
	c.now, c.today = reader.Now(), reader.Now().Format(time.DateOnly)
	if text != "" {
		c.where, err = filter.Parse(text, reader.Dates)
	}
	return c, err
}

func (t *tasks) writeAll(ctx context.Context, w io.Writer, format exchange.Format, o exchange.Options, owner string, c chosen) error {
	o.Now, o.Calendar = c.now, t.Todo.Calendar
	out, err := exchange.NewWriter(format, w, o)
	if err != nil {
		return err
	}
	if err := t.Store.Export(ctx, owner, c.where, c.now, c.today, out.Tasks); err != nil {
		return err
	}
	return out.Close()
}
