package verify

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// The JWS types of what is signed.
const (
	typeCheckpoint = "nudge-checkpoint"
	typeExport     = "nudge-activity-export"
)

// Checkpoint says how a chain was at an instant.
type Checkpoint struct {
	Chain string `json:"chain"`
	Count int64  `json:"count"`
	Head  string `json:"head"`
	Time  string `json:"time"`
}

// summary is what an export says of itself.
type summary struct {
	Checkpoint
	Base        int64  `json:"base"`
	BaseHead    string `json:"base_head,omitempty"`
	Checkpoints int    `json:"checkpoints"`
}

// Keys are public keys by their id.
type Keys struct{ byID map[string]ed25519.PublicKey }

var errKeys = errors.New("this is neither a JWK nor a JWK Set with keys of the curve Ed25519")

// ReadKeys reads a JWK or a JWK Set (RFC 7517, RFC 8037), as GET /api/activity/key gives it.
func ReadKeys(text []byte) (*Keys, error) {
	type jwk struct{ Kty, Crv, X, Kid string }
	var set struct {
		jwk
		Keys []jwk
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, errKeys
	}
	if set.Kty != "" {
		set.Keys = append(set.Keys, set.jwk)
	}
	keys := &Keys{map[string]ed25519.PublicKey{}}
	for _, k := range set.Keys {
		x, err := base64.RawURLEncoding.DecodeString(k.X)
		if k.Kty != "OKP" || k.Crv != "Ed25519" || err != nil || len(x) != ed25519.PublicKeySize {
			return nil, errKeys
		}
		keys.byID[k.Kid] = x
	}
	if len(keys.byID) == 0 {
		return nil, errors.New("there is no key in it")
	}
	return keys, nil
}

// open checks a JWS and gives its payload; nil: what is wrong was said.
func (r *reader) open(signed, typ, what string) []byte {
	payload, err := openJWS(signed, typ, r.options.Keys)
	if err != nil {
		r.problem(0, "%s %v", what, err)
	}
	return payload
}

// openJWS gives a compact JWS's payload. Without keys the signature is not looked at.
func openJWS(signed, typ string, keys *Keys) ([]byte, error) {
	parts := strings.Split(signed, ".")
	if len(parts) != 3 {
		return nil, errors.New("is no JWS")
	}
	var decoded [3][]byte
	for i, part := range parts {
		var err error
		if decoded[i], err = base64.RawURLEncoding.Strict().DecodeString(part); err != nil || strings.ContainsAny(part, "\r\n") {
			return nil, errors.New("is no JWS")
		}
	}
	var head struct{ Alg, Kid, Typ string }
	if err := json.Unmarshal(decoded[0], &head); err != nil || head.Alg != "EdDSA" || head.Typ != typ {
		return nil, fmt.Errorf("is no JWS of the type %s signed with EdDSA", typ)
	}
	if keys == nil {
		return decoded[1], nil
	}
	key, ok := keys.byID[head.Kid]
	if !ok && len(keys.byID) == 1 && keys.byID[""] != nil { // a JWK without an id
		key, ok = keys.byID[""], true
	}
	if !ok {
		return nil, errors.New("is signed with a key that is not among the given ones")
	}
	if !ed25519.Verify(key, []byte(parts[0]+"."+parts[1]), decoded[2]) {
		return nil, errors.New("has a signature that does not fit: it was changed or forged")
	}
	return decoded[1], nil
}

// strict reads JSON that has the fields of a struct and no others.
func strict(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// ReadAnchors reads checkpoints that were kept elsewhere: one JWS per line, an earlier
// export, or lines of the functions' log. Those with a signature that does not fit are
// an error.
func ReadAnchors(text []byte, keys *Keys) ([]Checkpoint, error) {
	var anchors []Checkpoint
	for line := range bytes.Lines(text) {
		signed := jwsIn(bytes.TrimSpace(line))
		if signed == "" {
			continue
		}
		payload, err := openJWS(signed, typeCheckpoint, keys)
		if err != nil {
			var exportErr error
			if payload, exportErr = openJWS(signed, typeExport, keys); exportErr != nil {
				return nil, fmt.Errorf("an anchor %w", err)
			}
		}
		var c Checkpoint
		if err := json.Unmarshal(payload, &c); err != nil || c.Chain == "" {
			return nil, errors.New("an anchor does not say what a checkpoint says")
		}
		anchors = append(anchors, c)
	}
	if len(anchors) == 0 {
		return nil, errors.New("there is no checkpoint in it")
	}
	return anchors, nil
}

// jwsIn finds the JWS of a line: bare, or as the value that an export or a log has.
func jwsIn(line []byte) string {
	if len(line) > 0 && line[0] != '{' {
		return string(line)
	}
	var l struct{ Signed, Checkpoint string }
	if json.Unmarshal(line, &l) != nil {
		return ""
	}
	if l.Checkpoint != "" {
		return l.Checkpoint
	}
	return l.Signed
}
