package stack

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// Status is what a running stack tells of itself in run/status.json of its data
// folder, for tests and scripts. The file is its owner's only: it opens the
// database.
type Status struct {
	Address  string             `json:"address"`
	PID      int                `json:"pid"`
	Ready    bool               `json:"ready"`
	Services map[string]Service `json:"services"`
	// Databases are connection strings by role.
	Databases map[string]string `json:"databases,omitempty"`
}

// Service is one part. PID is 0 for the parts that live in the runner's process.
type Service struct {
	Address string `json:"address,omitempty"`
	PID     int    `json:"pid,omitempty"`
	Up      bool   `json:"up"`
	Log     string `json:"log,omitempty"`
}

// ReadStatus reads the status of the stack that runs on a data folder.
func ReadStatus(data string) (Status, error) {
	text, err := os.ReadFile(filepath.Join(data, "run", "status.json"))
	if err != nil {
		return Status{}, err
	}
	var status Status
	if err := json.Unmarshal(text, &status); err != nil {
		return Status{}, fmt.Errorf("status.json: %w", err)
	}
	return status, nil
}

type statusFile struct {
	path   string
	mu     sync.Mutex
	status Status
}

func newStatus(path, address string) *statusFile {
	f := &statusFile{path: path, status: Status{Address: address, PID: os.Getpid(), Services: map[string]Service{}}}
	f.change(func(*Status) {})
	return f
}

func (f *statusFile) ready() { f.change(func(s *Status) { s.Ready = true }) }

func (f *statusFile) up(name string, service Service) {
	service.Up = true
	f.change(func(s *Status) { s.Services[name] = service })
}

func (f *statusFile) down(name string) {
	f.change(func(s *Status) {
		service := s.Services[name]
		service.Up, service.PID = false, 0
		s.Services[name] = service
	})
}

func (f *statusFile) databases(urls map[string]string) {
	f.change(func(s *Status) { s.Databases = urls })
}

// change writes the file anew. That it cannot be written is no reason to stop.
func (f *statusFile) change(edit func(*Status)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	edit(&f.status)
	text, err := json.MarshalIndent(f.status, "", "  ")
	if err != nil {
		return
	}
	part := f.path + ".part"
	if os.WriteFile(part, append(text, '\n'), 0o600) == nil {
		_ = os.Rename(part, f.path)
	}
}

func (f *statusFile) remove() {
	f.mu.Lock()
	defer f.mu.Unlock()
	_ = os.Remove(f.path)
}
