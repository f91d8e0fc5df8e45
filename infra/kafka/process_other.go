//go:build !linux

package main

import "syscall"

// attributes gives the child a process group of its own, so that Ctrl-C in a
// terminal reaches this process only.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
