package auth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
)

const (
	maxSetBytes = 256 << 10
	maxSetKeys  = 64
)

// publicKey is a key bound to the only algorithm it may verify.
type publicKey struct {
	algorithm jwa.SignatureAlgorithm
	raw       any
}

// keyName is what a token's header must say to be verified by a key. The
// algorithm is part of it, so a key can never serve another one.
type keyName struct{ algorithm, id string }

// keySet is one state of the issuer's keys.
type keySet struct {
	source []byte
	keys   map[keyName]publicKey
}

// parseKeySet keeps the keys that can verify a token here: Ed25519 for EdDSA
// and P-256 for ES256, published for signatures. It leaves the rest, symmetric
// and private keys included. A set without any usable key is an error, so that
// it never replaces a good one; a key of a kind not known yet is no error.
func parseKeySet(source []byte) (*keySet, error) {
	published, err := jwk.Parse(source, jwk.WithIgnoreParseError(true))
	if err != nil {
		return nil, err
	}
	if published.Len() > maxSetKeys {
		return nil, fmt.Errorf("%d keys are more than %d", published.Len(), maxSetKeys)
	}
	set := &keySet{source: source, keys: map[keyName]publicKey{}}
	for i := range published.Len() {
		key, _ := published.Key(i)
		algorithm, ok := algorithmOf(key)
		if !ok || key.KeyID() == "" {
			continue
		}
		var raw any
		if err := key.Raw(&raw); err != nil {
			continue
		}
		name := keyName{algorithm.String(), key.KeyID()}
		if _, taken := set.keys[name]; !taken {
			set.keys[name] = publicKey{algorithm, raw}
		}
	}
	if len(set.keys) == 0 {
		return nil, errors.New("no usable key in the set")
	}
	return set, nil
}

// algorithmOf returns the one algorithm a public key is for. `use` and `alg`
// are optional (Better Auth sends no `use`) but bind when they are there.
func algorithmOf(key jwk.Key) (jwa.SignatureAlgorithm, bool) {
	var algorithm jwa.SignatureAlgorithm
	switch key := key.(type) {
	case jwk.OKPPublicKey:
		if key.Crv() == jwa.Ed25519 {
			algorithm = jwa.EdDSA
		}
	case jwk.ECDSAPublicKey:
		if key.Crv() == jwa.P256 {
			algorithm = jwa.ES256
		}
	}
	if algorithm == "" {
		return "", false
	}
	if use := key.KeyUsage(); use != "" && use != string(jwk.ForSignature) {
		return "", false
	}
	if stated := key.Algorithm().String(); stated != "" && stated != algorithm.String() {
		return "", false
	}
	return algorithm, true
}

// download gets and parses the set at address.
func download(ctx context.Context, client *http.Client, address string) (*keySet, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the key address answers %s", response.Status)
	}
	source, err := io.ReadAll(io.LimitReader(response.Body, maxSetBytes+1))
	if err != nil {
		return nil, err
	}
	if len(source) > maxSetBytes {
		return nil, fmt.Errorf("the key set has more than %d bytes", maxSetBytes)
	}
	return parseKeySet(source)
}

// same reports whether both sets were published alike.
func (s *keySet) same(other *keySet) bool {
	return s != nil && other != nil && bytes.Equal(s.source, other.source)
}
