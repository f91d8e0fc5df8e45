package postgres

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/seal"
	"function/shared/todo"
)

// Channel is one way to reach a person outside of the page.
type Channel struct {
	ID         string
	Owner      string
	Kind       string // email, webpush, webhook or binding
	Label      string
	Address    Address
	Enabled    bool
	Reminders  bool // reminders are wanted here
	Digest     bool // the daily digest is wanted here
	VerifiedAt *time.Time
	Failing    string // why the last delivery failed; empty: it did not
	PromptedAt *time.Time
	Version    int64
	CreatedAt  time.Time
}

// Address is where a channel leads, sealed in the database.
type Address struct {
	To      string `json:"to"`                // a mail address, a URL, or what the binding takes
	Binding string `json:"binding,omitempty"` // its name in the configuration
	Secret  string `json:"secret,omitempty"`  // signs what a webhook is sent
	P256dh  string `json:"p256dh,omitempty"`  // of a push subscription (RFC 8291)
	Auth    string `json:"auth,omitempty"`    // of a push subscription (RFC 8291)
}

// Usable reports whether the channel may be sent anything but its code.
func (c Channel) Usable() bool { return c.Enabled && c.VerifiedAt != nil }

// MaxChannels bounds how many a person has.
const MaxChannels = 20

// channelContent is the sealed part of a channel.
type channelContent struct {
	Label   string  `json:"label,omitempty"`
	Address Address `json:"address"`
}

func channelPlace(id string) string { return "channels/" + id }

func sealChannel(c Channel, key *seal.Key) ([]byte, error) {
	plain, err := json.Marshal(channelContent{c.Label, c.Address})
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, channelPlace(c.ID))
}

// fingerprint tells addresses apart without showing them.
func fingerprint(c Channel, key *seal.Key) int64 {
	return key.Token("channel\x00" + c.Kind + "\x00" + c.Address.Binding + "\x00" + c.Address.To)
}

// codeHash is a code that only its owner's key can be tried against.
func codeHash(id, code string, key *seal.Key) int64 {
	return key.Token("code\x00" + id + "\x00" + code)
}

// AddChannel keeps a new one. CodeExists where the person has this address already,
// CodeLimitReached where they have MaxChannels.
func (s *Store) AddChannel(ctx context.Context, c Channel) error {
	key, err := s.keys.ensure(ctx, c.Owner)
	if err != nil {
		return err
	}
	sealed, err := sealChannel(c, key)
	if err != nil {
		return err
	}
	added, there := false, false
	b := &pgx.Batch{}
	b.Queue(`SELECT FROM people WHERE owner = $1 FOR UPDATE`, c.Owner) // one at a time, for the count
	b.Queue(`INSERT INTO channels (id, owner, kind, fingerprint, content, enabled, reminders, digest, verified_at, version, created_at)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10 WHERE (SELECT count(*) FROM channels WHERE owner = $2) < $11
		ON CONFLICT ON CONSTRAINT one_channel_per_address DO NOTHING RETURNING true`,
		c.ID, c.Owner, c.Kind, fingerprint(c, key), sealed, c.Enabled, c.Reminders, c.Digest, c.VerifiedAt, c.CreatedAt, MaxChannels).
		Query(func(rows pgx.Rows) error {
			added = rows.Next()
			rows.Close()
			return rows.Err()
		})
	b.Queue(`SELECT EXISTS (SELECT FROM channels WHERE owner = $1 AND fingerprint = $2)`, c.Owner, fingerprint(c, key)).QueryRow(func(row pgx.Row) error { return row.Scan(&there) })
	queueSettings(b, c.Owner)
	if err := s.as(ctx, c.Owner, b); err != nil {
		return err
	}
	switch {
	case added:
		return nil
	case there:
		return todo.Errorf(todo.CodeExists, "this address is there already")
	}
	return todo.Errorf(todo.CodeLimitReached, "there are %d channels already; remove one first", MaxChannels)
}

