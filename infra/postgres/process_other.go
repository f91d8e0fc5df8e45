//go:build !linux

package postgres

import "syscall"

// attributes starts the server in a process group of its own, so that Ctrl-C in
// a terminal reaches the caller only.
func attributes(a *account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: a.credential()}
}
