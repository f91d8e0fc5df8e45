package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"function/functions/notifications"
	"function/functions/reminders"
	"function/shared/channel"
	"function/shared/fault"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/occurrence"
	"function/shared/outbox"
	"function/shared/todo"

	store "function/shared/postgres"
)

// many simulates a great number of reminders through two instances at once, in real
// concurrency and with batches as the product makes them: claim, fire, outbox, relay,
// notification and mail. The clock is virtual; it jumps, ticks fail for hours, backends
// end, and instances die at fault points. Nothing is audited here, which would be most of
// the work: the worlds hold that.
type many struct {
	*worker
	out       io.Writer
	n         int
	clock     atomic.Int64 // nanoseconds
	instances [2]*http.ServeMux
	faults    [2]*fault.Faults
	rng       *rand.Rand
	owners    []string
	steps     int
	backends  int
	jumps     int
	outages   int
	posts     atomic.Int64
	dropped   atomic.Int64
}

// manySwitches are the faults of each instance.
const manySwitches = "seed=%d,kill_before_commit=0.0005,kill_after_commit=0.0005,fail_before_commit=0.002,unknown_commit=0.002," +
	"kill_before_publish=0.001,kill_after_publish=0.001,fail=0.01,lose=0.02,duplicate=0.2"

func runMany(ctx context.Context, server server, out io.Writer, n int, seed uint64) error {
	w, err := newWorker(ctx, server, 9)
	if err != nil {
		return err
	}
	defer w.close(context.WithoutCancel(ctx))
	m := &many{worker: w, out: out, n: n, rng: rand.New(rand.NewPCG(seed, 1))} //nolint:gosec // a seed must repeat
	w.provider.begin(&world{worker: w, healed: true, log: newStory(nil)})
	m.clock.Store(time.Date(2026, time.March, 28, 12, 0, 0, 0, time.UTC).UnixNano())
	begun := time.Now()
	if err := m.fill(ctx, seed); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%d reminders are set (%s)\n", n, time.Since(begun).Round(time.Second))
	begun = time.Now()
	if err := m.run(ctx); err != nil {
		return err
	}
	return m.report(ctx, time.Since(begun))
}

func (m *many) now() time.Time { return time.Unix(0, m.clock.Load()).UTC() }

// fill makes people, each with a proven address, and their tasks with one reminder each
// over a day.
func (m *many) fill(ctx context.Context, seed uint64) error {
	for i := range m.instances {
		f, err := fault.Parse(fmt.Sprintf(manySwitches, seed+uint64(i)))
		if err != nil {
			return err
		}
		m.faults[i] = f.With(fault.Hooks{Kill: func(context.Context) { runtime.Goexit() }})
	}
	for n := range min(200, max(m.n/100, 1)) {
		m.owners = append(m.owners, fmt.Sprintf("person-%d", n))
	}
	plain := store.New(m.db.pool, m.db.ring, nil)
	start := m.now()
	for _, owner := range m.owners {
		if err := plain.AddChannel(ctx, store.Channel{ID: host.NewID(), Owner: owner, Kind: channel.Email, Address: store.Address{To: owner + "@example.test"},
			Enabled: true, Reminders: true, VerifiedAt: &start, CreatedAt: start}); err != nil {
			return err
		}
	}
	if _, err := m.db.admin.Exec(ctx, unaudited); err != nil {
		return err
	}
	return m.copyRows(ctx, start)
}

// unaudited lets no event wait for the audit.
const unaudited = `
CREATE FUNCTION unaudited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.awaits := array_remove(NEW.awaits, 'audit');
	RETURN NEW;
END $$;
CREATE TRIGGER unaudited BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION unaudited();`

