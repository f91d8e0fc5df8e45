package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"function/infra/postgres/bootstrap"
)

// trouble is one of the things that go wrong beside the broker's and the product's own
// fault points.
func (w *world) trouble() {
	switch w.rng.IntN(7) {
	case 0:
		if i := w.instances[w.rng.IntN(len(w.instances))]; i.up {
			w.count("instance killed")
			w.note("%s is killed", i.name)
			w.crash(i)
		}
	case 1:
		if w.offset != 0 {
			w.offset = 0
			w.count("clock set right")
		} else {
			w.offset = time.Hour * time.Duration(1-2*w.rng.IntN(2))
			w.count("clock jumps")
		}
		w.note("the clocks are off by %s", w.offset)
	case 2:
		w.poisonous()
	case 3:
		w.count("all instances killed")
		w.note("all are killed")
		for _, i := range w.instances {
			if i.up {
				w.crash(i)
			}
		}
	case 4:
		w.count("broker down for ten minutes")
		w.note("the broker is down")
		w.away = w.now.Add(10 * time.Minute)
	default:
		w.closeNext = true
	}
}

// poisonous puts an event on the broker that nobody can take.
func (w *world) poisonous() {
	p := w.people[w.rng.IntN(len(w.people))]
	id := fmt.Sprintf("poison-%d", len(w.poison))
	w.poison[id] = true
	eventType, data := "dev.nudge.task.completed.v1", `{"event_type":"completed"}`
	switch w.rng.IntN(3) {
	case 0:
		w.count("poison event")
	case 1:
		w.count("event of a newer type")
		eventType = "dev.nudge.task.completed.v2"
		data = fmt.Sprintf(`{"event_type":"completed","task_id":"01890000-0000-7000-8000-000000000001","user_id":%q,"timestamp":"2026-01-05T08:00:00Z","version":"2.0.0","payload":{}}`, p.owner)
	case 2:
		w.count("event of a newer schema")
		data = fmt.Sprintf(`{"event_type":"completed","task_id":"01890000-0000-7000-8000-000000000001","user_id":%q,"timestamp":"2026-01-05T08:00:00Z","version":"9.0.0","payload":{"mood":"blue"}}`, p.owner)
	}
	raw := fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/nudge/tasks","type":%q,"subject":"tasks/x","datacontenttype":"application/json","data":%s}`, id, eventType, data)
	w.note("poison: %s %s", eventType, id)
	w.broker.take(id, eventType, []byte(raw))
}

// troubleConnection is called right before a statement is sent.
func (w *world) troubleConnection(ctx context.Context, conn *pgx.Conn, b *pgx.Batch) {
	if w.healed {
		return
	}
	if w.closeNext {
		w.closeNext = false
		w.count("backend terminated")
		w.note("a backend is terminated")
		if _, err := w.worker.db.super.Exec(context.Background(), `SELECT pg_terminate_backend($1, 5000)`, conn.PgConn().PID()); err != nil {
			panic(err)
		}
		return
	}
	if b != nil && len(w.held) < 3 && newTask(b) && w.chance(0.06) {
		w.hold(ctx, conn, b)
	}
}

// newTask reports whether a pipeline only adds: then a transaction of it that stays
// open is in nobody's way.
func newTask(b *pgx.Batch) bool {
	tasks := 0
	for _, q := range b.QueuedQueries {
		switch {
		case strings.HasPrefix(q.SQL, "INSERT INTO tasks"):
			tasks++
		case strings.Contains(q.SQL, "must_change"), strings.HasPrefix(q.SQL, "INSERT INTO inbox"), strings.HasPrefix(q.SQL, "DELETE"):
			return false
		}
	}
	return tasks > 0
}

// hold lets a transaction stay open for minutes or hours (F8) while its client loses
// the connection (F3): ids that are older than those of others are committed later.
func (w *world) hold(ctx context.Context, conn *pgx.Conn, b *pgx.Batch) {
	w.count("transaction open for long")
	background := context.Background()
	other, err := pgx.Connect(background, w.worker.url(bootstrap.Functions))
	if err != nil {
		panic(err)
	}
	tx, err := other.Begin(background)
	if err != nil {
		panic(err)
	}
	var events []string
	for _, q := range b.QueuedQueries {
		if _, err := tx.Exec(background, q.SQL, q.Arguments...); err != nil {
			panic(fmt.Sprintf("held transaction: %v: %s", err, q.SQL))
		}
		if strings.HasPrefix(q.SQL, "INSERT INTO outbox") {
			events = append(events, q.Arguments[0].(string))
		}
	}
	w.note("a transaction stays open")
	done := false
	commit := func() {
		if done {
			return
		}
		done = true
		if err := tx.Commit(background); err != nil {
			panic(err)
		}
		_ = other.Close(background)
		w.note("the transaction is committed")
		w.committed(events)
	}
	w.held = append(w.held, commit)
	w.after(w.between(time.Minute, 3*time.Hour), commit)
	_ = conn.PgConn().Conn().Close() // its client never hears of it
	_ = ctx
}

// lastWishes are reminders that come when all is well: they must be on time.
func (w *world) lastWishes() {
	w.note("last wishes")
	w.final = w.clock()
	for n, p := range w.people {
		i := w.instances[n%len(w.instances)]
		w.start("person", i, func(ctx context.Context) { w.wish(ctx, i, p) }, w.reap)
	}
}
