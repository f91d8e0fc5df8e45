package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"function/shared/todo"
)

// Listen calls back for every committed change of every instance, until the context
// ends or the connection is lost. The connection is one of its own, outside the pool;
// started is called once it listens: what commits from then on is heard.
func (s *Store) Listen(ctx context.Context, started func(), heard func(Live)) error {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return translate(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+liveChannel); err != nil {
		return translate(err)
	}
	started()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return translate(err)
		}
		var l Live
		if json.Unmarshal([]byte(n.Payload), &l) == nil {
			heard(l)
		}
	}
}

// Missed is what was committed for a person behind a cursor.
type Missed struct {
	Cursor        string // what was seen with all of this
	Reload        bool   // the cursor is none of ours or too old: read everything anew
	Changes       []MissedChange
	Notifications []string // ids, written or changed
}

// MissedChange is a change set, and the cursor of whoever was told of it and of those
// before it.
type MissedChange struct {
	todo.ChangeSet
	Cursor string
}

const (
	// resumable is how long ago a cursor may have been given.
	resumable = time.Hour
	// slowCommit is how long before its commit a change set's id may have been made.
	slowCommit = 5 * time.Minute
	// maxMissed is how many changes are told one by one.
	maxMissed = 200
	// maxContent is how large a change set may be, in bytes, to be opened for the ids in it.
	maxContent = 64 << 10
)

// cursorShape is "<Unix milliseconds>_<pg_snapshot>": everything visible there was told.
// Behind it may stand "~<pg_snapshot>~<transaction>~<id>": of what the second adds, the
// changes up to that one were told.
var cursorShape = regexp.MustCompile(`^(\d{13})_(\d{1,19}:\d{1,19}:[\d,]*)(?:~(\d{1,19}:\d{1,19}:[\d,]*)~(\d{1,19})~([0-9a-f-]{36}))?$`)

// liveCursor is a cursor that was read.
type liveCursor struct {
	at           time.Time
	told, then   string // snapshots
	upTo, upToID string
	milliseconds string
}

func parseLive(text string, now time.Time) (c liveCursor, ok bool) {
	parts := cursorShape.FindStringSubmatch(text)
	if len(text) > 8000 || parts == nil {
		return c, false
	}
	milliseconds, err := strconv.ParseInt(parts[1], 10, 64)
	c = liveCursor{at: time.UnixMilli(milliseconds), milliseconds: parts[1], told: parts[2], then: parts[3], upTo: parts[4], upToID: parts[5]}
	if c.then == "" {
		c.then, c.upTo, c.upToID = c.told, "0", uuid.Nil.String()
	}
	return c, err == nil && now.Sub(c.at) <= resumable && c.at.Sub(now) <= slowCommit
}

// Since tells what was committed and is not visible in the snapshot that a cursor is;
// an empty cursor begins now. Each change is told once and none never, in whatever order
// transactions end, on whichever instance.
func (s *Store) Since(ctx context.Context, owner, cursor string, now time.Time) (Missed, error) {
	given, ok := parseLive(cursor, now)
	if !ok {
		return s.anew(ctx, owner, cursor != "", now)
	}
	m := Missed{}
	var current string
	var ids, transactions []string
	b := &pgx.Batch{}
	// One statement, so one snapshot: the rows are those that the new cursor adds to the old.
	b.Queue(`SELECT pg_current_snapshot()::text, pg_snapshot_xmax(g.told) > pg_snapshot_xmax(pg_current_snapshot()), c.ids, c.xids,
			(SELECT coalesce(array_agg(n.id::text ORDER BY n.id), '{}') FROM (SELECT id, xid FROM notifications WHERE owner = $1 ORDER BY id DESC LIMIT $7) n
				WHERE NOT pg_visible_in_snapshot(n.xid, g.told)
				OR EXISTS (SELECT FROM deliveries d WHERE d.notification_id = n.id AND NOT pg_visible_in_snapshot(d.xid, g.told)))
		FROM (SELECT $2::text::pg_snapshot AS told, $3::text::pg_snapshot AS next, $4::text::xid8 AS xid, $5::text::uuid AS id) g,
			LATERAL (SELECT coalesce(array_agg(new.id::text ORDER BY new.xid, new.id), '{}') AS ids, coalesce(array_agg(new.xid::text ORDER BY new.xid, new.id), '{}') AS xids
				FROM (SELECT s.id, s.xid FROM change_sets s WHERE s.owner = $1 AND s.id >= $6 AND NOT pg_visible_in_snapshot(s.xid, g.told)
					AND NOT (pg_visible_in_snapshot(s.xid, g.next) AND (s.xid, s.id) <= (g.xid, g.id))
					ORDER BY s.xid, s.id LIMIT $7) new) c`,
		owner, given.told, given.then, given.upTo, given.upToID, beginning(given.at.Add(-slowCommit)), maxMissed+1).QueryRow(func(row pgx.Row) error {
		return row.Scan(&current, &m.Reload, &ids, &transactions, &m.Notifications)
	})
	if err := s.as(ctx, owner, b); err != nil {
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.Code[:2] == "22" { // it looks like a cursor, and is none
			return s.anew(ctx, owner, true, now)
		}
		return m, err
	}
	m.Cursor = liveCursorAt(now, current)
	if m.Reload = m.Reload || len(ids) > maxMissed; m.Reload {
		m.Notifications = nil
		return m, nil
	}
	for i, id := range ids {
		m.Changes = append(m.Changes, MissedChange{
			ChangeSet: todo.ChangeSet{ID: id, Owner: owner},
			Cursor:    fmt.Sprintf("%s_%s~%s~%s~%s", given.milliseconds, given.told, current, transactions[i], id),
		})
	}
	return m, s.openChanges(ctx, owner, ids, &m)
}

func liveCursorAt(now time.Time, snapshot string) string {
	return strconv.FormatInt(now.UnixMilli(), 10) + "_" + snapshot
}

// anew gives the cursor of this moment.
func (s *Store) anew(ctx context.Context, owner string, reload bool, now time.Time) (Missed, error) {
	snapshot, err := s.strings(ctx, owner, `SELECT pg_current_snapshot()::text`)
	if err != nil {
		return Missed{}, err
	}
	return Missed{Cursor: liveCursorAt(now, snapshot[0]), Reload: reload}, nil
}

// beginning is the least UUIDv7 of an instant.
func beginning(at time.Time) string {
	var id uuid.UUID
	for i, ms := 5, at.UnixMilli(); i >= 0; i, ms = i-1, ms>>8 {
		id[i] = byte(ms)
	}
	return id.String()
}

// openChanges reads what the change sets touched. A very large one touches no task in
// particular: whoever hears of it reads everything again.
func (s *Store) openChanges(ctx context.Context, owner string, ids []string, m *Missed) error {
	if len(ids) == 0 {
		return nil
	}
	opened, err := s.changeSets(ctx, owner, `WHERE c.owner = $1 AND c.id = ANY ($2::uuid[]) AND octet_length(c.content) <= $3`, owner, ids, maxContent)
	for _, c := range opened {
		m.Changes[slices.Index(ids, c.ID)].ChangeSet = c
	}
	return err
}