func (m *many) copyRows(ctx context.Context, start time.Time) error {
	sealers := map[string]func(plain []byte, place string) ([]byte, error){}
	tasks, list := make([][]any, 0, m.n), make([][]any, 0, m.n)
	for n := range m.n {
		owner := m.owners[n%len(m.owners)]
		var wrapped []byte
		if n < len(m.owners) {
			if err := m.db.admin.QueryRow(ctx, `SELECT data_key FROM people WHERE owner = $1`, owner).Scan(&wrapped); err != nil {
				return err
			}
			key, err := m.db.ring.Unwrap(owner, wrapped)
			if err != nil {
				return err
			}
			sealers[owner] = key.Seal
		}
		id, reminder := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
		sealed, err := sealers[owner]([]byte(`{"title":"ring"}`), "tasks/"+id.String())
		if err != nil {
			return err
		}
		at := start.Add(time.Duration(m.rng.Int64N(int64(24 * time.Hour)))).Truncate(time.Second)
		tasks = append(tasks, []any{id, owner, sealed, []int64{}, int16(2), 0.0, false, int64(1), start, start})
		list = append(list, []any{reminder, id, owner, false, at, "pending"})
	}
	tx, err := m.db.admin.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"tasks"}, []string{"id", "owner", "content", "tokens", "priority", "position", "completed", "version", "created_at", "updated_at"}, pgx.CopyFromRows(tasks)); err != nil {
		return err
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"reminders"}, []string{"id", "task_id", "owner", "is_relative", "at", "state"}, pgx.CopyFromRows(list)); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// boot gives an instance new memory.
func (m *many) boot(i int, faults *fault.Faults) {
	h := &host.Host{
		Log: slog.New(slog.DiscardHandler), Now: m.now, NewID: host.NewID, Dapr: m.dapr,
		Wait: func(_ context.Context, instant time.Time, _ <-chan struct{}) bool { return !instant.After(m.now()) }, // what is due later waits for its minute
		Call: func(context.Context, string) {},
	}
	h.Config.StreamTimeout = 280 * time.Second
	h.Config.SelfURL = "http://self"
	h.Store = store.New(m.db.pool, m.db.ring, nil) // all is left to the sweep
	h.Store.Inject(faults)
	h.Relay = outbox.NewRelay(deliverAtOnce{m, i}, h.Log, h.Now)
	h.Relay.Faults = faults
	h.Relay.Use(h.Store)
	h.Todo = &todo.Service{Store: h.Store, Calendar: occurrence.Calendar{}, Now: h.Now, NewID: h.NewID}
	mux := http.NewServeMux()
	api := httpapi.New(http.NewServeMux(), nil, h.Log)
	notifications.Register(mux, api, h)
	reminders.Register(mux, h)
	m.instances[i] = mux
}

// deliverAtOnce is a broker that loses one delivery in ten and delivers the others.
type deliverAtOnce struct {
	*many
	instance int
}

// Send implements outbox.Broker.
func (d deliverAtOnce) Send(ctx context.Context, structured []byte) error {
	var e struct{ ID, Type string }
	if err := json.Unmarshal(structured, &e); err != nil {
		return err
	}
	for _, t := range triggers {
		if t.name != "notifications" || !t.matches(e.Type) {
			continue
		}
		if e.ID[len(e.ID)-1]%10 == 1 && d.dropped.Add(1)%3 == 0 {
			continue
		}
		d.post(ctx, "/events/"+t.name, structured)
	}
	return nil
}

// post gives a handler a request in a goroutine that may die at a fault point.
func (m *many) post(ctx context.Context, path string, body []byte) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://self"+path, strings.NewReader(string(body)))
		if err != nil {
			panic(err)
		}
		request.Header.Set("Content-Type", "application/cloudevents+json")
		m.instances[m.posts.Add(1)%2].ServeHTTP(newResponse(), request)
	}()
	<-done
}

func (m *many) run(ctx context.Context) error {
	end := m.now().Add(25 * time.Hour)
	for m.now().Before(end) && ctx.Err() == nil {
		m.tick(ctx, m.faults)
		m.clock.Add(int64(tickPeriod))
		m.goWrong(ctx)
	}
	m.steps = 0
	for range 40 { // all is well again: ticks, until the longest wait is over
		m.tick(ctx, [2]*fault.Faults{})
		m.clock.Add(int64(tickPeriod))
	}
	return ctx.Err()
}

