// Package secrets makes the secrets of one laptop's Nudge once, and keeps them in
// the file that Dapr's local file secret store reads.
package secrets

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Functions are the secrets of the functions process, by the names of the
// environment variables they stand for.
type Functions struct {
	DatabaseURL string `json:"DATABASE_URL"`
	// Keyset is a Tink AEAD keyset in JSON: everybody's data keys are wrapped
	// with it, so without it no task can be read again.
	Keyset string `json:"KEYSET"`
	// AuditSigningKey is the private JWK that signs the audit's checkpoints.
	AuditSigningKey string `json:"AUDIT_SIGNING_KEY"`
	// VAPIDPrivateKey identifies this Nudge to push services (RFC 8292). Browsers are
	// subscribed to its public half: with another key they would have to be again.
	VAPIDPrivateKey string `json:"VAPID_PRIVATE_KEY"`
}

// State is the secret of Dapr's state store.
type State struct {
	DatabaseURL string `json:"DATABASE_URL"`
}

// Auth are the secrets of the sign-in server.
type Auth struct {
	BetterAuthSecret string `json:"BETTER_AUTH_SECRET"`
}

// File is what the secret store's file holds: one secret for each user of it,
// with named values.
type File struct {
	Functions Functions `json:"nudge"`
	State     State     `json:"nudge-statestore"`
	Auth      Auth      `json:"nudge-auth"`
}

// Load reads the file, or makes fresh secrets if there is none. A file of an earlier
// version is given what it lacks. One that is damaged is an error and is left as it is.
func Load(path string) (File, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fresh()
	}
	if err != nil {
		return File{}, fmt.Errorf("read the secrets: %w", err)
	}
	var file File
	if err := json.Unmarshal(text, &file); err != nil || file.Functions.Keyset == "" || file.Auth.BetterAuthSecret == "" {
		return File{}, fmt.Errorf("the secrets in %s are damaged, and without them the data beside it cannot be read: restore the file "+
			"(./task clean removes it with all data)", path)
	}
	return complete(file)
}

// complete makes the secrets that came after the first version, where they are missing.
func complete(file File) (File, error) {
	text := base64.RawURLEncoding.EncodeToString
	if file.Functions.AuditSigningKey == "" {
		public, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return File{}, fmt.Errorf("make a signing key: %w", err)
		}
		file.Functions.AuditSigningKey = fmt.Sprintf(`{"kty":"OKP","crv":"Ed25519","x":"%s","d":"%s"}`, text(public), text(private.Seed())) // RFC 8037
	}
	if file.Functions.VAPIDPrivateKey == "" {
		private, err := ecdh.P256().GenerateKey(rand.Reader)
		if err != nil {
			return File{}, fmt.Errorf("make a key for web push: %w", err)
		}
		file.Functions.VAPIDPrivateKey = text(private.Bytes())
	}
	return file, nil
}

func fresh() (File, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return File{}, fmt.Errorf("make a keyset: %w", err)
	}
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return File{}, fmt.Errorf("write the keyset: %w", err)
	}
	return complete(File{Functions: Functions{Keyset: text.String()}, Auth: Auth{BetterAuthSecret: Token()}})
}

// Token is a fresh random secret of 32 bytes in URL-safe base64.
func Token() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Save writes the file for its owner only, whole or not at all.
func (f File) Save(path string) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(path), ".secrets-*") // mode 0600
	if err != nil {
		return fmt.Errorf("save the secrets: %w", err)
	}
	defer func() { _ = os.Remove(part.Name()) }() // already renamed when all went well
	_, err = part.Write(append(text, '\n'))
	if err := errors.Join(err, part.Sync(), part.Close()); err != nil {
		return fmt.Errorf("save the secrets: %w", err)
	}
	return os.Rename(part.Name(), path)
}
