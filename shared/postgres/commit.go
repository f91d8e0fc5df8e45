package postgres

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/events"
	"function/shared/seal"
	"function/shared/todo"
)

// publishGrace is how long a committed event is its writer's to publish before the
// sweep takes it.
const publishGrace = 10 * time.Second

// liveChannel is where committed changes are announced to the streams of every instance.
const liveChannel = "nudge_live"

// Live is what liveChannel carries.
type Live struct {
	Owner     string   `json:"owner"`
	Kind      string   `json:"kind"` // change, notification, activity or settings
	ChangeSet string   `json:"change_set,omitempty"`
	Tasks     []string `json:"tasks,omitempty"`
	ID        string   `json:"id,omitempty"` // of a notification
}

// maxLiveTasks keeps a NOTIFY under PostgreSQL's 8000 bytes; a listener that sees
// this many reads everything again.
const maxLiveTasks = 50

// Commit implements todo.Store.
func (s *Store) Commit(ctx context.Context, c todo.Commit) error {
	owner := c.ChangeSet.Owner
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	queueGuards(b, c)
	if err := queueState(b, c.ChangeSet, key); err != nil {
		return err
	}
	for _, e := range c.Series {
		b.Queue(`SELECT must_change(1 + abs(count(*) - $2), 'series/' || $1) FROM tasks
			WHERE series_id = $1::text::uuid AND NOT completed AND trashed_at IS NULL`, e.SeriesID, e.Open)
	}
	if err := queueChangeSet(b, c, key); err != nil {
		return err
	}
	outgoing, err := queueEvents(ctx, b, owner, c.Events, key)
	if err != nil {
		return err
	}
	queueLive(b, Live{Owner: owner, Kind: "change", ChangeSet: c.ChangeSet.ID, Tasks: c.ChangeSet.TaskIDs()})
	if err := s.as(ctx, owner, b); err != nil {
		return err
	}
	s.committed(outgoing)
	return nil
}

// queueGuards makes the transaction fail where the world is not as the act saw it.
func queueGuards(b *pgx.Batch, c todo.Commit) {
	if r := c.Receipt; r != nil {
		queueReceipt(b, *r, c.ChangeSet.Owner, c.ChangeSet.At)
	}
	for _, e := range c.Expect {
		b.Queue(`SELECT must_change(count(*), 'tasks/' || $1) FROM (SELECT FROM tasks WHERE id = $1::text::uuid AND version = $2 AND owner = $3 FOR SHARE) held`, e.TaskID, e.Version, c.ChangeSet.Owner)
	}
	for _, e := range c.Series { // held to the end: acts on one series come one after the other
		b.Queue(`SELECT must_change(count(*), 'series/' || $1) FROM (SELECT FROM series WHERE id = $1::text::uuid AND version = $2 AND owner = $3 FOR NO KEY UPDATE) held`, e.SeriesID, e.Version, c.ChangeSet.Owner)
	}
}

func queueReceipt(b *pgx.Batch, r todo.Receipt, owner string, at time.Time) {
	b.Queue(`INSERT INTO inbox (consumer, source, event_id, owner, handled_at) VALUES ($1, $2, $3, $4, $5)`, r.Consumer, r.Source, r.ID, owner, at)
}

// queueState writes the rows. Tasks go in the order of their ids, so that two bulk
// changes cannot lock each other out; what tasks refer to is written before and
// removed after them.
func queueState(b *pgx.Batch, cs todo.ChangeSet, key *seal.Key) error {
	for _, d := range cs.Series {
		if d.After == nil {
			continue
		}
		if err := queueSeries(b, d, cs.Owner, key); err != nil {
			return err
		}
	}
	tasks := slices.SortedFunc(slices.Values(cs.Tasks), func(x, y todo.Delta[todo.Task]) int { return strings.Compare(taskID(x), taskID(y)) })
	reminded := map[string]bool{}
	for _, d := range cs.Reminders {
		if d.After != nil {
			reminded[d.After.TaskID] = true
		}
	}
	for _, d := range tasks {
		if err := queueTask(b, d, cs.Owner, key, reminded[taskID(d)]); err != nil {
			return err
		}
	}
	for _, d := range cs.Reminders {
		queueReminder(b, d, cs.Owner)
	}
	for _, d := range cs.Series {
		if d.After == nil {
			b.Queue(`DELETE FROM series WHERE id = $1 AND owner = $2`, d.Before.ID, cs.Owner)
		}
	}
	return nil
}

