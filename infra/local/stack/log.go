package stack

import (
	"log/slog"
	"os"
	"path/filepath"
)

// longestLog is the size at which a log is set aside at the next start.
const longestLog = 10 << 20

// openLog opens a log to write on. One earlier log is kept when it was long.
func openLog(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && info.Size() > longestLog {
		_ = os.Rename(path, path+".1") // if it cannot be, it grows on
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// log opens a part's log and gives its path.
func (s *Stack) log(name string) (*os.File, error) {
	return openLog(filepath.Join(s.paths.log, name+".log"))
}

// logger writes structured lines to a part's log.
func (s *Stack) logger(name string) (*slog.Logger, error) {
	file, err := s.log(name)
	if err != nil {
		return nil, err
	}
	return slog.New(slog.NewTextHandler(file, nil)), nil
}
