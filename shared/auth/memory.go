package auth

import (
	"container/list"
	"crypto/sha256"
	"sync"
)

// memory remembers which tokens were verified by which key set, the most
// recently used first, so that a busy person's token costs a hash instead of a
// signature. It holds hashes, never tokens.
type memory struct {
	limit int

	mu      sync.Mutex
	entries map[[sha256.Size]byte]*list.Element
	recent  *list.List // of *entry
}

type entry struct {
	hash   [sha256.Size]byte
	person Person
	set    *keySet
}

func newMemory(limit int) *memory {
	return &memory{limit: limit, entries: map[[sha256.Size]byte]*list.Element{}, recent: list.New()}
}

// recall finds the person of a token that the given key set has verified. With
// another set (the issuer has withdrawn a key) the token must be verified again.
func (m *memory) recall(token string, set *keySet) (Person, bool) {
	if set == nil {
		return Person{}, false
	}
	hash := sha256.Sum256([]byte(token))
	m.mu.Lock()
	defer m.mu.Unlock()
	element, found := m.entries[hash]
	if !found {
		return Person{}, false
	}
	known := element.Value.(*entry)
	if known.set != set {
		m.recent.Remove(element)
		delete(m.entries, hash)
		return Person{}, false
	}
	m.recent.MoveToFront(element)
	return known.person, true
}

// remember adds a verified token and forgets the one used longest ago.
func (m *memory) remember(token string, person Person, set *keySet) {
	hash := sha256.Sum256([]byte(token))
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.entries[hash]; known {
		return
	}
	m.entries[hash] = m.recent.PushFront(&entry{hash, person, set})
	if m.recent.Len() > m.limit {
		oldest := m.recent.Remove(m.recent.Back()).(*entry)
		delete(m.entries, oldest.hash)
	}
}
