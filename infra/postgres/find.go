package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"
)

// ErrNotFound is returned by [Find] when no PostgreSQL server is on the machine.
var ErrNotFound = errors.New("no PostgreSQL server found on this machine (looked at PG_BIN, PATH and the usual folders)")

// Find returns the folder that holds the programs initdb and postgres.
//
// PG_BIN decides if it is set. Else the candidates are the folders of PATH, of
// Debian and Red Hat packages, of Homebrew and of Postgres.app, and then the
// folders given. A data folder can only be opened by the major version that made
// it, so if dir already holds one the version that fits is chosen; otherwise the
// newest is.
func Find(ctx context.Context, dir string, extra ...string) (string, error) {
	if bin := os.Getenv("PG_BIN"); bin != "" {
		if !holdsServer(bin) {
			return "", fmt.Errorf("PG_BIN is %q, but there is no initdb and postgres in that folder", bin)
		}
		return bin, nil
	}
	candidates := append(installed(), extra...)
	best, bestMajor := "", -1
	want := dataMajor(dir)
	for _, bin := range candidates {
		if !holdsServer(bin) {
			continue
		}
		major, err := binaryMajor(ctx, bin)
		if err != nil {
			continue
		}
		if major == want {
			return bin, nil
		}
		if major > bestMajor {
			best, bestMajor = bin, major
		}
	}
	switch {
	case best == "":
		return "", ErrNotFound
	case want > 0:
		return "", &VersionError{Dir: dir, Data: want, Server: bestMajor}
	}
	return best, nil
}

// VersionError says that a data folder was made by another major version of
// PostgreSQL than the one at hand.
type VersionError struct {
	Dir          string
	Data, Server int
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("the data in %s was written by PostgreSQL %d, and the server found here is version %d: "+
		"install PostgreSQL %d, or set PG_BIN to the folder with its programs", e.Dir, e.Data, e.Server, e.Data)
}

func installed() []string {
	dirs := filepath.SplitList(os.Getenv("PATH"))
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/opt/postgresql*/bin",
		"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		found, _ := filepath.Glob(pattern) // the only error is a malformed pattern
		sort.Sort(sort.Reverse(sort.StringSlice(found)))
		dirs = append(dirs, found...)
	}
	return dirs
}

func holdsServer(bin string) bool {
	for _, program := range []string{"initdb", "postgres"} {
		info, err := os.Stat(filepath.Join(bin, program)) //nolint:gosec // PG_BIN and PATH are the caller's own
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return bin != ""
}

// binaryMajor asks initdb, not postgres, for its version: it answers root too.
func binaryMajor(ctx context.Context, bin string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--version").Output()
	if err != nil {
		return 0, fmt.Errorf("ask %s for its version: %w", bin, err)
	}
	fields := strings.Fields(string(out)) // "initdb (PostgreSQL) 18.4 (…)"
	if len(fields) < 3 {
		return 0, fmt.Errorf("unreadable version %q", out)
	}
	digits, _, _ := strings.Cut(fields[2], ".")
	digits = strings.TrimRightFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
	return strconv.Atoi(digits)
}

// dataMajor is the major version that wrote the data folder, 0 if there is none.
func dataMajor(dir string) int {
	text, err := os.ReadFile(filepath.Join(dataFolder(dir), "PG_VERSION"))
	if err != nil {
		return 0
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return major
}
