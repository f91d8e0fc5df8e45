// Package status finds a running Nudge for commands that look after it: the one that the
// environment names, or the laptop's stack by what its runner says in its data folder.
package status

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Nudge says where a running Nudge is.
type Nudge struct {
	Database   string // connection string of the functions' role
	Operator   string // connection string of a role that sees everybody's rows
	Sink       string // the broker's address (K_SINK)
	SigningKey string // of the audit's checkpoints; empty where it is not known
}

// ErrNotRunning says that neither the environment nor a data folder names one.
var ErrNotRunning = errors.New("no Nudge runs here: start it with ./task up, or set DATABASE_URL (and K_SINK, to send events) to one that runs elsewhere")

// Find looks in the environment first: DATABASE_URL, K_SINK, AUDIT_SIGNING_KEY. What it
// lacks comes from the data folder NUDGE_DATA, or .nudge in the given folder. A
// DATABASE_URL is never joined with another's sink.
func Find(dir string, getenv func(string) string) (Nudge, error) {
	n := Nudge{Database: getenv("DATABASE_URL"), Operator: getenv("DATABASE_URL"), Sink: getenv("K_SINK"), SigningKey: getenv("AUDIT_SIGNING_KEY")}
	if n.Database != "" {
		return n, nil
	}
	data := getenv("NUDGE_DATA")
	if data == "" {
		data = filepath.Join(dir, ".nudge")
	}
	text, err := os.ReadFile(filepath.Join(data, "run", "status.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return Nudge{}, ErrNotRunning
	}
	if err != nil {
		return Nudge{}, err
	}
	var stack struct {
		Services  map[string]struct{ Address string }
		Databases map[string]string
	}
	if err := json.Unmarshal(text, &stack); err != nil {
		return Nudge{}, fmt.Errorf("the runner's status.json is damaged: %w", err)
	}
	if stack.Databases["nudge"] == "" {
		return Nudge{}, errors.New("the stack is still starting: wait until it says that it is ready")
	}
	n.Database, n.Operator = stack.Databases["nudge"], stack.Databases["nudge_migrate"]
	if n.Sink == "" {
		n.Sink = stack.Services["events"].Address + "/nudge/default"
	}
	if n.SigningKey == "" {
		n.SigningKey = signingKey(filepath.Join(data, "secrets.json"))
	}
	return n, nil
}

// signingKey reads the laptop's key; empty where there is none.
func signingKey(path string) string {
	var file struct {
		Functions struct {
			Key string `json:"AUDIT_SIGNING_KEY"`
		} `json:"nudge"`
	}
	if text, err := os.ReadFile(path); err == nil {
		_ = json.Unmarshal(text, &file) // a damaged file has no key
	}
	return file.Functions.Key
}
