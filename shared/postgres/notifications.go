package postgres

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// Notification is a reminder that came, and what became of it on each channel.
type Notification struct {
	ID         string
	Owner      string
	TaskID     string
	ReminderID string
	RemindAt   time.Time
	DueAt      *time.Time
	Title      string
	CreatedAt  time.Time
	ReadAt     *time.Time
	Deliveries []Delivery
}

// Delivery is a notification's state on one channel.
type Delivery struct {
	Channel string `json:"channel"`
	State   string `json:"state"` // sending, delivered or failed
	Detail  string `json:"detail,omitempty"`
}

// The states of a delivery.
const (
	Sending   = "sending"
	Delivered = "delivered"
	Failed    = "failed"
)

func notificationPlace(id string) string { return "notifications/" + id }

// Notify keeps a notification with its deliveries, and the receipt of the event that
// asked for it. Deliveries that are still to be sent are the caller's until the given
// instant, then the sweep's. CodeDuplicate where the reminder's coming was handled already.
func (s *Store) Notify(ctx context.Context, n Notification, receipt todo.Receipt, until time.Time, done []todo.Event) error {
	key, err := s.keys.ensure(ctx, n.Owner)
	if err != nil {
		return err
	}
	title, err := key.Seal([]byte(n.Title), notificationPlace(n.ID))
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	queueReceipt(b, receipt, n.Owner, n.CreatedAt)
	b.Queue(`INSERT INTO notifications (id, owner, task_id, reminder_id, remind_at, due_at, title, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		n.ID, n.Owner, n.TaskID, n.ReminderID, n.RemindAt, n.DueAt, title, n.CreatedAt)
	for _, d := range n.Deliveries {
		b.Queue(`INSERT INTO deliveries (notification_id, owner, channel, state, attempts, next_at, updated_at) VALUES ($1, $2, $3, $4, 1, $5, $6)`,
			n.ID, n.Owner, d.Channel, d.State, until, n.CreatedAt)
	}
	outgoing, err := queueEvents(ctx, b, n.Owner, done, key)
	if err != nil {
		return err
	}
	queueLive(b, Live{Owner: n.Owner, Kind: "notification", ID: n.ID})
	if err := s.as(ctx, n.Owner, b); err != nil {
		return err
	}
	s.committed(outgoing)
	return nil
}

// Settle records how a delivery ended, with the events that tell of it. nextAt is when
// a delivery that is still Sending is tried again.
func (s *Store) Settle(ctx context.Context, owner, id string, d Delivery, now time.Time, nextAt *time.Time, told []todo.Event) error {
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`WITH changed AS (UPDATE deliveries SET state = $3, detail = $4, next_at = $5, updated_at = $6
			WHERE notification_id = $1::text::uuid AND channel = $2 AND state = 'sending' RETURNING 1)
		SELECT must_change(count(*), 'deliveries/' || $1) FROM changed`, id, d.Channel, d.State, d.Detail, nextAt, now)
	outgoing, err := queueEvents(ctx, b, owner, told, key)
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

// Waiting is a delivery whose next try has come.
type Waiting struct {
	NotificationID, Owner, Channel string
	Attempts                       int // this one included
}

// ClaimDeliveries takes deliveries whose next try has come, at most n, until the given instant.
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

// Notification gives one. CodeNotFound.
func (s *Store) Notification(ctx context.Context, owner, id string) (Notification, error) {
	if !known(id) {
		return Notification{}, notFound()
	}
	list, err := s.notifications(ctx, owner, `WHERE n.id = $1`, id)
	if err != nil {
		return Notification{}, err
	}
	if len(list) == 0 {
		return Notification{}, notFound()
	}
	return list[0], nil
}

// Notifications gives a person's, newest first, from before the given id; "" is from the newest.
func (s *Store) Notifications(ctx context.Context, owner, before string, n int) ([]Notification, error) {
	if before != "" && !known(before) {
		return nil, todo.Invalid("/after", "is no cursor of this list")
	}
	return s.notifications(ctx, owner, `WHERE n.owner = $1 AND ($2::uuid IS NULL OR n.id < $2) ORDER BY n.id DESC LIMIT $3`, owner, orNull(before), n)
}

func (s *Store) notifications(ctx context.Context, owner, clause string, args ...any) ([]Notification, error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return nil, err
	}
	var list []Notification
	b := &pgx.Batch{}
	b.Queue(`SELECT n.id::text, n.task_id::text, n.reminder_id::text, n.remind_at, n.due_at, n.title, n.created_at, n.read_at,
			(SELECT jsonb_agg(jsonb_build_object('channel', d.channel, 'state', d.state, 'detail', d.detail) ORDER BY d.channel)
			 FROM deliveries d WHERE d.notification_id = n.id)
		FROM notifications n `+clause, args...).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Notification, error) {
			n := Notification{Owner: owner}
			var title, deliveries []byte
			if err := row.Scan(&n.ID, &n.TaskID, &n.ReminderID, &n.RemindAt, &n.DueAt, &title, &n.CreatedAt, &n.ReadAt, &deliveries); err != nil {
				return n, err
			}
			plain, err := key.Open(title, notificationPlace(n.ID))
			if err != nil {
				return n, err
			}
			n.Title = string(plain)
			utc(&n.RemindAt, &n.CreatedAt, n.DueAt, n.ReadAt)
			if deliveries == nil {
				return n, nil
			}
			return n, json.Unmarshal(deliveries, &n.Deliveries)
		})
		return err
	})
	return list, s.as(ctx, owner, b)
}

// ReadNotification marks one as read, once. CodeNotFound.
func (s *Store) ReadNotification(ctx context.Context, owner, id string, now time.Time) error {
	if !known(id) {
		return notFound()
	}
	found := false
	b := &pgx.Batch{}
	b.Queue(`UPDATE notifications SET read_at = coalesce(read_at, $2) WHERE id = $1 RETURNING true`, id, now).Query(func(rows pgx.Rows) error {
		found = rows.Next()
		rows.Close()
		return rows.Err()
	})
	if err := s.as(ctx, owner, b); err != nil {
		return err
	}
	if !found {
		return notFound()
	}
	return nil
}
