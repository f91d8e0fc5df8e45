package main

import "syscall"

// attributes gives Kafka a process group of its own, so that Ctrl-C reaches it through
// Stop only, and has the kernel kill it when this process dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
