package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// Delivery is a notification's state on one channel. Its ID is the key that the
// provider is given: sent twice, it is the same message.
type Delivery struct {
	ID      string     `json:"id"`
	Channel string     `json:"channel" doc:"in-app, or the channel's id"`
	Kind    string     `json:"kind" enum:"in-app,email,webpush,webhook,binding"`
	State   string     `json:"state" enum:"held,sending,delivered,failed,cancelled,superseded"`
	Detail  string     `json:"detail,omitempty" doc:"Why it failed or was cancelled"`
	Until   *time.Time `json:"until,omitempty" doc:"Of a held one: when the quiet hours end; of one that is tried again: when"`
}

// The states of a delivery; docs/states.md draws the transitions.
const (
	Held       = "held" // until the quiet hours end
	Sending    = "sending"
	Delivered  = "delivered"
	Failed     = "failed"
	Cancelled  = "cancelled"  // nobody needs it any more
	Superseded = "superseded" // a later one of the same reminder is sent instead
)

// Settlement is how a try of a delivery ended.
type Settlement struct {
	Delivery
	Now    time.Time
	NextAt *time.Time // of one that is not at its end
	Gone   bool       // nothing will ever arrive at the channel
	Told   []todo.Event
}

// Settle records how a try ended, with the events that tell of it, and with it whether
// the channel works. CodeVersionMismatch where the delivery is at its end already;
// CodeConflict where it is to be held and another one of its reminder is.
func (s *Store) Settle(ctx context.Context, owner, id string, d Settlement) error {
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`WITH changed AS (UPDATE deliveries SET state = $3, detail = $4, next_at = $5, updated_at = $6
			WHERE notification_id = $1::text::uuid AND channel = $2 AND state IN ('held', 'sending') RETURNING 1)
		SELECT must_change(count(*), 'deliveries/' || $1) FROM changed`, id, d.Channel, d.State, d.Detail, d.NextAt, d.Now)
	switch {
	case d.State == Delivered:
		queueFailing(b, d.Channel, "", false)
	case d.State == Failed:
		queueFailing(b, d.Channel, d.Detail, d.Gone)
	}
	outgoing, err := queueEvents(ctx, b, owner, d.Told, key)
	if err != nil {
		return err
	}
	queueLive(b, Live{Owner: owner, Kind: "notification", ID: id})
	if err := s.as(ctx, owner, b); err != nil {
		return err
	}
	s.committed(outgoing)
	return nil
}

// BeginTry keeps a delivery for one try until the given instant, right before it is sent.
// CodeVersionMismatch where it has ended, or where another has claimed it since: a try is
// known by its number, since clocks that disagree end leases early.
func (s *Store) BeginTry(ctx context.Context, owner, id, channel string, attempt int, now, until time.Time) error {
	b := &pgx.Batch{}
	b.Queue(`WITH changed AS (UPDATE deliveries SET next_at = $4, updated_at = $5
			WHERE notification_id = $1::text::uuid AND channel = $2 AND attempts = $3 AND state IN ('held', 'sending') RETURNING 1)
		SELECT must_change(count(*), 'deliveries/' || $1) FROM changed`, id, channel, attempt, until, now)
	return s.as(ctx, owner, b)
}

// Waiting is a delivery whose next try has come.
type Waiting struct {
	NotificationID, Owner, Channel string
	Attempts                       int // this one included
}

// ClaimDeliveries takes deliveries whose next try has come, or whose quiet hours are
// over, at most n, until the given instant.
func (s *Store) ClaimDeliveries(ctx context.Context, now, until time.Time, n int) ([]Waiting, error) {
	rows, err := s.pool.Query(ctx, `SELECT notification_id::text, owner, channel, attempts FROM claim_deliveries($1, $2, $3)`, now, until, n)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (w Waiting, err error) {
		return w, row.Scan(&w.NotificationID, &w.Owner, &w.Channel, &w.Attempts)
	})
	return list, translate(err)
}

// ClaimDigests takes people whose digest is due, at most n, until the given instant.
func (s *Store) ClaimDigests(ctx context.Context, now, until time.Time, n int) ([]string, error) {
	rows, err := s.pool.Query(ctx, `SELECT owner FROM claim_digests($1, $2, $3)`, now, until, n)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return list, translate(err)
}

// NextDelivery gives when the next delivery or digest is due; nil: none is.
func (s *Store) NextDelivery(ctx context.Context) (*time.Time, error) {
	var at *time.Time
	err := s.pool.QueryRow(ctx, `SELECT next_delivery()`).Scan(&at)
	return at, translate(err)
}

// SetNextDigest says when a person's next digest is due; nil: never.
func (s *Store) SetNextDigest(ctx context.Context, owner string, at *time.Time) error {
	b := &pgx.Batch{}
	b.Queue(`UPDATE people SET digest_next = $2 WHERE owner = $1`, owner, at)
	return s.as(ctx, owner, b)
}
