package tasks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/todo"
)

// given is a member of a JSON Merge Patch (RFC 7396): absent, null or a value.
type given[T any] struct {
	present bool
	null    bool
	value   T
}

// UnmarshalJSON implements json.Unmarshaler; it is called only for members that are there.
func (g *given[T]) UnmarshalJSON(raw []byte) error {
	g.present = true
	if bytes.Equal(raw, []byte("null")) {
		g.null = true
		return nil
	}
	return json.Unmarshal(raw, &g.value)
}

// Schema implements huma.SchemaProvider.
func (g given[T]) Schema(registry huma.Registry) *huma.Schema { return schemaOrNull[T](registry) }

// orNull is an object in an answer, or null.
type orNull[T any] struct{ value *T }

// MarshalJSON implements json.Marshaler.
func (n orNull[T]) MarshalJSON() ([]byte, error) {
	var w writer
	w.any(n.value)
	return w.b, w.err
}

// Schema implements huma.SchemaProvider.
func (n orNull[T]) Schema(registry huma.Registry) *huma.Schema { return schemaOrNull[T](registry) }

// schemaOrNull is the schema of T, or null.
func schemaOrNull[T any](registry huma.Registry) *huma.Schema {
	s := registry.Schema(reflect.TypeFor[T](), true, "")
	if s.Ref != "" {
		return &huma.Schema{OneOf: []*huma.Schema{s, {Type: "null", Enum: []any{nil}}}} // the enum is for huma, which checks no "null"
	}
	copied := *s
	copied.Nullable = true
	return &copied
}

// maybe is the domain's form where null is not allowed.
func (g given[T]) maybe(pointer string) (todo.Maybe[T], error) {
	if g.null {
		return todo.Maybe[T]{}, todo.Invalid(pointer, "must not be null")
	}
	return todo.Maybe[T]{Given: g.present, Value: g.value}, nil
}

func pointed(err error, i int, name string) error {
	return todo.Invalid(fmt.Sprintf("/reminders/%d/%s", i, name), "%s", todo.Message(err))
}
