package postgres

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/seal"
	"function/shared/todo"
)

// The kinds of notifications.
const (
	KindReminder = "reminder"
	KindDigest   = "digest"
)

// Notification is a reminder that came, or a day's digest, and what became of it on
// each channel.
type Notification struct {
	ID             string
	Owner          string
	Kind           string
	TaskID         string // of a reminder
	ReminderID     string // of a reminder
	Day            string // of a digest: the local date
	RemindAt       time.Time
	DueAt          *time.Time
	Title          string
	Silent         bool // it came in quiet hours
	CreatedAt      time.Time
	ReadAt         *time.Time
	AcknowledgedAt *time.Time
	Deliveries     []Delivery
}

func notificationPlace(id string) string { return "notifications/" + id }

// Writing is what comes with a new notification: Receipt of the event that asked for it;
// Until, the instant until which what is to be sent is the caller's and not the sweep's;
// Told, the events; NextDigest, when the owner's next one is due, after a digest.
type Writing struct {
	Receipt    *todo.Receipt
	Until      time.Time
	Told       []todo.Event
	NextDigest *time.Time
}

// Notify keeps a notification with its deliveries before anything is sent. What is held
// of the same reminder gives way to it. CodeDuplicate where the reminder's coming, or
// the day's digest, was handled already.
func (s *Store) Notify(ctx context.Context, n Notification, w Writing) error {
	key, err := s.keys.ensure(ctx, n.Owner)
	if err != nil {
		return err
	}
	title, err := key.Seal([]byte(n.Title), notificationPlace(n.ID))
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	if w.Receipt != nil {
		queueReceipt(b, *w.Receipt, n.Owner, n.CreatedAt)
	}
	b.Queue(`INSERT INTO notifications (id, owner, kind, task_id, reminder_id, day, remind_at, due_at, title, silent, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		n.ID, n.Owner, n.Kind, orNull(n.TaskID), orNull(n.ReminderID), orNull(n.Day), n.RemindAt, n.DueAt, title, n.Silent, n.CreatedAt)
	queueDeliveries(b, n, w.Until)
	if n.Kind == KindDigest {
		b.Queue(`UPDATE people SET digest_next = $2 WHERE owner = $1`, n.Owner, w.NextDigest)
	}
	outgoing, err := queueEvents(ctx, b, n.Owner, w.Told, key)
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

func queueDeliveries(b *pgx.Batch, n Notification, until time.Time) {
	for _, d := range n.Deliveries {
		if n.ReminderID != "" && (d.State == Held || d.State == Sending) {
			b.Queue(`UPDATE deliveries SET state = 'superseded', next_at = NULL, updated_at = $3 WHERE reminder_id = $1 AND channel = $2 AND state = 'held'`,
				n.ReminderID, d.Channel, n.CreatedAt)
		}
		attempts, next := 1, &until // the caller sends it now
		switch d.State {
		case Held:
			attempts, next = 0, d.Until
		case Delivered:
			next = nil
		}
		b.Queue(`INSERT INTO deliveries (id, notification_id, owner, channel, kind, reminder_id, state, attempts, next_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			d.ID, n.ID, n.Owner, d.Channel, d.Kind, orNull(n.ReminderID), d.State, attempts, next, n.CreatedAt)
	}
}

// Wanted reports whether somebody still wants to hear of a reminder: its task is open,
// nobody has moved it to a later time than the one that came, and nobody has said that
// they have seen it.
func (s *Store) Wanted(ctx context.Context, n Notification) (wanted bool, err error) {
	b := &pgx.Batch{}
	b.Queue(`SELECT EXISTS (SELECT FROM reminders r JOIN tasks t ON t.id = r.task_id JOIN notifications n ON n.id = $2
		WHERE r.owner = $1 AND r.id = n.reminder_id AND n.acknowledged_at IS NULL AND NOT t.completed AND t.trashed_at IS NULL AND r.state <> 'cancelled'
			AND NOT (r.state = 'pending' AND r.repeat_seconds = 0 AND r.at > n.remind_at))`, n.Owner, n.ID).
		QueryRow(func(row pgx.Row) error { return row.Scan(&wanted) })
	err = s.as(ctx, n.Owner, b)
	return wanted, err
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

// Notifications gives a person's reminders that came, newest first, from before the
// given id; "" is from the newest.
func (s *Store) Notifications(ctx context.Context, owner, before string, n int) ([]Notification, error) {
	if before != "" && !known(before) {
		return nil, todo.Invalid("/after", "is no cursor of this list")
	}
	return s.notifications(ctx, owner, `WHERE n.owner = $1 AND n.kind = 'reminder' AND ($2::uuid IS NULL OR n.id < $2) ORDER BY n.id DESC LIMIT $3`, owner, orNull(before), n)
}

func (s *Store) notifications(ctx context.Context, owner, clause string, args ...any) ([]Notification, error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return nil, err
	}
	var list []Notification
	b := &pgx.Batch{}
	b.Queue(`SELECT n.id::text, n.kind, coalesce(n.task_id::text, ''), coalesce(n.reminder_id::text, ''), coalesce(n.day, ''), n.remind_at, n.due_at, n.title,
			n.silent, n.created_at, n.read_at, n.acknowledged_at,
			(SELECT jsonb_agg(jsonb_build_object('id', d.id, 'channel', d.channel, 'kind', d.kind, 'state', d.state, 'detail', d.detail,
				'until', CASE WHEN d.state IN ('held', 'sending') THEN d.next_at END) ORDER BY d.kind, d.channel)
			 FROM deliveries d WHERE d.notification_id = n.id)
		FROM notifications n `+clause, args...).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Notification, error) { return scanNotification(row, owner, key) })
		return err
	})
	return list, s.as(ctx, owner, b)
}

func scanNotification(row pgx.Row, owner string, key *seal.Key) (Notification, error) {
	n := Notification{Owner: owner}
	var title, deliveries []byte
	if err := row.Scan(&n.ID, &n.Kind, &n.TaskID, &n.ReminderID, &n.Day, &n.RemindAt, &n.DueAt, &title,
		&n.Silent, &n.CreatedAt, &n.ReadAt, &n.AcknowledgedAt, &deliveries); err != nil {
		return n, err
	}
	plain, err := key.Open(title, notificationPlace(n.ID))
	if err != nil {
		return n, err
	}
	n.Title = string(plain)
	utc(&n.RemindAt, &n.CreatedAt, n.DueAt, n.ReadAt, n.AcknowledgedAt)
	if deliveries == nil {
		return n, nil
	}
	return n, json.Unmarshal(deliveries, &n.Deliveries)
}

// ReadNotification marks one as read, once, and as acknowledged where that is said.
// CodeNotFound.
func (s *Store) ReadNotification(ctx context.Context, owner, id string, acknowledged bool, now time.Time) error {
	if !known(id) {
		return notFound()
	}
	found := false
	b := &pgx.Batch{}
	b.Queue(`UPDATE notifications SET read_at = coalesce(read_at, $2), acknowledged_at = CASE WHEN $3 THEN coalesce(acknowledged_at, $2) ELSE acknowledged_at END
		WHERE id = $1 RETURNING true`, id, now, acknowledged).Query(func(rows pgx.Rows) error {
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
