package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"function/shared/events"
	"function/shared/seal"
	"function/shared/todo"
)

// DueReminders implements todo.ReminderStore.
func (s *Store) DueReminders(ctx context.Context, claims []todo.Claim) ([]todo.DueReminder, error) {
	ids, leases := make([]pgtype.UUID, len(claims)), make([]pgtype.UUID, len(claims))
	byID := make(map[string]todo.Claim, len(claims))
	for i, c := range claims {
		if err := errors.Join(ids[i].Scan(c.ReminderID), leases[i].Scan(c.Lease)); err != nil {
			return nil, err
		}
		byID[c.ReminderID] = c
	}
	rows, err := s.pool.Query(ctx, `SELECT id::text, at, repeat_seconds, data_key, task_id::text, content, priority, due_at, due_local, due_zone,
		coalesce(series_id::text, ''), coalesce(slot, ''), version FROM due_reminders($1::uuid[], $2::uuid[]) ORDER BY at, id`, ids, leases)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var (
		list   = make([]todo.DueReminder, 0, len(claims))
		unread []error // of single ones, which must not keep the others back
	)
	for rows.Next() {
		d, err := s.scanDue(rows, byID)
		if err != nil {
			unread = append(unread, err)
			continue
		}
		list = append(list, d)
	}
	if err := rows.Err(); err != nil {
		return nil, translate(err)
	}
	return list, errors.Join(unread...)
}

func (s *Store) scanDue(row pgx.Row, claims map[string]todo.Claim) (d todo.DueReminder, err error) {
	var (
		id                string
		at                time.Time
		seconds, priority int
		wrapped, sealed   []byte
		dueAt             *time.Time
		dueLocal, dueZone *string
		plain             []byte
		text              content
		key               *seal.Key
	)
	t := &d.Task
	if err := row.Scan(&id, &at, &seconds, &wrapped, &t.ID, &sealed, &priority, &dueAt, &dueLocal, &dueZone, &t.SeriesID, &t.Slot, &t.Version); err != nil {
		return d, err
	}
	d.Claim = claims[id]
	d.Repeat, t.Owner, t.Priority = time.Duration(seconds)*time.Second, d.Claim.Owner, priorities[priority]
	if dueAt != nil {
		t.Due = &todo.Due{Local: *dueLocal, Zone: *dueZone, At: dueAt.UTC()}
	}
	if key, err = s.keys.of(d.Claim.Owner, wrapped); err != nil {
		return d, err
	}
	if plain, err = key.Open(sealed, taskPlace(t.ID)); err != nil {
		return d, err
	}
	if err := json.Unmarshal(plain, &text); err != nil {
		return d, err
	}
	t.Title, t.Description, t.Tags = text.Title, text.Description, text.Tags
	return d, nil
}

// Fire implements todo.ReminderStore.
func (s *Store) Fire(ctx context.Context, list []todo.Firing) error {
	if len(list) == 0 {
		return nil
	}
	var (
		n                     = len(list)
		ids, leases, eventIDs = make([]pgtype.UUID, n), make([]pgtype.UUID, n), make([]pgtype.UUID, n)
		ats, nexts, raws      = make([]time.Time, n), make([]*time.Time, n), make([][]byte, n)
		byID                  = make(map[string][]byte, n)
		first                 = list[0].Event
	)
	for i, f := range list {
		raw, err := s.encode(ctx, f.Event, f.Claim.Owner)
		if err != nil {
			return err
		}
		if err := errors.Join(ids[i].Scan(f.Claim.ReminderID), leases[i].Scan(f.Claim.Lease), eventIDs[i].Scan(f.Event.ID)); err != nil {
			return err
		}
		ats[i], nexts[i], raws[i], byID[f.Event.ID] = f.Claim.At, f.Next, raw, raw
	}
	if err := s.faults.BeforeCommit(ctx); err != nil {
		return translate(err)
	}
	rows, err := s.pool.Query(ctx, `SELECT fire_reminders($1, $2, $3, $4, $5::uuid[], $6::uuid[], $7::timestamptz[], $8::timestamptz[], $9::uuid[], $10::bytea[])::text`,
		list[0].Now, list[0].Now.Add(publishGrace), sources[first.Actor], awaited(first), ids, leases, ats, nexts, eventIDs, raws)
	if err != nil {
		return translate(err)
	}
	fired, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return translate(err)
	}
	if err := s.faults.AfterCommit(ctx); err != nil {
		return translate(err)
	}
	outgoing := make([]Outgoing, len(fired))
	for i, id := range fired {
		outgoing[i] = Outgoing{ID: id, Event: byID[id]}
	}
	s.committed(outgoing)
	return nil
}

// encode gives an event as the outbox keeps it, with the trace of what made it.
func (s *Store) encode(ctx context.Context, e todo.Event, owner string) ([]byte, error) {
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return nil, err
	}
	return events.Encode(ctx, e, sources[e.Actor], key)
}

// Overdue gives the reminders that are due and that nobody holds, at most n, by id, the
// longest due first.
func (s *Store) Overdue(ctx context.Context, now time.Time, n int) ([][16]byte, error) {
	rows, err := s.pool.Query(ctx, `SELECT overdue_reminders($1, $2)`, now, n)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[[16]byte])
	return list, translate(err)
}

// FireOverdue makes reminders come that are overdue, in one statement and with nothing
// read before: an id is given for the event of each. Those that are not overdue any more,
// that somebody holds, that come again, or of whose task nothing is ready to be told, are
// left as they are. It gives how many came.
func (s *Store) FireOverdue(ctx context.Context, now time.Time, reminders [][16]byte, eventIDs []string) (int, error) {
	ids, told := make([]pgtype.UUID, len(reminders)), make([]pgtype.UUID, len(reminders))
	for i, id := range reminders {
		ids[i] = pgtype.UUID{Bytes: id, Valid: true}
		if err := told[i].Scan(eventIDs[i]); err != nil {
			return 0, err
		}
	}
	if err := s.faults.BeforeCommit(ctx); err != nil {
		return 0, translate(err)
	}
	source := sources[todo.ActorReminders]
	rows, err := s.pool.Query(ctx, `SELECT event_id::text, event FROM fire_overdue($1, $2, $3, $4, $5::text[], $6::uuid[], $7::uuid[])`,
		now, now.Add(publishGrace), source, awaited(todo.Event{Kind: todo.EventReminderDue}), events.Pattern(ctx, now, todo.ActorReminders, source), ids, told)
	if err != nil {
		return 0, translate(err)
	}
	outgoing, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (o Outgoing, err error) {
		return o, row.Scan(&o.ID, &o.Event)
	})
	if err != nil {
		return 0, translate(err)
	}
	if err := s.faults.AfterCommit(ctx); err != nil {
		return 0, translate(err)
	}
	s.committed(outgoing)
	return len(outgoing), nil
}