func taskID(d todo.Delta[todo.Task]) string {
	if d.After != nil {
		return d.After.ID
	}
	return d.Before.ID
}

func queueSeries(b *pgx.Batch, d todo.Delta[todo.Series], owner string, key *seal.Key) error {
	s := d.After
	template, err := template(s, key)
	if err != nil {
		return err
	}
	if d.Before == nil {
		b.Queue(`INSERT INTO series (id, owner, rule, start, zone, from_completion, end_of_month, catch_up, exdates, rdates, version, created_at, ended_at, pauses, template)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9::text[], '{}'), coalesce($10::text[], '{}'), $11, $12, $13, $14, $15)`,
			s.ID, owner, s.Rule, s.Start, s.Zone, s.FromCompletion, s.EndOfMonth, s.CatchUp, s.ExDates, s.RDates, s.Version, s.CreatedAt, s.EndedAt, pauses(s), template)
		return nil
	}
	b.Queue(`WITH changed AS (UPDATE series SET rule = $3, start = $4, zone = $5, from_completion = $6, end_of_month = $7, catch_up = $8,
			exdates = coalesce($9::text[], '{}'), rdates = coalesce($10::text[], '{}'), version = $11, ended_at = $12, pauses = $13, template = $15
			WHERE id = $1::text::uuid AND version = $2 AND owner = $14 RETURNING 1)
		SELECT must_change(count(*), 'series/' || $1) FROM changed`,
		s.ID, d.Before.Version, s.Rule, s.Start, s.Zone, s.FromCompletion, s.EndOfMonth, s.CatchUp, s.ExDates, s.RDates, s.Version, s.EndedAt, pauses(s), owner, template)
	return nil
}

// pauses gives the column's value, which is never null.
func pauses(s *todo.Series) []todo.Pause {
	if s.Pauses == nil {
		return []todo.Pause{}
	}
	return s.Pauses
}

// queueTask writes a task. Where a reminder of it is pending, reminded or not by the same
// act, what its event will tell is written as well.
func queueTask(b *pgx.Batch, d todo.Delta[todo.Task], owner string, key *seal.Key, reminded bool) error {
	if d.After == nil {
		b.Queue(`WITH changed AS (DELETE FROM tasks WHERE id = $1::text::uuid AND version = $2 AND owner = $3 RETURNING 1)
			SELECT must_change(count(*), 'tasks/' || $1) FROM changed`, d.Before.ID, d.Before.Version, owner)
		return nil
	}
	t := d.After
	plain, err := json.Marshal(content{t.Title, t.Description, t.Tags})
	if err != nil {
		return err
	}
	sealed, err := key.Seal(plain, taskPlace(t.ID))
	if err != nil {
		return err
	}
	var dueAt *time.Time
	var dueLocal, dueZone *string
	if t.Due != nil {
		dueAt, dueLocal, dueZone = &t.Due.At, &t.Due.Local, &t.Due.Zone
	}
	row := []any{
		t.ID, sealed, key.Tokens(t.Title+" "+t.Description, t.Tags), priorityNumber(t.Priority), dueAt, dueLocal, dueZone,
		orNull(t.Parent), t.Position, t.Status == todo.StatusCompleted, orNull(t.SeriesID), orNull(t.Slot), t.Version,
		t.UpdatedAt, t.CompletedAt, t.TrashedAt, t.BlockedBy, key.TagTokens(t.Tags),
	}
	var told *string
	if d.Before != nil || reminded {
		text, err := events.Tell(*t, key)
		if err != nil {
			return err
		}
		told = &text
	}
	if d.Before == nil {
		b.Queue(`INSERT INTO tasks (id, content, tokens, priority, due_at, due_local, due_zone, parent, position, completed, series_id, slot,
				version, updated_at, completed_at, trashed_at, blocked_by, tags, owner, created_at, told)
			VALUES ($1::text::uuid, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, coalesce($17::text[]::uuid[], '{}'), $18, $19, $20, $21)`, append(row, owner, t.CreatedAt, told)...)
		return nil
	}
	b.Queue(`WITH changed AS (UPDATE tasks SET content = $2, tokens = $3, priority = $4, due_at = $5, due_local = $6, due_zone = $7,
			parent = $8, position = $9, completed = $10, series_id = $11, slot = $12, version = $13, updated_at = $14,
			completed_at = $15, trashed_at = $16, blocked_by = coalesce($17::text[]::uuid[], '{}'), tags = $18,
			told = CASE WHEN $21 OR EXISTS (SELECT FROM reminders r WHERE r.task_id = tasks.id AND r.owner = $20 AND r.state = 'pending') THEN $22 END
			WHERE id = $1::text::uuid AND version = $19 AND owner = $20 RETURNING 1)
		SELECT must_change(count(*), 'tasks/' || $1) FROM changed`, append(row, d.Before.Version, owner, reminded, told)...)
	return nil
}