// tick lets both instances look at once.
func (m *many) tick(ctx context.Context, faults [2]*fault.Faults) {
	if m.steps++; m.steps%10 == 1 {
		for i := range m.instances {
			m.boot(i, faults[i])
		}
		_, _ = m.db.admin.Exec(ctx, `VACUUM ANALYZE outbox, reminders, deliveries`) // as the server does by itself elsewhere
	}
	var both sync.WaitGroup
	for i := range m.instances {
		both.Add(1)
		go func() {
			defer both.Done()
			for _, path := range []string{"/reminders/watch", "/notifications/watch"} {
				body := `{"specversion":"1.0","id":"tick","source":"/tick","type":"` + owedType + `","datacontenttype":"application/json","data":{}}`
				done := make(chan struct{})
				go func() {
					defer close(done)
					request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://self"+path, strings.NewReader(body))
					if err != nil {
						panic(err)
					}
					request.Header.Set("Content-Type", "application/cloudevents+json")
					m.instances[i].ServeHTTP(newResponse(), request)
				}()
				<-done
			}
		}()
	}
	both.Wait()
}

func (m *many) goWrong(ctx context.Context) {
	switch m.rng.IntN(60) {
	case 0:
		m.backends++
		_, _ = m.db.super.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'nudge' AND datname = current_database()`)
	case 1:
		m.jumps++
		m.clock.Add(int64(time.Hour))
	case 2:
		m.jumps++
		m.clock.Add(-int64(time.Hour))
	case 3:
		if m.outages < 2 {
			m.outages++
			m.clock.Add(int64(6 * time.Hour))
		}
	}
}

func (m *many) report(ctx context.Context, took time.Duration) error {
	var lost, notified, doubledEvents, early int
	row := m.db.admin.QueryRow(ctx, `SELECT
		(SELECT count(*) FROM reminders r WHERE NOT EXISTS (SELECT FROM notifications n WHERE n.reminder_id = r.id)),
		(SELECT count(*) FROM notifications),
		(SELECT count(*) FROM (SELECT FROM outbox WHERE 'notifications' = ANY (awaits) GROUP BY convert_from(event, 'UTF8')::jsonb ->> 'reminder' HAVING count(*) > 1) twice),
		(SELECT count(*) FROM reminders WHERE fired_at < at)`)
	if err := row.Scan(&lost, &notified, &doubledEvents, &early); err != nil {
		return err
	}
	unsent, doubled, why := 0, 0, map[string]int{}
	m.provider.mu.Lock()
	defer m.provider.mu.Unlock()
	rows, err := m.db.admin.Query(ctx, `SELECT id::text, concat_ws(' ', state, nullif(detail, '')) FROM deliveries WHERE kind = 'email'`)
	if err != nil {
		return err
	}
	var id, state string
	if _, err := pgx.ForEachRow(rows, []any{&id, &state}, func() error {
		if m.provider.sent[id] == 0 {
			unsent++
			why[state]++
		}
		doubled += max(m.provider.sent[id]-1, 0)
		return nil
	}); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(m.out, "%d reminders in %s: lost %d, not sent %d, early %d, came twice %d, doubled %d, doubled where the outcome of a send was unknown %d\n",
		m.n, took.Round(time.Second), lost, unsent, early, doubledEvents, len(m.provider.wrong), doubled-len(m.provider.wrong))
	if unsent > 0 {
		_, _ = fmt.Fprintf(m.out, "not sent are %v\n", why)
	}
	_, _ = fmt.Fprintf(m.out, "%d times all backends ended, %d clock jumps, %d outages of 6 h, %d deliveries lost by the broker\n", m.backends, m.jumps, m.outages, m.dropped.Load()/3)
	for i, f := range m.faults {
		_, _ = fmt.Fprintf(m.out, "instance %d: %v\n", i, f.Fired())
	}
	if lost+unsent+early+doubledEvents+len(m.provider.wrong) > 0 {
		return fmt.Errorf("%d reminders lost, %d not sent, %d early, %d doubled", lost, unsent, early, doubledEvents+len(m.provider.wrong))
	}
	return nil
}
