package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// file is where the keyset is kept: in Dapr's local secret file under nudge/KEYSET, or bare.
type file struct {
	path string
	bare bool
}

func (f file) load() (string, error) {
	raw, err := os.ReadFile(f.path)
	if err != nil {
		return "", fmt.Errorf("read the keyset: %w", err)
	}
	if f.bare {
		return string(raw), nil
	}
	var secrets map[string]map[string]any
	if err := json.Unmarshal(raw, &secrets); err != nil {
		return "", fmt.Errorf("%s is no file of secrets", f.path)
	}
	text, _ := secrets["nudge"]["KEYSET"].(string)
	if text == "" {
		return "", fmt.Errorf("%s holds no KEYSET", f.path)
	}
	return text, nil
}

// save replaces the keyset, whole or not at all, and leaves all other secrets as they are.
func (f file) save(text string) error {
	raw := []byte(text)
	if !f.bare {
		old, err := os.ReadFile(f.path)
		if err != nil {
			return err
		}
		var secrets map[string]map[string]any
		if err := json.Unmarshal(old, &secrets); err != nil {
			return err
		}
		secrets["nudge"]["KEYSET"] = text
		if raw, err = json.MarshalIndent(secrets, "", "  "); err != nil {
			return err
		}
		raw = append(raw, '\n')
	}
	part, err := os.CreateTemp(filepath.Dir(f.path), ".keys-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(part.Name()) }() // renamed already when all went well
	_, err = part.Write(raw)
	if err := errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), f.path)
}

// database is MIGRATE_URL; on a laptop the running stack's status names it.
func database(data string) (string, error) {
	if url := os.Getenv("MIGRATE_URL"); url != "" {
		return url, nil
	}
	var status struct {
		Databases map[string]string `json:"databases"`
	}
	raw, err := os.ReadFile(filepath.Join(data, "run", "status.json")) //nolint:gosec // the operator says where the data folder is
	if err == nil {
		err = json.Unmarshal(raw, &status)
	}
	if err != nil || status.Databases["nudge_migrate"] == "" {
		return "", errors.New("set MIGRATE_URL to the database with the role nudge_migrate, or start ./task up, which runs it")
	}
	return status.Databases["nudge_migrate"], nil
}
