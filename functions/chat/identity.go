package chat

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"

	"function/shared/todo"
)

// maxKey is the longest Idempotency-Key, in bytes.
const maxKey = 255

// key is the request's Idempotency-Key; empty where it has none.
func (x *exchange) key() (string, error) {
	key := strings.TrimSpace(x.r.Header.Get("Idempotency-Key"))
	if len(key) > maxKey {
		return "", todo.Invalid("", "an Idempotency-Key is at most %d bytes", maxKey)
	}
	return key, nil
}

// id makes an id: a fresh one, or for a request with a key always the same one, so that
// the request sent twice names the same things.
func (x *exchange) id(prefix, key, scope string) string {
	if key == "" {
		return prefix + strings.ReplaceAll(x.NewID(), "-", "")
	}
	sum := sha256.Sum256([]byte(x.owner + "\x00" + scope + "\x00" + key))
	return prefix + hex.EncodeToString(sum[:16])
}

// turns lets one turn at a time into each thread, in this process; between processes
// the receipts in the database keep an effect from happening twice.
type turns struct {
	mu   sync.Mutex
	held map[string]*turnLock
}

type turnLock struct {
	sync.Mutex
	waiting int
}

// maxWaiting is how many turns may wait for one thread: a person does not type faster.
const maxWaiting = 16

// enter waits for the thread to be free and returns what leaves it. CodeRateLimited
// where too many wait already.
func (t *turns) enter(threadID string) (leave func(), err error) {
	t.mu.Lock()
	if t.held == nil {
		t.held = map[string]*turnLock{}
	}
	lock := t.held[threadID]
	if lock == nil {
		lock = &turnLock{}
		t.held[threadID] = lock
	}
	if lock.waiting > maxWaiting {
		t.mu.Unlock()
		return nil, todo.Errorf(todo.CodeRateLimited, "this conversation has too many messages waiting")
	}
	lock.waiting++
	t.mu.Unlock()
	lock.Lock()
	return func() {
		lock.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if lock.waiting--; lock.waiting == 0 {
			delete(t.held, threadID)
		}
	}, nil
}
