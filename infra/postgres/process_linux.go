package postgres

import "syscall"

// attributes starts the server in a process group of its own, so that Ctrl-C in
// a terminal reaches the caller only, and lets the kernel ask it for a fast
// shutdown when the caller dies.
func attributes(a *account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT, Credential: a.credential()}
}
