package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// checker holds the invariants over what a world left behind. It shares no code with
// what it checks, but for reading sealed change sets.
type checker struct {
	world      *world
	violations []string
	events     []fact // in the order of their commits
	byID       map[string]fact
	sets       map[string]todo.ChangeSet
	now        time.Time
}

// fact is a row of the outbox.
type fact struct {
	ID, Owner string
	Published *time.Time
	Kind      string
	Task      string
	Sequence  int64
	ChangeSet string
	Reminder  string
	RemindAt  time.Time
	At        time.Time
	Recurring bool
	DueDate   string
	Priority  string
}

func (c *checker) violate(invariant, format string, args ...any) {
	if len(c.violations) < 20 {
		c.violations = append(c.violations, invariant+": "+fmt.Sprintf(format, args...))
	}
}

func (c *checker) check(ctx context.Context) error {
	c.now = c.world.clock()
	for _, step := range []func(context.Context) error{
		c.readEvents, c.readChangeSets, c.acknowledged, c.published, c.eachEffect, c.chains, c.owners, c.reminders, c.deliveries, c.replay,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	for _, v := range c.violations {
		c.world.note("VIOLATION %s", v)
	}
	return nil
}

func (c *checker) rows(ctx context.Context, sql string, each func(pgx.Rows) error) error {
	rows, err := c.world.worker.db.admin.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// forbid reports rows that must not be there.
func (c *checker) forbid(ctx context.Context, invariant, what, sql string) error {
	return c.rows(ctx, sql, func(rows pgx.Rows) error {
		values, err := rows.Values()
		c.violate(invariant, "%s: %v", what, values)
		return err
	})
}

func (c *checker) readEvents(ctx context.Context) error {
	c.byID = map[string]fact{}
	err := c.rows(ctx, `SELECT id::text, owner, event, published_at FROM outbox`, func(rows pgx.Rows) error {
		var (
			f    fact
			raw  []byte
			body struct {
				Type, Subject, Sequence, Changeset, Reminder, Remindat string
				Time                                                   time.Time
				Data                                                   struct {
					Payload struct {
						Priority       string
						DueDate        string `json:"due_date"`
						RecurrenceInfo struct {
							HasRecurrence bool `json:"has_recurrence"`
						} `json:"recurrence_info"`
					}
				}
			}
		)
		if err := rows.Scan(&f.ID, &f.Owner, &raw, &f.Published); err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &body); err != nil {
			return err
		}
		f.Kind, f.Task, f.ChangeSet, f.Reminder, f.At = short(body.Type), strings.TrimPrefix(body.Subject, "tasks/"), body.Changeset, body.Reminder, body.Time
		f.Recurring, f.DueDate, f.Priority = body.Data.Payload.RecurrenceInfo.HasRecurrence, body.Data.Payload.DueDate, body.Data.Payload.Priority
		f.Sequence, _ = strconv.ParseInt(body.Sequence, 10, 64)
		if body.Remindat != "" {
			at, err := time.Parse(time.RFC3339Nano, body.Remindat)
			if err != nil {
				return err
			}
			f.RemindAt = at
		}
		c.events = append(c.events, f)
		c.byID[f.ID] = f
		return nil
	})
	slices.SortFunc(c.events, func(x, y fact) int { return cmp.Compare(c.world.order[x.ID], c.world.order[y.ID]) })
	for _, f := range c.events {
		if _, seen := c.world.order[f.ID]; !seen {
			c.violate("I2", "event %s is there and nobody saw its commit", f.ID)
		}
	}
	return err
}

func (c *checker) readChangeSets(ctx context.Context) error {
	keys := map[string][]byte{}
	if err := c.rows(ctx, `SELECT owner, data_key FROM people`, func(rows pgx.Rows) error {
		var owner string
		var key []byte
		err := rows.Scan(&owner, &key)
		keys[owner] = key
		return err
	}); err != nil {
		return err
	}
	c.sets = map[string]todo.ChangeSet{}
	return c.rows(ctx, `SELECT id::text, owner, actor, at, coalesce(cause::text, ''), coalesce(undoes::text, ''), coalesce(undone_by::text, ''), content FROM change_sets`, func(rows pgx.Rows) error {
		var s todo.ChangeSet
		var sealed []byte
		if err := rows.Scan(&s.ID, &s.Owner, &s.Actor, &s.At, &s.Cause, &s.Undoes, &s.UndoneBy, &sealed); err != nil {
			return err
		}
		key, err := c.world.worker.db.ring.Unwrap(s.Owner, keys[s.Owner])
		if err != nil {
			return err
		}
		plain, err := key.Open(sealed, "changesets/"+s.ID)
		if err != nil {
			return err
		}
		var body struct {
			Tasks     []todo.Delta[todo.Task]
			Series    []todo.Delta[todo.Series]
			Reminders []todo.Delta[todo.Reminder]
		}
		err = json.Unmarshal(plain, &body)
		s.Tasks, s.Series, s.Reminders = body.Tasks, body.Series, body.Reminders
		c.sets[s.ID] = s
		return err
	})
}

// acknowledged: what a person was told is there (I1), and each change has its events in
// the same transaction (I2).
func (c *checker) acknowledged(context.Context) error {
	for _, p := range c.world.people {
		for _, id := range p.acked {
			if _, ok := c.sets[id]; !ok {
				c.violate("I1", "%s was told of %s, which is not there", p.owner, id)
			}
		}
	}
	told := map[string]map[string]int64{}
	for _, f := range c.events {
		if f.ChangeSet == "" {
			continue
		}
		if _, ok := c.sets[f.ChangeSet]; !ok {
			c.violate("I4", "event %s tells of %s, which is not there", f.ID, f.ChangeSet)
		}
		if told[f.ChangeSet] == nil {
			told[f.ChangeSet] = map[string]int64{}
		}
		if _, twice := told[f.ChangeSet][f.Task]; twice {
			c.violate("I2", "two events about %s in %s", f.Task, f.ChangeSet)
		}
		told[f.ChangeSet][f.Task] = f.Sequence
	}
	for id, s := range c.sets {
		if len(s.Tasks) != len(told[id]) {
			c.violate("I2", "%s changes %d tasks and tells of %d", id, len(s.Tasks), len(told[id]))
		}
	}
	return nil
}

// published: every event reached the broker (I3), and nothing else did (I4).
func (c *checker) published(context.Context) error {
	for _, f := range c.events {
		if f.Published == nil || c.world.broker.taken[f.ID] == 0 {
			c.violate("I3", "%s %s of %s never reached the broker", f.Kind, f.ID, f.At)
		}
	}
	for _, id := range c.world.broker.sent {
		if _, ok := c.byID[id]; !ok && !c.world.poison[id] {
			c.violate("I4", "the broker got %s, which was never committed", id)
		}
	}
	return nil
}

// eachEffect: every event was taken by each consumer that is to (I21 for the audit),
// and is settled.
func (c *checker) eachEffect(ctx context.Context) error {
	for _, rule := range [][3]string{
		{"I21", "no audit row", `SELECT o.id::text FROM outbox o WHERE NOT EXISTS (SELECT FROM audit a WHERE a.event_id = o.id::text)`},
		{"I21", "an audit row of nothing", `SELECT a.event_id FROM audit a WHERE NOT EXISTS (SELECT FROM outbox o WHERE o.id::text = a.event_id)`},
		{"I21", "two audit rows", `SELECT event_id FROM audit GROUP BY event_id HAVING count(*) > 1`},
		{"I11", "a completed occurrence that the recurrence never saw", `SELECT o.id::text FROM outbox o
			WHERE 'recurrence' = ANY (o.awaits) AND NOT EXISTS (SELECT FROM inbox i WHERE i.consumer = 'recurrence' AND i.event_id = o.id::text)`},
		{"I14", "a reminder that came without a notification", `SELECT o.id::text FROM outbox o WHERE 'notifications' = ANY (o.awaits)
			AND NOT EXISTS (SELECT FROM notifications n WHERE n.reminder_id::text = convert_from(o.event, 'UTF8')::jsonb ->> 'reminder'
				AND n.remind_at = (convert_from(o.event, 'UTF8')::jsonb ->> 'remindat')::timestamptz)`},
		// Each time that an event was sent once more, twice as long passes before it is looked at:
		// hours after five times, and one more where it was sent by a clock an hour ahead.
		{"I3", "an event that is not settled", `SELECT id::text, resent FROM outbox, (SELECT max(created_at) - interval '30 minutes' AS late FROM outbox) told
			WHERE settled_at IS NULL AND created_at < late AND (published_at IS NULL OR published_at + interval '2 minutes' * (1 << least(resent, 8)) < late)`},
	} {
		if err := c.forbid(ctx, rule[0], rule[1], rule[2]); err != nil {
			return err
		}
	}
	return nil
}

// chains: each person's audit chain is contiguous and each hash follows (I19, I20).
func (c *checker) chains(ctx context.Context) error {
	seq, last := map[string]int64{}, map[string][]byte{}
	return c.rows(ctx, `SELECT owner, seq, entry, hash FROM audit ORDER BY owner, seq`, func(rows pgx.Rows) error {
		var owner string
		var n int64
		var entry, hash []byte
		if err := rows.Scan(&owner, &n, &entry, &hash); err != nil {
			return err
		}
		if n != seq[owner]+1 {
			c.violate("I19", "after entry %d of %s comes %d", seq[owner], owner, n)
		}
		sum := sha256.New()
		sum.Write(last[owner])
		sum.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
		sum.Write(entry)
		if !bytes.Equal(sum.Sum(nil), hash) {
			c.violate("I19", "entry %d of %s does not follow from the one before", n, owner)
		}
		seq[owner], last[owner] = n, hash
		return nil
	})
}

// owners: what belongs to a task belongs to its owner (I8).
func (c *checker) owners(ctx context.Context) error {
	for _, table := range []string{"reminders", "notifications"} {
		if err := c.forbid(ctx, "I8", "another person's "+table, `SELECT x.id::text FROM `+table+` x JOIN tasks t ON t.id = x.task_id WHERE t.owner <> x.owner`); err != nil {
			return err
		}
	}
	if err := c.forbid(ctx, "I8", "another person's series", `SELECT t.id::text FROM tasks t JOIN series s ON s.id = t.series_id WHERE s.owner <> t.owner`); err != nil {
		return err
	}
	return c.forbid(ctx, "I8", "an audit entry with another person's chain", `SELECT a.event_id FROM audit a JOIN outbox o ON o.id::text = a.event_id WHERE a.owner <> o.owner`)
}

// onTime is how late a reminder may be while nothing is wrong.
const onTime = time.Second

// reminders: none is left behind (I14), none came early, and those of the quiet time came
// on time (I18).
func (c *checker) reminders(ctx context.Context) error {
	came := map[string]int{}
	for _, f := range c.events {
		if f.Kind != "reminder.due" {
			continue
		}
		came[f.Reminder+" "+f.RemindAt.String()]++
		late := f.At.Sub(f.RemindAt)
		if late < 0 {
			c.violate("I14", "reminder %s of %s came %s early", f.Reminder, f.RemindAt, -late)
		}
		if f.RemindAt.After(c.world.final) && late > onTime {
			c.violate("I18", "reminder %s of %s came %s late, and nothing was wrong", f.Reminder, f.RemindAt, late)
		}
	}
	for what, times := range came {
		if times > 1 {
			c.world.count("a reminder set back to a time at which it had come")
			_ = what
		}
	}
	return c.rows(ctx, `SELECT r.id::text, r.at, r.state, t.completed OR t.trashed_at IS NOT NULL, coalesce(r.leased_until::text, '') FROM reminders r JOIN tasks t ON t.id = r.task_id`, func(rows pgx.Rows) error {
		var id, state, lease string
		var at time.Time
		var over bool
		if err := rows.Scan(&id, &at, &state, &over, &lease); err != nil {
			return err
		}
		switch {
		case state == "pending" && over:
			c.violate("I17", "reminder %s is pending for a task that is done", id)
		case state == "pending" && at.Before(c.now.Add(-time.Minute)):
			c.violate("I14", "reminder %s of %s never came (lease %s)", id, at, lease)
		case state == "fired" && !slices.ContainsFunc(c.events, func(f fact) bool { return f.Kind == "reminder.due" && f.Reminder == id }):
			c.violate("I14", "reminder %s is said to have come", id)
		}
		return nil
	})
}

// deliveries: one record per message, each sent with its key; twice only where nobody
// could know that it had been (I15, I16).
func (c *checker) deliveries(ctx context.Context) error {
	known := map[string]string{}
	if err := c.rows(ctx, `SELECT id::text, state FROM deliveries WHERE kind = 'email'`, func(rows pgx.Rows) error {
		var id, state string
		err := rows.Scan(&id, &state)
		known[id] = state
		return err
	}); err != nil {
		return err
	}
	p := c.world.provider
	for key, state := range known {
		switch {
		case state == "sending" || state == "held":
			c.violate("I14", "delivery %s is still %s", key, state)
		case state == "delivered" && p.sent[key] == 0:
			c.violate("I15", "delivery %s is said to be delivered", key)
		}
	}
	for key, times := range p.sent {
		if _, ok := known[key]; !ok {
			c.violate("I15", "the provider got %s, of which there is no record", key)
		}
		if times > 1 {
			c.world.counts["messages doubled where the outcome was unknown"] += int64(times - 1)
		}
	}
	for _, v := range p.wrong {
		c.violate("I16", "%s", v)
	}
	c.world.counts["messages sent"] += int64(len(p.sent))
	return nil
}
