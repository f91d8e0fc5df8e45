// Package host is what every function stands on: configuration, database, Dapr,
// sign-in, clock and ids, opened once per process and handed to each capability.
package host

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"function/shared/auth"
	"function/shared/config"
	"function/shared/dapr"
	"function/shared/fault"
	"function/shared/live"
	"function/shared/occurrence"
	"function/shared/outbox"
	"function/shared/postgres"
	"function/shared/problem"
	"function/shared/seal"
	"function/shared/telemetry"
	"function/shared/todo"
	"function/shared/watch"
)

// Host holds the parts. All of them are safe for concurrent use.
type Host struct {
	Config config.Functions
	Store  *postgres.Store
	Todo   *todo.Service
	Auth   *auth.Verifier
	Dapr   *dapr.Client
	Relay  *outbox.Relay
	Faults *fault.Faults // nil but in tests of failure
	Live   *live.Hub
	Log    *slog.Logger
	Now    func() time.Time
	NewID  func() string

	// What a simulation decides on; nil and false are the real thing.
	Wait     watch.Wait // until an instant
	Call     watch.Call // of the function by itself
	Jitter   func() float64
	OneByOne bool // nothing goes on beside anything else

	pool      *pgxpool.Pool
	replica   *pgxpool.Pool // nil where there is none
	telemetry *telemetry.Telemetry
}

// Open reads the configuration and makes the parts. What they talk to is not asked
// yet, but for the secret store: see Ready.
func Open(ctx context.Context, cfg map[string]string, log *slog.Logger) (*Host, error) {
	h := &Host{Log: log, Now: time.Now, NewID: NewID}
	if err := h.configure(ctx, cfg); err != nil {
		return nil, err
	}
	ring, err := seal.OpenKeyring(h.Config.Keyset)
	if err != nil {
		return nil, err
	}
	if err := h.inject(ctx); err != nil {
		return nil, err
	}
	if h.telemetry, err = telemetry.Start(ctx, cmp.Or(h.Config.Service, "nudge")); err != nil {
		return nil, err
	}
	if h.pool, err = postgres.Open(ctx, h.Config.DatabaseURL, h.Config.DatabaseMaxConns, h.telemetry.Database()...); err != nil {
		return nil, err
	}
	sender, err := outbox.NewSender(h.Config.Sink, h.Config.CloudEventOverrides)
	if err != nil {
		return nil, err
	}
	h.Relay = outbox.NewRelay(sender, log, h.Now)
	h.Relay.Faults = h.Faults
	h.Store = postgres.New(h.pool, ring, h.Relay.Committed)
	h.Store.Inject(h.Faults)
	if err := h.openReplica(ctx); err != nil {
		return nil, err
	}
	h.Relay.Start(h.Store)
	h.Live = &live.Hub{Listener: h.Store}
	h.Todo = &todo.Service{Store: h.Store, Calendar: occurrence.Calendar{}, Now: h.Now, NewID: h.NewID}
	h.Auth = auth.NewVerifier(auth.Options{Issuer: h.Config.Issuer, Audience: h.Config.Audience, JWKSURL: h.Config.JWKSURL, Published: h.Store.PublishedKeys, Client: h.Dapr.HTTPClient(), Now: h.Now})
	return h, h.observe()
}

// configure loads the configuration: the environment first, then what the secret
// store has.
func (h *Host) configure(ctx context.Context, cfg map[string]string) error {
	var sidecar config.Dapr
	if err := config.Load(ctx, &sidecar, config.Environment{}, config.Map(cfg)); err != nil {
		return err
	}
	var err error
	h.Dapr, err = dapr.Connect(dapr.Options{GRPCEndpoint: sidecar.Target(), HTTPEndpoint: sidecar.HTTPEndpoint, APIToken: sidecar.APIToken})
	if err != nil {
		return err
	}
	secrets := config.Secrets(h.Dapr.Secrets(sidecar.SecretStore, sidecar.SecretName))
	return config.Load(ctx, &h.Config, config.Environment{}, config.Map(cfg), secrets)
}

// openReplica lets a replica answer reads, where one is configured.
func (h *Host) openReplica(ctx context.Context) (err error) {
	if h.Config.DatabaseReadURL == "" {
		return nil
	}
	if h.replica, err = postgres.OpenReplica(ctx, h.Config.DatabaseReadURL, h.Config.DatabaseMaxConns, h.telemetry.Database()...); err != nil {
		return err
	}
	h.Store.ReadFrom(&postgres.Replica{Pool: h.replica, Now: h.Now, Log: h.Log})
	return nil
}

// inject reads the switches of failure, and says so where any is on.
func (h *Host) inject(ctx context.Context) (err error) {
	h.Faults, err = fault.Parse(h.Config.Faults)
	if h.Faults != nil {
		h.Log.WarnContext(ctx, "FAULTS IS SET: this process goes wrong on purpose and may end at any time", "faults", h.Faults.String())
		h.Dapr.Inject(h.Faults)
	}
	return err
}

// Ready reports why requests cannot be served now; nil: they can.
func (h *Host) Ready(ctx context.Context) error { return h.Store.Ping(ctx) }

// Close lets go of connections, after the events that were committed have been sent.
func (h *Host) Close(ctx context.Context) error {
	err := h.Relay.Drain(ctx)
	err = errors.Join(err, h.telemetry.Stop(ctx)) // the last metrics ask the database
	h.pool.Close()
	if h.replica != nil {
		h.replica.Close()
	}
	return errors.Join(err, h.Dapr.Close())
}

// NewID makes a UUIDv7: ids sort by the time they were made.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Person says who asks, or answers the request with what is wrong with the token.
func (h *Host) Person(w http.ResponseWriter, r *http.Request) (string, bool) {
	person, err := h.Auth.FromRequest(r)
	if err != nil {
		problem.Write(w, r, h.Log, err)
		return "", false
	}
	return person.ID, true
}
