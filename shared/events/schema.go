package events

import (
	"bytes"
	"errors"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"function/eventing"
	"function/shared/todo"
)

var (
	compiled   = map[string]*jsonschema.Schema{}
	compiledMu sync.Mutex
)

// schemaOf compiles an event type's schema the first time it is asked for.
func schemaOf(eventType string) (*jsonschema.Schema, error) {
	compiledMu.Lock()
	defer compiledMu.Unlock()
	if s, ok := compiled[eventType]; ok {
		return s, nil
	}
	raw, ok := eventing.Schema(eventType)
	if !ok {
		return nil, todo.Errorf(todo.CodeInvalid, "no event of type %q is known", eventType)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", doc); err != nil {
		return nil, err
	}
	s, err := compiler.Compile("schema.json")
	if err != nil {
		return nil, err
	}
	compiled[eventType] = s
	return s, nil
}

func validate(eventType string, data []byte) error {
	schema, err := schemaOf(eventType)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return todo.Errorf(todo.CodeInvalid, "the data is no JSON: %w", err)
	}
	if err := schema.Validate(value); err != nil {
		return todo.Errorf(todo.CodeInvalid, "the data is not of its schema: %s", whereWrong(err))
	}
	return nil
}

// whereWrong names the places that break the schema and the rules they break, never the
// values: they may be somebody's text.
func whereWrong(err error) string {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return "unknown"
	}
	var places []string
	var walk func(*jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		if len(e.Causes) == 0 {
			places = append(places, "/"+strings.Join(e.InstanceLocation, "/")+" ("+strings.Join(e.ErrorKind.KeywordPath(), " ")+")")
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
	}
	walk(invalid)
	return strings.Join(places, ", ")
}
