package chain

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// The JWS types (header `typ`) of what is signed, so that one is never taken for the other.
const (
	typeCheckpoint = "nudge-checkpoint"
	typeExport     = "nudge-activity-export"
)

// ID names a person's chain without naming the person: the first 16 bytes of
// SHA-256("nudge audit chain", a zero byte, the owner), in hexadecimal.
func ID(owner string) string {
	sum := sha256.Sum256([]byte("nudge audit chain\x00" + owner))
	return hex.EncodeToString(sum[:16])
}

// Checkpoint says how a chain was at an instant.
type Checkpoint struct {
	Chain string `json:"chain"` // its ID
	Count int64  `json:"count"` // entries
	Head  string `json:"head"`  // hash of the last of them, in hexadecimal
	Time  string `json:"time"`  // RFC 3339, UTC
}

// Summary is what an export says of itself: the chain as it was when it was exported,
// and what of it is in the export.
type Summary struct {
	Checkpoint
	Base        int64  `json:"base"`                // entries before those in the export, whose text is gone
	BaseHead    string `json:"base_head,omitempty"` // hash of the last of those
	Checkpoints int    `json:"checkpoints"`         // in the export
}

// Signer signs checkpoints with an Ed25519 key and checks those that it or its
// predecessors signed.
type Signer struct {
	private jwk.Key
	public  jwk.Set
}

// NewSigner reads a JWK (RFC 8037: kty OKP, crv Ed25519) or a JWK Set. The first key with
// a private part signs; the others are those that signed before it.
func NewSigner(text string) (*Signer, error) {
	set, err := jwk.ParseString(text)
	if err != nil {
		return nil, errors.New("it is neither a JWK nor a JWK Set")
	}
	s := &Signer{public: jwk.NewSet()}
	for i := range set.Len() {
		key, _ := set.Key(i)
		var raw any
		if err := key.Raw(&raw); err != nil {
			return nil, errors.New("a key in it cannot be read")
		}
		_, private := raw.(ed25519.PrivateKey)
		if _, public := raw.(ed25519.PublicKey); !private && !public {
			return nil, errors.New("a key in it is not of the curve Ed25519")
		}
		public, err := publicKey(key)
		if err != nil {
			return nil, err
		}
		if err := s.public.AddKey(public); err != nil {
			return nil, err
		}
		if private && s.private == nil {
			s.private = key
			if err := s.private.Set(jwk.KeyIDKey, public.KeyID()); err != nil {
				return nil, err
			}
		}
	}
	if s.private == nil {
		return nil, errors.New("it has no private key")
	}
	return s, nil
}

// publicKey gives the public part, named by its thumbprint (RFC 7638).
func publicKey(key jwk.Key) (jwk.Key, error) {
	public, err := key.PublicKey()
	if err != nil {
		return nil, err
	}
	thumbprint, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]any{
		jwk.KeyIDKey: base64.RawURLEncoding.EncodeToString(thumbprint), jwk.AlgorithmKey: jwa.EdDSA, jwk.KeyUsageKey: jwk.ForSignature,
	} {
		if err := public.Set(name, value); err != nil {
			return nil, err
		}
	}
	return public, nil
}

// NewSigningKey makes a private JWK.
func NewSigningKey(random io.Reader) (string, error) {
	_, private, err := ed25519.GenerateKey(random)
	if err != nil {
		return "", err
	}
	key, err := jwk.FromRaw(private)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(key)
	return string(text), err
}

// PublicKeys gives the JWK Set that others check signatures with.
func (s *Signer) PublicKeys() jwk.Set { return s.public }

// Sign gives the checkpoint as a compact JWS.
func (s *Signer) Sign(c Checkpoint) (string, error) { return s.sign(typeCheckpoint, c) }

// SignExport gives an export's summary as a compact JWS.
func (s *Signer) SignExport(summary Summary) (string, error) { return s.sign(typeExport, summary) }

func (s *Signer) sign(typ string, claims any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	headers := jws.NewHeaders()
	for name, value := range map[string]string{jws.TypeKey: typ, jws.KeyIDKey: s.private.KeyID()} {
		if err := headers.Set(name, value); err != nil {
			return "", err
		}
	}
	signed, err := jws.Sign(payload, jws.WithKey(jwa.EdDSA, s.private, jws.WithProtectedHeaders(headers)))
	return string(signed), err
}

// Open checks a checkpoint's signature and reads it.
func (s *Signer) Open(signed string) (Checkpoint, error) {
	message, err := jws.ParseString(signed)
	if err != nil || len(message.Signatures()) != 1 || message.Signatures()[0].ProtectedHeaders().Type() != typeCheckpoint {
		return Checkpoint{}, errors.New("it is no checkpoint")
	}
	payload, err := jws.Verify([]byte(signed), jws.WithKeySet(s.public))
	if err != nil {
		return Checkpoint{}, errors.New("its signature is not ours")
	}
	var c Checkpoint
	return c, json.Unmarshal(payload, &c)
}

// From begins a check behind what a checkpoint covers.
func From(c Checkpoint) (Verifier, error) {
	head, err := hex.DecodeString(c.Head)
	if err != nil || len(head) != sha256.Size {
		return Verifier{}, fmt.Errorf("the checkpoint at %d has no hash", c.Count)
	}
	return Verifier{Count: c.Count, Head: head}, nil
}

// At says how the checked part of a chain stands.
func (v *Verifier) At(owner, instant string) Checkpoint {
	return Checkpoint{Chain: ID(owner), Count: v.Count, Head: hex.EncodeToString(v.Head), Time: instant}
}

// Agrees reports whether a checkpoint at this place says the same.
func (v *Verifier) Agrees(c Checkpoint) bool {
	head, err := hex.DecodeString(c.Head)
	return err == nil && c.Count == v.Count && bytes.Equal(head, v.Head)
}
