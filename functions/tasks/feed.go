package tasks

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/time/rate"

	"function/shared/exchange"
	"function/shared/filter"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/postgres"
	"function/shared/problem"
	"function/shared/quickadd"
	"function/shared/replica"
	"function/shared/todo"
)

// A feed's address is its only secret: 32 random bytes, shown once, kept as a hash.

func (t *tasks) feedOperations(api huma.API) {
	tags := []string{"in and out"}
	huma.Register(api, huma.Operation{OperationID: "create-feed", Metadata: httpapi.Refuses(todo.CodeLimitReached), Method: http.MethodPost, Path: "/api/feeds", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Make an address at which a calendar reads tasks; it is shown this once"}, t.createFeed)
	huma.Register(api, huma.Operation{OperationID: "list-feeds", Metadata: httpapi.Replicated, Method: http.MethodGet, Path: "/api/feeds", Tags: tags, Summary: "The calendar feeds, without their addresses"}, t.feeds)
	huma.Register(api, huma.Operation{OperationID: "delete-feed", Method: http.MethodDelete, Path: "/api/feeds/{id}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "End a calendar feed at once"}, t.deleteFeed)
}

type feedBody struct {
	ID        string    `json:"id" format:"uuid"`
	Name      string    `json:"name"`
	Filter    string    `json:"filter"`
	CreatedAt time.Time `json:"created_at"`
	Path      string    `json:"path,omitempty" doc:"The address below this origin. Whoever knows it reads the feed; ?as=events for calendars that show no todos"`
}

type createFeedInput struct {
	Body struct {
		Name   string `json:"name,omitempty" maxLength:"100" doc:"What calendars call it; Nudge if absent"`
		Filter string `json:"filter,omitempty" maxLength:"1000" doc:"As in the list of tasks; what is open if absent"`
	}
}

type feedOutput struct{ Body feedBody }

func (t *tasks) createFeed(ctx context.Context, in *createFeedInput) (*feedOutput, error) {
	owner := httpapi.Owner(ctx)
	prefs, err := t.Store.Preferences(ctx, owner)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	reader := quickadd.For(prefs, t.Now())
	text, err := filter.Translate(in.Body.Filter, reader.Dates, reader.English) // kept as other filters are
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	token := base64.RawURLEncoding.EncodeToString(raw)
	f := postgres.Feed{ID: t.NewID(), Owner: owner, Name: in.Body.Name, Filter: text, CreatedAt: t.Now().UTC().Truncate(time.Microsecond)}
	if f.Name == "" {
		f.Name = "Nudge"
	}
	if err := t.Store.AddFeed(ctx, f, token); err != nil {
		return nil, t.fail(ctx, err)
	}
	out := &feedOutput{showFeed(f)}
	out.Body.Path = "/feeds/" + token + ".ics"
	return out, nil
}

func showFeed(f postgres.Feed) feedBody {
	return feedBody{ID: f.ID, Name: f.Name, Filter: f.Filter, CreatedAt: f.CreatedAt}
}

type feedsOutput struct {
	Body struct {
		Data []feedBody `json:"data" nullable:"false"`
	}
}

func (t *tasks) feeds(ctx context.Context, _ *struct{}) (*feedsOutput, error) {
	list, err := t.Store.Feeds(ctx, httpapi.Owner(ctx))
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	out := &feedsOutput{}
	out.Body.Data = []feedBody{}
	for _, f := range list {
		out.Body.Data = append(out.Body.Data, showFeed(f))
	}
	return out, nil
}

func (t *tasks) deleteFeed(ctx context.Context, in *PathID) (*struct{}, error) {
	return nil, t.fail(ctx, t.Store.RemoveFeed(ctx, httpapi.Owner(ctx), in.ID))
}

const (
	// Calendars ask every few minutes at most; a feed's address that got around must not
	// cost more than that.
	feedEvery = 10 * time.Second
	feedBurst = 10
	// guesses bounds how many addresses are looked up in all, per second.
	guesses = 50
	// maxFeedTasks is how many tasks a calendar is given.
	maxFeedTasks = 5000
	// maxLimiters bounds the memory that feeds' limits take.
	maxLimiters = 10_000
)

// serveFeeds mounts GET /feeds/{token}.ics, which asks for no sign-in.
func serveFeeds(mux *http.ServeMux, h *host.Host) {
	s := &feedServer{tasks: &tasks{h}, all: rate.NewLimiter(guesses, 2*guesses), each: map[string]*rate.Limiter{}}
	mux.HandleFunc("GET /feeds/{file}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private, no-cache")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("X-Robots-Tag", "noindex")
		if err := s.serve(w, r); err != nil {
			problem.Write(w, r, h.Log, err)
		}
	})
}

type feedServer struct {
	*tasks
	all *rate.Limiter

	mu   sync.Mutex
	each map[string]*rate.Limiter // by feed
}

func (s *feedServer) serve(w http.ResponseWriter, r *http.Request) error {
	nothing := todo.Errorf(todo.CodeNotFound, "there is no such feed; it may have been deleted")
	token, ok := strings.CutSuffix(r.PathValue("file"), ".ics")
	as := r.URL.Query().Get("as")
	switch {
	case !ok || len(token) != 43:
		return nothing
	case as != "" && as != "events" && as != "todos":
		return todo.Invalid("/as", "must be events or todos")
	case !s.all.AllowN(s.Now(), 1):
		return todo.Errorf(todo.CodeRateLimited, "too many requests for feeds")
	}
	f, err := s.Store.FeedOf(r.Context(), token)
	if todo.CodeOf(err) == todo.CodeNotFound {
		return nothing
	}
	if err != nil {
		return err
	}
	if !s.limiter(f.ID).AllowN(s.Now(), 1) {
		return todo.Errorf(todo.CodeRateLimited, "this feed is read too often; every ten seconds is enough")
	}
	body, err := s.render(replica.Allow(r.Context(), ""), f, as == "events")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	etag := `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
	w.Header().Set("ETag", etag)
	if strings.Contains(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", exchange.ICalendar.MediaType())
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(body) //nolint:gosec // text/calendar, sent with nosniff
	return nil
}

func (s *feedServer) limiter(id string) *rate.Limiter {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.each[id]
	if !ok {
		if len(s.each) >= maxLimiters {
			clear(s.each)
		}
		l = rate.NewLimiter(rate.Every(feedEvery), feedBurst)
		s.each[id] = l
	}
	return l
}

// render writes the feed. What it says depends on the tasks and on the person's today,
// so that it is the same until one of them changes.
func (s *feedServer) render(ctx context.Context, f postgres.Feed, events bool) ([]byte, error) {
	prefs, err := s.Store.Preferences(ctx, f.Owner)
	if err != nil {
		return nil, err
	}
	c, err := s.condition(f.Filter, prefs)
	if err != nil {
		return nil, err
	}
	if c.where == nil || filter.ViewOf(c.where) == todo.ViewAll {
		c.where = todo.All{todo.Is(todo.TraitOpen), todo.Not{Of: todo.Is(todo.TraitTrashed)}, orAll(c.where)}
	}
	var body bytes.Buffer
	day := c.now.Truncate(24 * time.Hour) // the years that zones are written for begin here
	out, err := exchange.NewWriter(exchange.ICalendar, &body, exchange.Options{Now: day, Name: f.Name, Events: events, Calendar: s.Todo.Calendar})
	if err != nil {
		return nil, err
	}
	given := 0
	err = s.Store.Export(ctx, f.Owner, c.where, c.now, c.today, func(list []todo.Details) error {
		list = list[:min(len(list), maxFeedTasks-given)]
		given += len(list)
		return out.Tasks(list)
	})
	if err != nil {
		return nil, err
	}
	err = out.Close()
	return body.Bytes(), err
}

func orAll(where todo.Condition) todo.Condition {
	if where == nil {
		return todo.All{}
	}
	return where
}
