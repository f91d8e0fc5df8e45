package config

import (
	"fmt"
	"slices"
	"strings"
)

// Error says all that is wrong with a configuration.
type Error struct {
	// Missing names the required variables that no source has.
	Missing []string
	// Invalid tells, by variable, why its value cannot be used.
	Invalid map[string]error
	// Unavailable tells, by variable, why a source could not be asked.
	Unavailable map[string]error
}

// Temporary reports that nothing is known to be wrong: a source did not answer,
// and the same call may succeed later.
func (e *Error) Temporary() bool {
	return len(e.Unavailable) > 0 && len(e.Missing) == 0 && len(e.Invalid) == 0
}

// Error is one sentence with every name, sorted, so that one start is enough to
// find all that must be set.
func (e *Error) Error() string {
	var parts []string
	if len(e.Missing) > 0 {
		missing := slices.Sorted(slices.Values(e.Missing))
		parts = append(parts, "set "+strings.Join(missing, ", "))
	}
	if len(e.Invalid) > 0 {
		parts = append(parts, "correct "+reasons(e.Invalid))
	}
	if len(e.Unavailable) > 0 {
		parts = append(parts, "could not look up "+reasons(e.Unavailable))
	}
	return "configuration: " + strings.Join(parts, "; ")
}

// Unwrap returns the causes, for errors.Is and errors.As.
func (e *Error) Unwrap() []error {
	var causes []error
	for _, group := range []map[string]error{e.Invalid, e.Unavailable} {
		for _, name := range sortedNames(group) {
			causes = append(causes, group[name])
		}
	}
	return causes
}

func (e *Error) addMissing(name string) { e.Missing = append(e.Missing, name) }

func (e *Error) addInvalid(name string, err error) {
	if e.Invalid == nil {
		e.Invalid = map[string]error{}
	}
	if _, known := e.Invalid[name]; !known {
		e.Invalid[name] = err
	}
}

func (e *Error) addUnavailable(name string, err error) {
	if e.Unavailable == nil {
		e.Unavailable = map[string]error{}
	}
	e.Unavailable[name] = err
}

func (e *Error) orNil() error {
	if len(e.Missing)+len(e.Invalid)+len(e.Unavailable) == 0 {
		return nil
	}
	return e
}

// reasons lists "NAME (why)"; names that share a reason share one bracket, as
// all secrets do when the store is away.
func reasons(group map[string]error) string {
	var order []string
	byReason := map[string][]string{}
	for _, name := range sortedNames(group) {
		why := group[name].Error()
		if byReason[why] == nil {
			order = append(order, why)
		}
		byReason[why] = append(byReason[why], name)
	}
	for i, why := range order {
		order[i] = fmt.Sprintf("%s (%s)", strings.Join(byReason[why], ", "), why)
	}
	return strings.Join(order, ", ")
}

func sortedNames(group map[string]error) []string {
	names := make([]string, 0, len(group))
	for name := range group {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
