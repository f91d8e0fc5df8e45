// Package filter decides which events a Trigger takes: the dialects of its `filters`
// field (exact, prefix, suffix, all, any, not), as the CloudEvents Subscriptions API
// defines them and knative.dev/eventing evaluates them. The test in the folder
// conformance holds it equal to Knative's own filter package.
package filter

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"
)

// Spec is one filter of a manifest. Exactly one of its fields is set.
type Spec struct {
	Exact  map[string]string `yaml:"exact,omitempty" json:"exact,omitempty"`
	Prefix map[string]string `yaml:"prefix,omitempty" json:"prefix,omitempty"`
	Suffix map[string]string `yaml:"suffix,omitempty" json:"suffix,omitempty"`
	All    []Spec            `yaml:"all,omitempty" json:"all,omitempty"`
	Any    []Spec            `yaml:"any,omitempty" json:"any,omitempty"`
	Not    *Spec             `yaml:"not,omitempty" json:"not,omitempty"`
	CESQL  string            `yaml:"cesql,omitempty" json:"cesql,omitempty"`
}

// Attributes gives an event's context attribute or extension as text, and whether it has
// it. An optional attribute that is not set reads as empty, an extension that is not set as
// absent.
type Attributes func(name string) (string, bool)

// Filter reports whether a Trigger takes an event.
type Filter func(Attributes) bool

// New compiles the `filters` of a Trigger: an event has to pass each. None at all let
// every event through. What Knative's webhook would refuse is an error here.
func New(specs []Spec) (Filter, error) {
	filters, err := compileEach(specs)
	if err != nil {
		return nil, err
	}
	return all(filters), nil
}

func compileEach(specs []Spec) ([]Filter, error) {
	filters := make([]Filter, len(specs))
	for i, s := range specs {
		f, err := compile(s)
		if err != nil {
			return nil, fmt.Errorf("filter %d: %w", i+1, err)
		}
		filters[i] = f
	}
	return filters, nil
}

func compile(s Spec) (Filter, error) {
	if n := s.dialects(); n != 1 {
		return nil, fmt.Errorf("a filter names exactly one dialect of exact, prefix, suffix, all, any, not, cesql; this one names %d", n)
	}
	switch {
	case s.Exact != nil:
		return attribute(s.Exact, func(value, want string) bool { return value == want })
	case s.Prefix != nil:
		return attribute(s.Prefix, strings.HasPrefix)
	case s.Suffix != nil:
		return attribute(s.Suffix, strings.HasSuffix)
	case s.All != nil:
		return group("all", s.All, all)
	case s.Any != nil:
		return group("any", s.Any, anyOf)
	case s.Not != nil:
		inner, err := compile(*s.Not)
		if err != nil {
			return nil, err
		}
		return func(e Attributes) bool { return !inner(e) }, nil
	default:
		return nil, fmt.Errorf("cesql %q: the laptop's bridge does not speak CloudEvents SQL; say it with the other dialects", s.CESQL)
	}
}

func (s Spec) dialects() int {
	n := 0
	for _, set := range []bool{
		s.Exact != nil, s.Prefix != nil, s.Suffix != nil, s.All != nil, s.Any != nil, s.Not != nil, s.CESQL != "",
	} {
		if set {
			n++
		}
	}
	return n
}

// attribute compiles a comparison of one context attribute.
func attribute(pairs map[string]string, matches func(value, want string) bool) (Filter, error) {
	if len(pairs) != 1 {
		return nil, fmt.Errorf("a comparison names one attribute; this one names %d", len(pairs))
	}
	for name, want := range pairs {
		if name == "" || want == "" {
			return nil, errors.New("a comparison's attribute and value must not be empty")
		}
		return func(e Attributes) bool {
			value, ok := e(name)
			return ok && matches(value, want)
		}, nil
	}
	panic("unreachable")
}

func group(dialect string, specs []Spec, join func([]Filter) Filter) (Filter, error) {
	if len(specs) == 0 {
		return nil, fmt.Errorf("%s needs at least one filter", dialect)
	}
	filters, err := compileEach(specs)
	if err != nil {
		return nil, err
	}
	return join(filters), nil
}

func all(filters []Filter) Filter {
	return func(e Attributes) bool {
		for _, f := range filters {
			if !f(e) {
				return false
			}
		}
		return true
	}
}

func anyOf(filters []Filter) Filter {
	return func(e Attributes) bool {
		for _, f := range filters {
			if f(e) {
				return true
			}
		}
		return false
	}
}

// Of gives the attributes of an event.
func Of(e event.Event) Attributes {
	return func(name string) (string, bool) { return lookup(e, name) }
}

func lookup(e event.Event, name string) (string, bool) {
	switch name {
	case "specversion":
		return e.SpecVersion(), true
	case "type":
		return e.Type(), true
	case "source":
		return e.Source(), true
	case "subject":
		return e.Subject(), true
	case "id":
		return e.ID(), true
	case "time":
		text, err := e.Time().MarshalText()
		return string(text), err == nil
	case "dataschema":
		return e.DataSchema(), true
	case "datacontenttype":
		return e.DataContentType(), true
	}
	value, ok := e.Extensions()[name]
	if !ok {
		return "", false
	}
	text, err := types.Format(value)
	return text, err == nil
}
