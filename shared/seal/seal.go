// Package seal keeps what people write unreadable to whoever holds only the
// database or the broker.
//
// Every person has a data key of their own. It is stored wrapped by the keyset
// from the secret store, so that rotating the keyset re-wraps keys and no text,
// and destroying a person's key destroys all that they wrote. From the data key
// three keys are derived (HKDF-SHA256): one for text in the database (AES-256-GCM
// by Tink), one for text in events (JWE, RFC 7516, dir + A256GCM), and one for the
// hashes that make sealed words searchable (HMAC-SHA256).
package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

const keySize = 32

// Keyring wraps and unwraps people's data keys.
type Keyring struct{ master tink.AEAD }

// OpenKeyring reads a Tink AEAD keyset in JSON. The keyset is a secret: it comes
// from the secret store and goes nowhere else.
func OpenKeyring(keysetJSON string) (*Keyring, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewBufferString(keysetJSON)))
	if err != nil {
		return nil, errors.New("the keyset is no Tink keyset in JSON") // its text must not reach a log
	}
	master, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("the keyset is no AEAD keyset: %w", err)
	}
	return &Keyring{master}, nil
}

// NewKeyset makes a keyset for OpenKeyring.
func NewKeyset() (string, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&out)); err != nil {
		return "", err
	}
	return out.String(), nil
}

// NewKey makes a person's data key and its wrapped form, which only the same owner's
// Unwrap accepts.
func (k *Keyring) NewKey(owner string) (wrapped []byte, key *Key, err error) {
	secret := make([]byte, keySize)
	if _, err := rand.Read(secret); err != nil {
		return nil, nil, err
	}
	if wrapped, err = k.master.Encrypt(secret, []byte(owner)); err != nil {
		return nil, nil, err
	}
	key, err = derive(secret)
	return wrapped, key, err
}

// Unwrap gives the data key of its owner.
func (k *Keyring) Unwrap(owner string, wrapped []byte) (*Key, error) {
	secret, err := k.master.Decrypt(wrapped, []byte(owner))
	if err != nil {
		return nil, errors.New("the data key does not open with this keyset")
	}
	return derive(secret)
}

// Key seals and opens one person's text. It is safe for concurrent use.
type Key struct {
	text   tink.AEAD
	event  cipher.AEAD
	search []byte
}

func derive(secret []byte) (*Key, error) {
	sub := func(purpose string) ([]byte, error) {
		return hkdf.Key(sha256.New, secret, nil, "nudge "+purpose+" v1", keySize)
	}
	text, err := sub("text")
	if err != nil {
		return nil, err
	}
	event, err := sub("event")
	if err != nil {
		return nil, err
	}
	search, err := sub("search")
	if err != nil {
		return nil, err
	}
	rows, err := subtle.NewAESGCM(text)
	if err != nil {
		return nil, err
	}
	sealer, err := contentEncryption(event)
	if err != nil {
		return nil, err
	}
	return &Key{rows, sealer, search}, nil
}

// Seal encrypts for the database. The place ("tasks/<id>") is bound to the text, so
// that a ciphertext moved to another row does not open there.
func (k *Key) Seal(plain []byte, place string) ([]byte, error) {
	return k.text.Encrypt(plain, []byte(place))
}

// Open decrypts what Seal made for the same place.
func (k *Key) Open(sealed []byte, place string) ([]byte, error) {
	plain, err := k.text.Decrypt(sealed, []byte(place))
	if err != nil {
		return nil, fmt.Errorf("%s does not open with its owner's key", place)
	}
	return plain, nil
}

// Token hashes a search term. Equal terms of one person have equal tokens; without
// the key nothing can be told from them, nor compared between people.
func (k *Key) Token(term string) int64 {
	return token(hmac.New(sha256.New, k.search), term)
}

func token(mac hash.Hash, term string) int64 {
	mac.Write([]byte(term))
	var sum [sha256.Size]byte
	return int64(binary.BigEndian.Uint64(mac.Sum(sum[:0])))
}
