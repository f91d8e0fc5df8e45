package dapr

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/dapr/go-sdk/client"
)

// State is one state store component. A writer says what it has read, and is
// told when somebody else was first (first-write-wins); nothing is overwritten
// unseen.
type State struct {
	client *Client
	store  string
}

// Item is a value and the mark of its version.
type Item struct {
	Value []byte
	// ETag is empty if, and only if, the key does not exist.
	ETag string
}

// State returns the state store called store.
func (c *Client) State(store string) State { return State{c, store} }

// Get returns the item under key; a key that does not exist or has expired is
// the zero Item.
func (s State) Get(ctx context.Context, key string) (Item, error) {
	ctx, cancel := deadline(ctx, callTimeout)
	defer cancel()
	item, err := s.client.sdk.GetState(ctx, s.store, key, nil)
	if err != nil {
		return Item{}, failure(ctx, "read state from "+s.store, err)
	}
	return Item{Value: item.Value, ETag: item.Etag}, nil
}

// Save writes value under key for the time ttl (rounded up to seconds; 0 is for
// ever). etag is that of the item that was read; empty means that the key must
// not exist. ErrConflict: it is another by now.
func (s State) Save(ctx context.Context, key string, value []byte, etag string, ttl time.Duration) error {
	ctx, cancel := deadline(ctx, callTimeout)
	defer cancel()
	var expiry map[string]string
	if ttl > 0 {
		seconds := (ttl + time.Second - 1) / time.Second
		expiry = map[string]string{"ttlInSeconds": strconv.FormatInt(int64(seconds), 10)}
	}
	firstWrite := client.WithConcurrency(client.StateConcurrencyFirstWrite)
	strong := client.WithConsistency(client.StateConsistencyStrong)
	err := s.client.sdk.SaveStateWithETag(ctx, s.store, key, value, etag, expiry, firstWrite, strong)
	return failure(ctx, "write state to "+s.store, err)
}

// Delete removes key if its item still has etag; ErrConflict if not.
func (s State) Delete(ctx context.Context, key, etag string) error {
	if etag == "" {
		return fmt.Errorf("dapr: delete state from %s: %w: no etag", s.store, ErrRejected)
	}
	ctx, cancel := deadline(ctx, callTimeout)
	defer cancel()
	err := s.client.sdk.DeleteStateWithETag(ctx, s.store, key, &client.ETag{Value: etag}, nil, &client.StateOptions{
		Concurrency: client.StateConcurrencyFirstWrite, Consistency: client.StateConsistencyStrong,
	})
	return failure(ctx, "delete state from "+s.store, err)
}
