//go:build !unix

package broker

import "os"

// lock only opens the file: this system has no advisory lock in the standard library.
func lock(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
}
