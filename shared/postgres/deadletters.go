package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// DeadLetter is an event that a consumer would not take.
type DeadLetter struct {
	ID                    int64
	Source, EventID, Type string
	Destination           string // the consumer's address (knativeerrordest)
	Code                  int    // its answer (knativeerrorcode); -1 or 0 where there was none
	Data                  string // what it answered (knativeerrordata)
	Event                 []byte // structured mode
	ReceivedAt            time.Time
	Times                 int // how often it came
	ReplayedAt            *time.Time
}

// Open reports whether the letter waits for somebody: it was not sent again, or came
// back after that.
func (d DeadLetter) Open() bool { return d.ReplayedAt == nil || d.ReplayedAt.Before(d.ReceivedAt) }

// KeepDeadLetter stores a dead letter; the same one again is counted.
func (s *Store) KeepDeadLetter(ctx context.Context, d DeadLetter) error {
	_, err := s.pool.Exec(ctx, `INSERT INTO dead_letters (source, event_id, type, destination, code, data, event, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (source, event_id, destination) DO UPDATE SET times = dead_letters.times + 1, code = $5, data = $6, received_at = $8`,
		d.Source, d.EventID, d.Type, d.Destination, d.Code, d.Data, d.Event, d.ReceivedAt)
	return translate(err)
}

// Letters says which dead letters; the zero value says the open ones.
type Letters struct {
	Type        string     // the event's, or how it begins
	Destination string     // part of the address
	Since       *time.Time // received then or later
	Replayed    bool       // those too that were sent again and did not come back
}

// DeadLetterPage reads dead letters in the order of their ids, at most n from after the given one.
func (s *Store) DeadLetterPage(ctx context.Context, which Letters, after int64, n int) ([]DeadLetter, error) {
	return s.deadLetters(ctx, `WHERE id > $1 AND starts_with(type, $2) AND ($3 = '' OR position($3 in destination) > 0)
		AND ($4::timestamptz IS NULL OR received_at >= $4) AND ($5 OR replayed_at IS NULL OR replayed_at < received_at) ORDER BY id LIMIT $6`,
		after, which.Type, which.Destination, which.Since, which.Replayed, n)
}

// DeadLetter gives one. CodeNotFound.
func (s *Store) DeadLetter(ctx context.Context, id int64) (DeadLetter, error) {
	list, err := s.deadLetters(ctx, `WHERE id = $1`, id)
	if err == nil && len(list) == 0 {
		err = notFound()
	}
	if err != nil {
		return DeadLetter{}, err
	}
	return list[0], nil
}

func (s *Store) deadLetters(ctx context.Context, clause string, args ...any) ([]DeadLetter, error) {
	rows, err := s.pool.Query(ctx, `SELECT id, source, event_id, type, destination, coalesce(code, 0), data, event, received_at, times, replayed_at FROM dead_letters `+clause, args...)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[DeadLetter])
	return list, translate(err)
}

// MarkReplayed records that a letter was sent again.
func (s *Store) MarkReplayed(ctx context.Context, id int64, now time.Time) error {
	_, err := s.pool.Exec(ctx, `UPDATE dead_letters SET replayed_at = $2 WHERE id = $1`, id, now)
	return translate(err)
}

// Backlog is how much waits in the whole system, and since when.
type Backlog struct {
	Waiting     int64         // events that were committed and not published
	Oldest      time.Duration // age of the oldest of them
	Overdue     int64         // reminders whose time has come and that did not come
	DeadLetters int64         // open ones
}

// Backlog counts what waits at an instant.
func (s *Store) Backlog(ctx context.Context, now time.Time) (Backlog, error) {
	var b Backlog
	var oldest *time.Time
	err := s.pool.QueryRow(ctx, `SELECT waiting, oldest, overdue, letters FROM backlog($1)`, now).Scan(&b.Waiting, &oldest, &b.Overdue, &b.DeadLetters)
	if oldest != nil {
		b.Oldest = max(now.Sub(*oldest), 0)
	}
	return b, translate(err)
}
