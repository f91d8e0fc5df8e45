package postgres

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
)

// account is the operating system's account that the server runs as; nil means
// the caller's own.
type account struct {
	name     string
	uid, gid int
}

// serverAccount chooses the account: the caller's, unless that is root.
func serverAccount() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "_postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(found.Uid)
		gid, gidErr := strconv.Atoi(found.Gid)
		if uidErr == nil && gidErr == nil && uid > 0 {
			return &account{name: name, uid: uid, gid: gid}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither an account named postgres nor nobody " +
		"to run it as: start Nudge from an ordinary account")
}

func (a *account) credential() *syscall.Credential {
	if a == nil {
		return nil
	}
	return &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)} //nolint:gosec // positive, checked when made
}

// own gives the folder and all in it to the account. It stays inside the folder
// (os.Root): the account could have put symbolic links there.
func (a *account) own(dir string) error {
	if a == nil {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	return fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) == a.uid && int(stat.Gid) == a.gid {
			return nil
		}
		return root.Lchown(path, a.uid, a.gid)
	})
}

// place is how the account's programs name a folder.
type place struct {
	path   string
	handle *os.File // the open folder that path leads through, or nil
}

// reach finds the way to a folder of the account. Another account may not be
// allowed through the folders above (a root caller in its mode-0700 home, say).
// Linux still reaches an open folder by its link in /proc, which passes no folder
// above; elsewhere such a place is an error.
func (a *account) reach(dir string) (place, error) {
	if a == nil {
		return place{path: dir}, nil
	}
	closed := a.firstClosed(dir)
	if closed == "" {
		return place{path: dir}, nil
	}
	if _, err := os.Stat("/proc/self/fd"); runtime.GOOS != "linux" || err != nil {
		return place{}, fmt.Errorf("PostgreSQL runs as the account %s here because you are root, and that account may not pass %s: "+
			"allow it (chmod o+x %s) or choose another data folder with NUDGE_DATA", a.name, closed, closed)
	}
	folder, err := os.Open(dir)
	if err != nil {
		return place{}, err
	}
	return place{path: "/proc/self/fd/3", handle: folder}, nil
}

// enter lets the command see the folder. The file it inherits is its number 3.
func (p place) enter(cmd *exec.Cmd) {
	cmd.Dir = "/" // the caller's may be closed to the account too
	if p.handle != nil {
		cmd.ExtraFiles = []*os.File{p.handle}
	}
}

// close may be called once the command has started.
func (p place) close() {
	if p.handle != nil {
		_ = p.handle.Close()
	}
}

// firstClosed returns the first folder on the way to dir that the account may
// not pass, or "".
func (a *account) firstClosed(dir string) string {
	closed := ""
	for parent := filepath.Dir(dir); ; parent = filepath.Dir(parent) {
		info, err := os.Stat(parent)
		if err != nil {
			return parent
		}
		bit := os.FileMode(0o001)
		if stat, ok := info.Sys().(*syscall.Stat_t); ok {
			switch {
			case int(stat.Uid) == a.uid:
				bit = 0o100
			case int(stat.Gid) == a.gid:
				bit = 0o010
			}
		}
		if info.Mode()&bit == 0 {
			closed = parent
		}
		if parent == filepath.Dir(parent) {
			return closed
		}
	}
}
