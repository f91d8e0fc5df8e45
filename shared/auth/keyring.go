package auth

import (
	"context"
	"sync"
	"time"
)

// retryAfterFailure is the least time between two fetches when the last one
// failed: short, since nobody gets in meanwhile.
const retryAfterFailure = time.Second

// keyring keeps the last good key set and decides when to fetch another.
type keyring struct {
	options Options

	mu        sync.Mutex
	set       *keySet
	fetchedAt time.Time // of set
	triedAt   time.Time // of the last fetch that ended
	lastErr   error     // of the last fetch that ended
	running   chan struct{}
}

func newKeyring(options Options) *keyring { return &keyring{options: options} }

// trusted returns the set if it is young enough to be trusted, else nil. An
// ageing set is fetched again beside the caller, who need not wait.
func (k *keyring) trusted(ctx context.Context, now time.Time) *keySet {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.set == nil || now.Sub(k.fetchedAt) > k.options.MaxAge {
		return nil
	}
	if now.Sub(k.fetchedAt) > k.options.RefreshAfter && k.mayFetch(now) {
		k.start(ctx)
	}
	return k.set
}

// find returns the key that head names and the set it is in. A name that is
// not known causes at most one fetch at a time and one per MinRefetch, however
// many tokens ask, so that forged key ids cannot be turned on the issuer.
func (k *keyring) find(ctx context.Context, head header) (publicKey, *keySet, error) {
	name := keyName{head.Algorithm, head.KeyID}
	now := k.options.Now()
	if set := k.trusted(ctx, now); set != nil {
		if key, found := set.keys[name]; found {
			return key, set, nil
		}
	}
	if err := k.fetchIfAllowed(ctx, now); err != nil {
		return publicKey{}, nil, err
	}
	set := k.trusted(ctx, now)
	if set == nil {
		return publicKey{}, nil, refuse(Unavailable, "the keys of the sign-in server are too old")
	}
	key, found := set.keys[name]
	if !found {
		return publicKey{}, nil, refuse(NotTrusted, "the token's key is not known")
	}
	return key, set, nil
}

// fetchIfAllowed waits for a fetch that is running or starts one if the last
// is long enough ago. It fails when the newest answer about the keys is a
// failure: then an unknown key may be a new one.
func (k *keyring) fetchIfAllowed(ctx context.Context, now time.Time) error {
	k.mu.Lock()
	allowed := k.running != nil || k.mayFetch(now)
	err := k.lastErr
	k.mu.Unlock()
	if allowed {
		return k.fetch(ctx)
	}
	return unavailable(err)
}

// fetch waits for the fetch that is running, or for a new one.
func (k *keyring) fetch(ctx context.Context) error {
	k.mu.Lock()
	if k.running == nil {
		k.start(ctx)
	}
	done := k.running
	k.mu.Unlock()
	select {
	case <-done:
	case <-ctx.Done():
		return unavailable(ctx.Err())
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return unavailable(k.lastErr)
}

// mayFetch reports whether another fetch is due; the lock is held.
func (k *keyring) mayFetch(now time.Time) bool {
	if k.running != nil {
		return false
	}
	pause := k.options.MinRefetch
	if k.lastErr != nil {
		pause = retryAfterFailure
	}
	return k.triedAt.IsZero() || now.Sub(k.triedAt) >= pause
}

// start fetches in the background; the lock is held and no fetch is running.
// The fetch belongs to no request: one that gives up must not fail the others.
func (k *keyring) start(ctx context.Context) {
	done := make(chan struct{})
	k.running = done
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), k.options.FetchTimeout)
		defer cancel()
		set, err := k.load(ctx)
		k.mu.Lock()
		defer k.mu.Unlock()
		k.triedAt, k.lastErr, k.running = k.options.Now(), err, nil
		if err == nil {
			k.fetchedAt = k.triedAt
			if !k.set.same(set) {
				k.set = set
			}
		}
		close(done)
	}()
}

func unavailable(cause error) error {
	if cause == nil {
		return nil
	}
	return refuseBecause(Unavailable, "the keys of the sign-in server cannot be fetched now", cause)
}

// load reads the keys where the issuer keeps them, if that is known and answers, else
// asks the issuer, who may have to be woken for it.
func (k *keyring) load(ctx context.Context) (*keySet, error) {
	if k.options.Published != nil {
		if source, err := k.options.Published(ctx); err == nil {
			if set, err := parseKeySet(source); err == nil && len(set.keys) > 0 {
				return set, nil
			}
		}
	}
	return download(ctx, k.options.Client, k.options.JWKSURL)
}