func queueReminder(b *pgx.Batch, d todo.Delta[todo.Reminder], owner string) {
	if d.After == nil {
		b.Queue(`DELETE FROM reminders WHERE id = $1 AND owner = $2`, d.Before.ID, owner)
		return
	}
	r := d.After
	var before todo.Before
	if r.Before != nil {
		before = *r.Before
	}
	b.Queue(`INSERT INTO reminders (id, task_id, owner, is_relative, before_days, before_seconds, before_clock, at, repeat_seconds, state, fired_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET is_relative = $4, before_days = $5, before_seconds = $6, before_clock = $7, at = $8, repeat_seconds = $9,
			state = $10, fired_at = $11, lease = NULL, leased_until = NULL WHERE reminders.owner = $3`,
		r.ID, r.TaskID, owner, r.Before != nil, before.Days, int(before.Duration/time.Second), before.Clock, r.At,
		int(r.Repeat/time.Second), r.State, r.FiredAt)
}

// deltas is the sealed part of a change set.
type deltas struct {
	Tasks     []todo.Delta[todo.Task]     `json:"tasks,omitempty"`
	Series    []todo.Delta[todo.Series]   `json:"series,omitempty"`
	Reminders []todo.Delta[todo.Reminder] `json:"reminders,omitempty"`
}

func changeSetPlace(id string) string { return "changesets/" + id }

func queueChangeSet(b *pgx.Batch, c todo.Commit, key *seal.Key) error {
	cs := c.ChangeSet
	plain, err := json.Marshal(deltas{cs.Tasks, cs.Series, cs.Reminders})
	if err != nil {
		return err
	}
	sealed, err := key.Seal(plain, changeSetPlace(cs.ID))
	if err != nil {
		return err
	}
	b.Queue(`INSERT INTO change_sets (id, owner, actor, at, cause, undoes, content) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		cs.ID, cs.Owner, cs.Actor, cs.At, orNull(cs.Cause), orNull(cs.Undoes), sealed)
	for _, id := range c.Undone {
		b.Queue(`WITH changed AS (UPDATE change_sets SET undone_by = $2 WHERE id = $1::text::uuid AND undone_by IS NULL AND owner = $3 RETURNING 1)
			SELECT must_change(count(*), 'changesets/' || $1) FROM changed`, id, cs.ID, cs.Owner)
	}
	if c.Redone != "" {
		b.Queue(`UPDATE change_sets SET undone_by = NULL WHERE undone_by = $1 AND owner = $2`, c.Redone, cs.Owner)
	}
	return nil
}

// sources names the capability that speaks for an actor.
var sources = map[todo.Actor]string{
	todo.ActorPerson: "/nudge/tasks", todo.ActorImport: "/nudge/tasks", todo.ActorAssistant: "/nudge/chat",
	todo.ActorRecurrence: "/nudge/recurrence", todo.ActorReminders: "/nudge/reminders", todo.ActorNotifications: "/nudge/notifications",
}

// queueEvents writes the outbox rows; each event carries the trace of what made it.
func queueEvents(ctx context.Context, b *pgx.Batch, owner string, list []todo.Event, key *seal.Key) ([]Outgoing, error) {
	outgoing := make([]Outgoing, 0, len(list))
	for _, e := range list {
		raw, err := events.Encode(ctx, e, sources[e.Actor], key)
		if err != nil {
			return nil, err
		}
		b.Queue(`INSERT INTO outbox (id, owner, event, next_at, created_at, source, awaits) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			e.ID, owner, raw, e.At.Add(publishGrace), e.At, sources[e.Actor], awaited(e))
		outgoing = append(outgoing, Outgoing{ID: e.ID, Event: raw})
	}
	return outgoing, nil
}

// queueSettings tells open pages that what the person has set, beside tasks, is another.
func queueSettings(b *pgx.Batch, owner string) { queueLive(b, Live{Owner: owner, Kind: "settings"}) }

func queueLive(b *pgx.Batch, l Live) {
	l.Tasks = l.Tasks[:min(len(l.Tasks), maxLiveTasks)]
	payload, _ := json.Marshal(l) // strings cannot fail
	b.Queue(`SELECT pg_notify($1, $2)`, liveChannel, string(payload))
}