// Channels gives a person's, oldest first.
func (s *Store) Channels(ctx context.Context, owner string) ([]Channel, error) {
	return s.channels(ctx, owner, `WHERE owner = $1 ORDER BY id`, owner)
}

// Channel gives one. CodeNotFound.
func (s *Store) Channel(ctx context.Context, owner, id string) (Channel, error) {
	if !known(id) {
		return Channel{}, notFound()
	}
	list, err := s.channels(ctx, owner, `WHERE id = $1`, id)
	if err == nil && len(list) == 0 {
		err = notFound()
	}
	if err != nil {
		return Channel{}, err
	}
	return list[0], nil
}

func (s *Store) channels(ctx context.Context, owner, clause string, args ...any) ([]Channel, error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return nil, err
	}
	b := &pgx.Batch{}
	list := queueChannels(b, owner, key, clause, args...)
	err = s.as(ctx, owner, b)
	return *list, err
}

func queueChannels(b *pgx.Batch, owner string, key *seal.Key, clause string, args ...any) *[]Channel {
	var list []Channel
	b.Queue(`SELECT id::text, kind, content, enabled, reminders, digest, verified_at, failing, prompted_at, version, created_at FROM channels `+clause, args...).
		Query(func(rows pgx.Rows) (err error) {
			list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Channel, error) {
				c := Channel{Owner: owner}
				var sealed []byte
				if err := row.Scan(&c.ID, &c.Kind, &sealed, &c.Enabled, &c.Reminders, &c.Digest, &c.VerifiedAt, &c.Failing, &c.PromptedAt, &c.Version, &c.CreatedAt); err != nil {
					return c, err
				}
				plain, err := key.Open(sealed, channelPlace(c.ID))
				if err != nil {
					return c, err
				}
				utc(c.VerifiedAt, c.PromptedAt, &c.CreatedAt)
				var content channelContent
				err = json.Unmarshal(plain, &content)
				c.Label, c.Address = content.Label, content.Address
				return c, err
			})
			return err
		})
	return &list
}

// Recipient is what sending somebody something needs to know of them.
type Recipient struct {
	Preferences todo.Preferences
	Channels    []Channel // oldest first
}

// Channel finds one of the recipient's by its id.
func (r Recipient) Channel(id string) (Channel, bool) {
	i := slices.IndexFunc(r.Channels, func(c Channel) bool { return c.ID == id })
	if i < 0 {
		return Channel{}, false
	}
	return r.Channels[i], true
}

// Recipient reads a person's preferences and channels in one round trip.
func (s *Store) Recipient(ctx context.Context, owner string) (Recipient, error) {
	key, err := s.keys.find(ctx, owner) // nil: there are no channels
	if err != nil {
		return Recipient{}, err
	}
	b := &pgx.Batch{}
	prefs, list := queuePreferences(b, owner), queueChannels(b, owner, key, `WHERE owner = $1 ORDER BY id`, owner)
	err = s.as(ctx, owner, b)
	return Recipient{*prefs, *list}, err
}

// SetChannel keeps what a person may change: label, enabled, what is wanted. A channel
// that is enabled again fails no longer. CodeVersionMismatch.
func (s *Store) SetChannel(ctx context.Context, c Channel) error {
	key, err := s.keys.ensure(ctx, c.Owner)
	if err != nil {
		return err
	}
	sealed, err := sealChannel(c, key)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`WITH changed AS (UPDATE channels SET content = $3, failing = CASE WHEN $4 AND NOT enabled THEN '' ELSE failing END,
			enabled = $4, reminders = $5, digest = $6, version = version + 1
			WHERE id = $1::text::uuid AND version = $2 RETURNING 1)
		SELECT must_change(count(*), 'channels/' || $1) FROM changed`, c.ID, c.Version, sealed, c.Enabled, c.Reminders, c.Digest)
	queueSettings(b, c.Owner)
	return s.as(ctx, c.Owner, b)
}

