package postgres

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Superuser is the role that owns the server.
const Superuser = "postgres"

const secretFile = "secret"

// loadSecret reads the data folder's secret, making it the first time.
func loadSecret(dir string) ([]byte, error) {
	path := filepath.Join(dir, secretFile)
	text, err := os.ReadFile(path)
	switch {
	case err == nil:
		secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
		if err != nil || len(secret) != 32 {
			return nil, fmt.Errorf("%s is damaged: it should hold 64 hexadecimal digits", path)
		}
		return secret, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case dataMajor(dir) > 0:
		return nil, fmt.Errorf("%s is missing, and without it the data beside it cannot be opened: put it back", path)
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails (crypto/rand)
	return secret, os.WriteFile(path, []byte(hex.EncodeToString(secret)+"\n"), 0o600)
}

// Password is the password of a role of this server: HMAC-SHA-256 of its name
// under the data folder's secret, in hexadecimal. Whoever creates a role gives it
// this password.
func (s *Server) Password(role string) string { return derive(s.secret, role) }

func derive(secret []byte, role string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("role\x00" + role))
	return hex.EncodeToString(mac.Sum(nil))
}
