package seal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
)

// A keyset is rotated in steps, because processes that run have read it before:
//
//	WithNewKey    it gets a second key that nothing is wrapped with yet
//	              (now whoever runs is started anew with it)
//	WithPrimary   that key wraps from now on, and Rewrap moves what the old one wrapped
//	WithoutOld    when nothing is left under the old ones, they are disabled
//
// The data keys stay the same, so no text is touched, and at every step whoever has the
// keyset of the step before opens everything.

// KeyState is a key of a keyset, without its secret.
type KeyState struct {
	ID      uint32
	Primary bool
	Enabled bool
}

// KeyStates lists a keyset's keys, the oldest first.
func KeyStates(keysetJSON string) ([]KeyState, error) {
	handle, err := open(keysetJSON)
	if err != nil {
		return nil, err
	}
	var list []KeyState
	for _, k := range handle.KeysetInfo().GetKeyInfo() {
		list = append(list, KeyState{k.GetKeyId(), k.GetKeyId() == handle.KeysetInfo().GetPrimaryKeyId(), k.GetStatus() == tinkpb.KeyStatusType_ENABLED})
	}
	return list, nil
}

// WithNewKey adds a key that is not the primary one.
func WithNewKey(keysetJSON string) (string, error) {
	return change(keysetJSON, func(m *keyset.Manager, _ []KeyState) error {
		_, err := m.Add(aead.AES256GCMKeyTemplate())
		return err
	})
}

// WithPrimary makes the newest key the primary one.
func WithPrimary(keysetJSON string) (string, error) {
	return change(keysetJSON, func(m *keyset.Manager, keys []KeyState) error { return m.SetPrimary(keys[len(keys)-1].ID) })
}

// WithoutOld disables every key but the primary one.
func WithoutOld(keysetJSON string) (string, error) {
	return change(keysetJSON, func(m *keyset.Manager, keys []KeyState) error {
		for _, k := range keys {
			if !k.Primary && k.Enabled {
				if err := m.Disable(k.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func change(keysetJSON string, do func(*keyset.Manager, []KeyState) error) (string, error) {
	handle, err := open(keysetJSON)
	if err != nil {
		return "", err
	}
	keys, err := KeyStates(keysetJSON)
	if err != nil {
		return "", err
	}
	m := keyset.NewManagerFromHandle(handle)
	if err := do(m, keys); err != nil {
		return "", fmt.Errorf("the keyset cannot be changed: %w", err)
	}
	if handle, err = m.Handle(); err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&out)); err != nil {
		return "", err
	}
	return out.String(), nil
}

func open(keysetJSON string) (*keyset.Handle, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewBufferString(keysetJSON)))
	if err != nil {
		return nil, errors.New("the keyset is no Tink keyset in JSON") // its text must not reach a log
	}
	return handle, nil
}

// Prefix begins every data key that a key of the keyset has wrapped (Tink's output prefix).
func (k KeyState) Prefix() []byte { return binary.BigEndian.AppendUint32([]byte{1}, k.ID) }

// Rewrap wraps a data key anew, with the primary key.
func (k *Keyring) Rewrap(owner string, wrapped []byte) ([]byte, error) {
	secret, err := k.master.Decrypt(wrapped, []byte(owner))
	if err != nil {
		return nil, errors.New("the data key does not open with this keyset")
	}
	return k.master.Encrypt(secret, []byte(owner))
}
