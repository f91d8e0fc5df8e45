package postgres

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

func dataFolder(dir string) string { return filepath.Join(dir, "data") }

// prepare makes what a server needs on disk: the folder, the secret and, the
// first time, an empty database cluster. A first time that was interrupted leaves
// no PG_VERSION under the final name, because the cluster is made beside it and
// renamed when it is whole.
func prepare(ctx context.Context, dir string, options Options, who *account) ([]byte, error) {
	if err := os.MkdirAll(dir, 0o711); err != nil { //nolint:gosec // the server's account passes through
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if who != nil { // the server's account passes through, and sees nothing but its own
		if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // the same
			return nil, err
		}
	}
	secret, err := loadSecret(dir)
	if err != nil {
		return nil, fmt.Errorf("read the database's secret: %w", err)
	}
	data := dataFolder(dir)
	if dataMajor(dir) > 0 {
		return secret, who.own(data)
	}
	if entries, err := os.ReadDir(data); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("%s is not empty but holds no PostgreSQL data (no PG_VERSION): "+
			"move it away, or restore what is missing", data)
	}
	return secret, initialise(ctx, dir, options, who, derive(secret, Superuser))
}

// initialise runs initdb. The locale is C with UTF-8 text: the same order on
// every machine, and messages that can be recognised.
func initialise(ctx context.Context, dir string, options Options, who *account, password string) error {
	fresh := filepath.Join(dir, "data.new")
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	passwordFile, cleanup, err := writePassword(dir, password, who)
	if err != nil {
		return err
	}
	defer cleanup()
	if err := who.own(fresh); err != nil {
		return err
	}
	folder, err := who.reach(fresh)
	if err != nil {
		return err
	}
	defer folder.close()
	if folder.path != fresh { // not by filepath.Join, which would take "3/.." away
		passwordFile = folder.path + "/../" + filepath.Base(passwordFile)
	}
	arguments := []string{
		"-D", folder.path, "-U", Superuser, "--pwfile=" + passwordFile, "--encoding=UTF8", "--locale=C",
		"--auth=scram-sha-256", "--no-instructions",
	}
	if options.Settings["fsync"] == "off" {
		arguments = append(arguments, "--no-sync")
	}
	tail := &tailWriter{next: options.Log}
	cmd := exec.CommandContext(ctx, filepath.Join(options.Bin, "initdb"), arguments...)
	folder.enter(cmd)
	cmd.Stdout, cmd.Stderr = tail, tail
	cmd.Env, cmd.SysProcAttr = environment(), attributes(who)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("initdb in %s failed (%w): %s", dir, err, lastLines(tail.bytes()))
	}
	return os.Rename(fresh, dataFolder(dir))
}

// writePassword writes the superuser's password where initdb can read it.
func writePassword(dir, password string, who *account) (path string, cleanup func(), err error) {
	path = filepath.Join(dir, "initdb.password")
	cleanup = func() { _ = os.Remove(path) }
	if err := os.WriteFile(path, []byte(password+"\n"), 0o600); err != nil {
		return "", nil, err
	}
	if who != nil {
		if err := os.Lchown(path, who.uid, who.gid); err != nil {
			cleanup()
			return "", nil, err
		}
	}
	return path, cleanup, nil
}

// tailWriter passes what is written on and keeps the end of it for errors.
type tailWriter struct {
	next io.Writer
	mu   sync.Mutex
	kept []byte
}

const tailBytes = 4096

func (t *tailWriter) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if extra := len(t.kept) - tailBytes; extra > 0 {
		t.kept = append(t.kept[:0], t.kept[extra:]...)
	}
	_, _ = t.next.Write(p) // a full disk under the log must not stop the server
	return len(p), nil
}

func (t *tailWriter) bytes() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.kept)
}

func lastLines(output []byte) string {
	lines := bytes.Split(bytes.TrimSpace(output), []byte("\n"))
	if len(lines) > 4 {
		lines = lines[len(lines)-4:]
	}
	return string(bytes.Join(lines, []byte(" / ")))
}
