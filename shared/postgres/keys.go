package postgres

import (
	"context"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"function/shared/seal"
)

// maxCachedKeys bounds the memory that unwrapped keys take (about 2 KiB each).
const maxCachedKeys = 1_000

// keys gives people's data keys, and makes one for somebody new.
type keys struct {
	pool  *pgxpool.Pool
	read  func(ctx context.Context, owner string, b *pgx.Batch) error // where there is a replica
	ring  *seal.Keyring
	mu    sync.Mutex
	known map[string]held
}

// held is a key, and whether the person's tasks are known to say which their tags are.
type held struct {
	key    *seal.Key
	tagged bool
}

func newKeys(pool *pgxpool.Pool, ring *seal.Keyring) *keys {
	return &keys{pool: pool, ring: ring, known: map[string]held{}}
}

// find gives the key of an owner; nil where the person is not known yet.
func (k *keys) find(ctx context.Context, owner string) (*seal.Key, error) {
	if h, ok := k.holds(owner); ok {
		return h.key, nil
	}
	h, err := k.ask(ctx, owner)
	return h.key, err
}

// tagged reports whether the tasks of an owner who is known say which their tags are, on
// the server that reads go to.
func (k *keys) tagged(ctx context.Context, owner string) (bool, error) {
	if h, _ := k.holds(owner); h.tagged {
		return true, nil
	}
	h, err := k.ask(ctx, owner)
	return h.tagged, err
}

func (k *keys) holds(owner string) (held, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	h, ok := k.known[owner]
	return h, ok
}

func (k *keys) ask(ctx context.Context, owner string) (h held, err error) {
	var wrapped []byte
	b := &pgx.Batch{}
	b.Queue(`SELECT data_key, tags_known FROM people WHERE owner = $1`, owner).QueryRow(func(row pgx.Row) error {
		err := row.Scan(&wrapped, &h.tagged)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	if err := k.look(ctx, owner, b); err != nil || wrapped == nil {
		return held{}, err
	}
	if h.key, err = k.ring.Unwrap(owner, wrapped); err != nil {
		return held{}, err
	}
	k.keep(owner, h)
	return h, nil
}

func (k *keys) look(ctx context.Context, owner string, b *pgx.Batch) error {
	if k.read != nil {
		return k.read(ctx, owner, b)
	}
	all := &pgx.Batch{}
	all.Queue(actFor, owner)
	all.QueuedQueries = append(all.QueuedQueries, b.QueuedQueries...)
	return translate(k.pool.SendBatch(ctx, all).Close())
}

// ensure gives the key of an owner, who becomes known with it.
func (k *keys) ensure(ctx context.Context, owner string) (*seal.Key, error) {
	key, err := k.find(ctx, owner)
	if key != nil || err != nil {
		return key, err
	}
	wrapped, _, err := k.ring.NewKey(owner)
	if err != nil {
		return nil, err
	}
	// Two first requests at once: the row that came first holds the key of both.
	b := &pgx.Batch{}
	b.Queue(actFor, owner)
	b.Queue(`INSERT INTO people (owner, data_key) VALUES ($1, $2) ON CONFLICT DO NOTHING`, owner, wrapped)
	if err := k.pool.SendBatch(ctx, b).Close(); err != nil {
		return nil, translate(err)
	}
	return k.find(ctx, owner)
}

// of gives the key that a row came with.
func (k *keys) of(owner string, wrapped []byte) (*seal.Key, error) {
	if h, ok := k.holds(owner); ok {
		return h.key, nil
	}
	key, err := k.ring.Unwrap(owner, wrapped)
	if err != nil {
		return nil, err
	}
	k.keep(owner, held{key: key})
	return key, nil
}

func (k *keys) keep(owner string, h held) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.known) >= maxCachedKeys {
		for any := range k.known { // whichever comes first: a miss costs one look-up
			delete(k.known, any)
			break
		}
	}
	k.known[owner] = h
}

// drop forgets the key of an owner who is no longer there.
func (k *keys) drop(owner string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.known, owner)
}