// RemoveChannel removes one; version 0 is whatever is current. What waited to be sent
// there is cancelled. CodeVersionMismatch.
func (s *Store) RemoveChannel(ctx context.Context, owner, id string, version int64, now time.Time) error {
	b := &pgx.Batch{}
	b.Queue(`WITH changed AS (DELETE FROM channels WHERE id = $1::text::uuid AND $2::bigint IN (0, version) RETURNING 1)
		SELECT must_change(count(*), 'channels/' || $1) FROM changed`, id, version)
	b.Queue(`UPDATE deliveries SET state = 'cancelled', detail = 'removed', next_at = NULL, updated_at = $2
		WHERE channel = $1 AND state IN ('held', 'sending')`, id, now)
	queueSettings(b, owner)
	return s.as(ctx, owner, b)
}

// Prompt records that a channel is about to be sent something at once, and says no
// (CodeRateLimited) when the last time was less than pause ago. A code that is not
// empty becomes the one that proves the address until it expires.
func (s *Store) Prompt(ctx context.Context, owner, id, code string, now, expires time.Time, pause time.Duration) error {
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return err
	}
	allowed := false
	b := &pgx.Batch{}
	b.Queue(`UPDATE channels SET prompted_at = $2, code = CASE WHEN $4 = '' THEN code ELSE $5 END,
			code_expires = CASE WHEN $4 = '' THEN code_expires ELSE $6 END, code_tries = CASE WHEN $4 = '' THEN code_tries ELSE 0 END
		WHERE id = $1 AND (prompted_at IS NULL OR prompted_at <= $3) RETURNING true`,
		id, now, now.Add(-pause), code, codeHash(id, code, key), expires).Query(func(rows pgx.Rows) error {
		allowed = rows.Next()
		rows.Close()
		return rows.Err()
	})
	if err := s.as(ctx, owner, b); err != nil {
		return err
	}
	if !allowed {
		return todo.Errorf(todo.CodeRateLimited, "wait %d seconds between two messages that are sent at once", int(pause/time.Second))
	}
	return nil
}

// maxCodeTries is how often a code may be tried.
const maxCodeTries = 5

// Verify tries a code. CodeInvalid where it is not the one, is too old, or was tried too
// often; a wrong one counts.
func (s *Store) Verify(ctx context.Context, owner, id, code string, now time.Time) error {
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return err
	}
	verified := false
	b := &pgx.Batch{}
	b.Queue(`UPDATE channels SET code_tries = code_tries + 1 WHERE id = $1 AND code IS NOT NULL`, id)
	b.Queue(`UPDATE channels SET verified_at = coalesce(verified_at, $3), code = NULL, code_expires = NULL, code_tries = 0, failing = '', version = version + 1
		WHERE id = $1 AND code = $2 AND code_expires > $3 AND code_tries <= $4 RETURNING true`,
		id, codeHash(id, code, key), now, maxCodeTries).Query(func(rows pgx.Rows) error {
		verified = rows.Next()
		rows.Close()
		return rows.Err()
	})
	queueSettings(b, owner)
	if err := s.as(ctx, owner, b); err != nil {
		return err
	}
	if !verified {
		return todo.Invalid("/code", "is not the code, or is too old, or was tried too often")
	}
	return nil
}

// ChannelFailing records how the last try of a channel ended; gone says that nothing
// will ever arrive there, which disables it.
func (s *Store) ChannelFailing(ctx context.Context, owner, id, reason string, gone bool) error {
	b := &pgx.Batch{}
	queueFailing(b, id, reason, gone)
	return s.as(ctx, owner, b)
}

func queueFailing(b *pgx.Batch, id, reason string, gone bool) {
	b.Queue(`UPDATE channels SET failing = $2, enabled = enabled AND NOT $3, version = version + CASE WHEN enabled AND $3 THEN 1 ELSE 0 END
		WHERE id = $1::text::uuid AND (failing <> $2 OR enabled AND $3)`, id, reason, gone)
}
