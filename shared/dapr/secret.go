package dapr

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Secret returns the keys and values of one secret in a secret store component.
// A secret that is not there is ErrNotFound, one that the sidecar's policy
// withholds is ErrRejected.
func (c *Client) Secret(ctx context.Context, store, name string) (map[string]string, error) {
	ctx, cancel := deadline(ctx, callTimeout)
	defer cancel()
	values, err := c.sdk.GetSecret(ctx, store, name, nil)
	return values, failure(ctx, fmt.Sprintf("read secret %s of %s", name, store), err)
}

// Secrets is one secret as a source of package config.
type Secrets struct {
	client      *Client
	store, name string

	mu     sync.Mutex
	values map[string]string
}

// Secrets returns the secret called name in store as a source whose variables
// are the secret's keys. It is read once, at the first look-up that succeeds.
func (c *Client) Secrets(store, name string) *Secrets {
	return &Secrets{client: c, store: store, name: name}
}

// Lookup finds a key. A secret that does not exist has no keys; a sidecar that
// does not answer is an error.
func (s *Secrets) Lookup(ctx context.Context, key string) (string, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values == nil {
		values, err := s.client.Secret(ctx, s.store, s.name)
		if errors.Is(err, ErrNotFound) {
			return "", false, nil
		}
		if err != nil {
			return "", false, err
		}
		s.values = values
	}
	value, found := s.values[key]
	return value, found, nil
}
