// Package function is Nudge as one Knative function image: every capability is in it,
// CAPABILITY picks one, unset means all.
//
// The Knative func runtime finds New, serves HTTP, and calls Start, Ready and Stop.
package function

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	_ "time/tzdata" // the image has no zone files

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"function/functions/audit"
	"function/functions/chat"
	"function/functions/deadletters"
	"function/functions/notifications"
	"function/functions/recurrence"
	"function/functions/reminders"
	"function/functions/tasks"
	"function/shared/config"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/problem"
	"function/shared/telemetry"
	"function/shared/todo"
)

// capabilities is what the image can do; each mounts its own endpoints.
var capabilities = map[string]func(*http.ServeMux, huma.API, *host.Host){
	"audit":         audit.Register,
	"chat":          chat.Register,
	"deadletters":   func(mux *http.ServeMux, _ huma.API, h *host.Host) { deadletters.Register(mux, h) },
	"notifications": notifications.Register,
	"recurrence":    func(mux *http.ServeMux, _ huma.API, h *host.Host) { recurrence.Register(mux, h) },
	"reminders":     func(mux *http.ServeMux, _ huma.API, h *host.Host) { reminders.Register(mux, h) },
	"tasks":         tasks.Register,
}

// quietAfter is how long after its last request an instance gives back the memory that
// the requests took.
const quietAfter = 20 * time.Second

// What lives in an instance is some megabytes, and answers leave much more than that
// behind: collecting only when garbage is collectPercent of what lives saves a tenth of the
// processor. Below memoryLimit, that is: three quarters of what an instance has (func.yaml).
const (
	collectPercent = 400
	memoryLimit    = 96 << 20
)

// tuneMemory says when garbage is collected, where the environment does not.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}

// Function is an instance of the image.
type Function struct {
	log     *slog.Logger
	quiet   *time.Timer
	started atomic.Pointer[instance]
	reason  atomic.Pointer[error] // why it has not started
}

type instance struct {
	host    *host.Host
	handler http.Handler
}

// New makes an instance that is not ready before Start has found what it needs.
func New() *Function {
	zerolog.SetGlobalLevel(zerolog.WarnLevel) // the runtime's own log
	tuneMemory()
	return &Function{log: slog.New(telemetry.LogHandler(slog.NewJSONHandler(os.Stderr, nil))), quiet: time.AfterFunc(quietAfter, debug.FreeOSMemory)}
}

// Start implements the runtime's Starter. It runs beside the server and tries until
// the parts are there: a sidecar or a database may come up later than the function.
func (f *Function) Start(ctx context.Context, cfg map[string]string) error {
	const pause = 50 * time.Millisecond // somebody waits for this instance
	said := ""
	for {
		h, err := host.Open(ctx, cfg, f.log)
		if err == nil {
			return f.serve(h)
		}
		f.reason.Store(&err)
		if text := err.Error(); text != said {
			said = text
			f.log.ErrorContext(ctx, "not ready", "reason", text)
		}
		var wrong *config.Error
		if errors.As(err, &wrong) && !wrong.Temporary() {
			return err // waiting does not mend it
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (f *Function) serve(h *host.Host) error {
	if err := checkCapability(h.Config.Capability); err != nil {
		f.reason.Store(&err)
		f.log.Error("not ready", "reason", err.Error())
		return err
	}
	mux := http.NewServeMux()
	api := httpapi.New(mux, h.Auth, h.Log)
	for name, register := range capabilities {
		if h.Config.Capability == "" || h.Config.Capability == name {
			register(mux, api, h)
		}
	}
	mux.Handle("/", httpapi.NotFound(h.Log))
	conventions := httpapi.Conventions{Verifier: h.Auth, Replies: h.Store, PerMinute: h.Config.RequestsPerMinute, Now: h.Now, Log: h.Log}
	if h.Store.HasReplica() {
		conventions.Position = h.Store.Position
	}
	f.started.Store(&instance{h, telemetry.Server(conventions.Handler(telemetry.Route(mux)), func(pattern string) string {
		return cmp.Or(h.Config.Capability, capabilityOf(pattern))
	})})
	return nil
}

// Handle implements the runtime's Handler.
func (f *Function) Handle(w http.ResponseWriter, r *http.Request) {
	f.quiet.Reset(quietAfter)
	i := f.started.Load()
	if i == nil {
		problem.Write(w, r, slog.New(slog.DiscardHandler), todo.Errorf(todo.CodeUnavailable, "the function is starting")) // Start says why
		return
	}
	i.handler.ServeHTTP(w, r)
}

// Ready implements the runtime's ReadinessReporter.
func (f *Function) Ready(ctx context.Context) (bool, error) {
	i := f.started.Load()
	if i == nil {
		if reason := f.reason.Load(); reason != nil {
			return false, *reason
		}
		return false, errors.New("starting")
	}
	if err := i.host.Ready(ctx); err != nil {
		return false, err
	}
	return true, nil
}

// Stop implements the runtime's Stopper. Nothing depends on it being called: what is
// not published by then, the sweep publishes.
func (f *Function) Stop(ctx context.Context) error {
	f.quiet.Stop()
	if i := f.started.Load(); i != nil {
		return i.host.Close(ctx)
	}
	return nil
}

// capabilityOf names the capability whose endpoint a route is.
func capabilityOf(pattern string) string {
	_, path, _ := strings.Cut(pattern, "/") // a pattern may begin with a method
	switch first, rest, _ := strings.Cut(path, "/"); {
	case first == "events":
		return rest
	case first == "chatkit", first == "mcp", first == ".well-known", strings.HasPrefix(rest, "language"):
		return "chat"
	case first == "reminders":
		return "reminders"
	case strings.HasPrefix(rest, "activity"):
		return "audit"
	case strings.HasPrefix(rest, "notifications"):
		return "notifications"
	default:
		return "tasks"
	}
}

// OpenAPI gives the OpenAPI 3.1 document of all capabilities.
func OpenAPI() ([]byte, error) {
	mux, h := http.NewServeMux(), &host.Host{}
	api := httpapi.New(mux, nil, nil)
	for _, name := range Capabilities() {
		capabilities[name](mux, api, h)
	}
	return api.OpenAPI().MarshalJSON()
}

// Capabilities names what CAPABILITY may be.
func Capabilities() []string {
	names := make([]string, 0, len(capabilities))
	for name := range capabilities {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// checkCapability refuses a name that is none of ours.
func checkCapability(name string) error {
	if _, ok := capabilities[name]; name != "" && !ok {
		return fmt.Errorf("CAPABILITY is %q; it must be empty or one of %s", name, strings.Join(Capabilities(), ", "))
	}
	return nil
}
