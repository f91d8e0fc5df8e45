package main

import (
	"context"
	"os"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"function/infra/postgres"
)

// database looks at what the functions wrote, as the superuser, who sees every row. It
// connects anew each time: the server is killed and its port changes.
type database struct{ runner *runner }

func (d *database) with(ctx context.Context, look func(*pgx.Conn) error) error {
	status, err := d.runner.status()
	if err != nil {
		return err
	}
	config, err := pgx.ParseConfig(status.Databases[postgres.Superuser])
	if err != nil {
		return err
	}
	config.RuntimeParams["search_path"] = "nudge"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return look(conn)
}

func (d *database) events(ctx context.Context) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return n, d.with(ctx, func(conn *pgx.Conn) error { return conn.QueryRow(ctx, `SELECT count(*) FROM outbox`).Scan(&n) })
}

// endSessions ends every session of the functions, as a failover does.
func (d *database) endSessions(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	ended := 0
	err := d.with(ctx, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'nudge'`).Scan(&ended)
	})
	return err == nil && ended > 0
}

// killBackend is kill -9 of one backend: the server ends all others and recovers.
func (d *database) killBackend(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var pid int
	err := d.with(ctx, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT pid FROM pg_stat_activity WHERE application_name = 'nudge' ORDER BY (state = 'active') DESC, pid LIMIT 1`).Scan(&pid)
	})
	return err == nil && pid > 1 && pid != os.Getpid() && syscall.Kill(pid, syscall.SIGKILL) == nil
}

// effects counts what should be there and is not, and what is there without a reason.
// Each row is one kind: name, missing, extra.
const effects = `
WITH told AS MATERIALIZED (
	SELECT o.id::text AS id, o.published_at, e->>'type' AS type, e->>'reminder' AS reminder, (e->>'remindat')::timestamptz AS at
	FROM outbox o, LATERAL (SELECT convert_from(o.event, 'UTF8')::jsonb AS e) parsed
), series_now AS (
	SELECT s.id, count(*) AS tasks, count(*) FILTER (WHERE t.completed) AS done
	FROM series s JOIN tasks t ON t.series_id = s.id GROUP BY s.id
), rung AS (
	SELECT reminder, at, count(*) AS n FROM told WHERE type = 'dev.nudge.reminder.due.v1' GROUP BY reminder, at
)
SELECT 'events published', (SELECT count(*) FROM told WHERE published_at IS NULL), 0
UNION ALL SELECT 'events in the chain of their owner',
	(SELECT count(*) FROM told WHERE NOT EXISTS (SELECT FROM audit a WHERE a.event_id = told.id)),
	(SELECT count(*) FROM audit a WHERE NOT EXISTS (SELECT FROM outbox o WHERE o.id::text = a.event_id)) + (SELECT count(*) - count(DISTINCT event_id) FROM audit)
UNION ALL SELECT 'successors of completed occurrences',
	(SELECT coalesce(sum(done + 1 - tasks), 0) FROM series_now WHERE tasks < done + 1 AND done > 0),
	(SELECT coalesce(sum(tasks - done - 1), 0) FROM series_now WHERE tasks > done + 1)
UNION ALL SELECT 'reminders that came',
	(SELECT count(*) FROM reminders r WHERE r.state = 'pending' AND r.at < now() - interval '2 s')
		+ (SELECT count(*) FROM reminders r WHERE r.state = 'fired' AND NOT EXISTS (SELECT FROM rung WHERE rung.reminder = r.id::text)),
	(SELECT coalesce(sum(n - 1), 0) FROM rung)
UNION ALL SELECT 'notifications of reminders',
	(SELECT count(*) FROM rung WHERE NOT EXISTS (SELECT FROM notifications n WHERE n.reminder_id::text = rung.reminder AND n.remind_at = rung.at)),
	(SELECT count(*) FROM notifications n WHERE NOT EXISTS (SELECT FROM rung WHERE n.reminder_id::text = rung.reminder AND n.remind_at = rung.at))
		+ (SELECT count(*) - count(DISTINCT (reminder_id, remind_at)) FROM notifications)
UNION ALL SELECT 'reminders before their time', 0, (SELECT count(*) FROM notifications WHERE created_at < remind_at)`

func (d *database) effects(ctx context.Context) (list []Effect, err error) {
	err = d.with(ctx, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, effects)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Effect, err error) {
			return e, row.Scan(&e.What, &e.Missing, &e.Extra)
		})
		return err
	})
	return list, err
}

// backlog is how much is still to be done.
func (d *database) backlog(ctx context.Context) (int, error) {
	list, err := d.effects(ctx)
	left := 0
	for _, e := range list {
		left += e.Missing
	}
	return left, err
}

// ends counts what there is, of the tasks of $1 and of chains that do not hold: the hash
// is recomputed as shared/chain documents it, by the database itself.
const ends = `
SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM audit), (SELECT count(*) FROM tasks), (SELECT count(*) FROM tasks WHERE completed),
	(SELECT count(*) FROM reminders WHERE state = 'fired'), (SELECT count(*) FROM notifications),
	(SELECT count(*) FROM dead_letters), (SELECT count(*) FROM tasks WHERE id = ANY ($1::uuid[])),
	(SELECT count(*) FROM (
		SELECT hash, sha256(coalesce(lag(hash) OVER chain, '') || int8send(seq) || entry) AS want, seq, row_number() OVER chain AS n
		FROM audit WINDOW chain AS (PARTITION BY owner ORDER BY seq)) links WHERE hash <> want OR seq <> n)`

// check looks at the end state, whatever the processes said on the way.
func (d *database) check(ctx context.Context, report *Report) (err error) {
	if report.Effects, err = d.effects(ctx); err != nil {
		return err
	}
	c, found, broken := &report.Counts, 0, 0
	err = d.with(ctx, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, ends, report.Acknowledged).Scan(&c.Events, &c.Audited, &c.Tasks, &c.Completed, &c.Fired, &c.Notified, &c.DeadLetters, &found, &broken)
	})
	report.Effects = append(report.Effects,
		Effect{What: "acknowledged tasks", Missing: len(report.Acknowledged) - found}, Effect{What: "links of the chains that hold", Missing: broken})
	return err
}
