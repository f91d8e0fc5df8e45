package httpapi

import (
	"strconv"
	"strings"

	"function/shared/todo"
)

// Precondition is the version that a change is based on. Inputs embed it.
type Precondition struct {
	IfMatch string `header:"If-Match" doc:"The ETag of what the change is based on"`
}

// Version reads If-Match; a change without it is CodeVersionRequired, * is 0: whatever
// is current.
func (p Precondition) Version() (int64, error) {
	if p.IfMatch == "" {
		return 0, todo.Errorf(todo.CodeVersionRequired, "send If-Match with the ETag of what is to be changed")
	}
	if p.IfMatch == "*" {
		return 0, nil
	}
	version, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(p.IfMatch, "W/"), `"`), 10, 64)
	if err != nil || version < 1 {
		return 0, todo.Errorf(todo.CodeVersionMismatch, "If-Match is no ETag of ours")
	}
	return version, nil
}

// Names refuses a change that is not based on a version, which may be 0: what was never
// written.
func (p Precondition) Names(version int64) error {
	if version == 0 && p.IfMatch == ETag(0) {
		return nil
	}
	named, err := p.Version()
	if err == nil && named != 0 && named != version {
		err = todo.Errorf(todo.CodeVersionMismatch, "version %d was named, the current one is %d", named, version)
	}
	return err
}

// ETag gives a version's header.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }
