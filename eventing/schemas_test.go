package eventing_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"function/eventing"
)

const sealed = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..dGhpc2lzbm9uY2U.c2VhbGVk.dGFnZ2VkdGFnZ2VkdGFn"

// compile builds the validator of an event type from its schema alone, as publishers do.
func compile(t *testing.T, eventType string) *jsonschema.Schema {
	t.Helper()
	raw, ok := eventing.Schema(eventType)
	require.True(t, ok, eventType)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	require.NoError(t, compiler.AddResource("schema.json", doc))
	schema, err := compiler.Compile("schema.json")
	require.NoError(t, err, eventType)
	return schema
}

// taskData is a valid event about a task.
func taskData(eventType string) map[string]any {
	return map[string]any{
		"event_type": eventType, "task_id": "01936b0e-7d5c-7a30-9c5e-1f0f5d3c2b1a", "user_id": "user-1",
		"timestamp": "2026-11-23T18:46:08.123456Z", "version": "1.0.0",
		"payload": map[string]any{
			"title": sealed, "description": "", "priority": "high", "due_date": "2026-12-01T09:00:00+01:00",
			"tags": []any{sealed}, "recurrence_info": map[string]any{
				"has_recurrence": true, "series_id": "01936b0e-7d5c-7a30-9c5e-1f0f5d3c2b1b",
			},
		},
	}
}

func validate(t *testing.T, schema *jsonschema.Schema, data any) error {
	t.Helper()
	raw, err := json.Marshal(data)
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	require.NoError(t, err)
	return schema.Validate(value)
}

func TestEverySchemaCompilesAloneAndIsNamedForItsType(t *testing.T) {
	t.Parallel()
	require.Len(t, eventing.EventTypes(), 9)
	for _, eventType := range eventing.EventTypes() {
		compile(t, eventType)
		id, ok := eventing.SchemaID(eventType)
		require.True(t, ok)
		raw, _ := eventing.Schema(eventType)
		var doc map[string]any
		require.NoError(t, json.Unmarshal(raw, &doc))
		require.Equal(t, id, doc["$id"])
	}
}

func TestUnknownTypeHasNoSchema(t *testing.T) {
	t.Parallel()
	for _, eventType := range []string{"", "envelope.v1", "dev.nudge.task.created.v2", "../schemas.go"} {
		_, ok := eventing.Schema(eventType)
		require.False(t, ok, eventType)
		_, ok = eventing.SchemaID(eventType)
		require.False(t, ok, eventType)
	}
}

func TestTaskSchemasAcceptWhatTheyDescribe(t *testing.T) {
	t.Parallel()
	for eventType, kinds := range map[string][]string{
		"dev.nudge.task.created.v1":           {"created", "recurring"},
		"dev.nudge.task.updated.v1":           {"updated"},
		"dev.nudge.task.completed.v1":         {"completed"},
		"dev.nudge.task.deleted.v1":           {"deleted"},
		"dev.nudge.reminder.due.v1":           {"reminder"},
		"dev.nudge.notification.delivered.v1": {"notification"},
		"dev.nudge.notification.failed.v1":    {"notification"},
	} {
		schema := compile(t, eventType)
		for _, kind := range kinds {
			require.NoError(t, validate(t, schema, taskData(kind)), eventType)
		}
		require.Error(t, validate(t, schema, taskData("other")), eventType)
	}
}

func TestTaskSchemaBounds(t *testing.T) {
	t.Parallel()
	schema := compile(t, "dev.nudge.task.created.v1")
	payload := func(name string, value any) func(map[string]any) {
		return func(d map[string]any) {
			p := maps.Clone(d["payload"].(map[string]any))
			if p[name] = value; value == nil {
				delete(p, name)
			}
			d["payload"] = p
		}
	}
	field := func(name string, value any) func(map[string]any) {
		return func(d map[string]any) {
			if d[name] = value; value == nil {
				delete(d, name)
			}
		}
	}
	for name, tc := range map[string]struct {
		change func(map[string]any)
		valid  bool
	}{
		"no title":               {payload("title", nil), true},
		"no due date":            {payload("due_date", nil), true},
		"a date with no time":    {payload("due_date", "2028-02-29"), true},
		"no tags":                {payload("tags", []any{}), true},
		"does not recur":         {payload("recurrence_info", map[string]any{"has_recurrence": false}), true},
		"a later minor version":  {field("version", "1.3.0"), true},
		"a field added later":    {payload("colour", "blue"), true},
		"readable title":         {payload("title", "Pay rent. Now. Or. Else. Move"), false},
		"title of dotted words":  {payload("title", "pay.rent"), false},
		"readable description":   {payload("description", "landlord: 555-0100"), false},
		"readable tag":           {payload("tags", []any{"home"}), false},
		"date that is not":       {payload("due_date", "2026-02-30"), false},
		"time without an offset": {payload("due_date", "2026-12-01T09:00:00"), false},
		"due date is no string":  {payload("due_date", 12), false},
		"due date is null":       {func(d map[string]any) { d["payload"].(map[string]any)["due_date"] = nil }, false},
		"unknown priority":       {payload("priority", "urgent"), false},
		"series not named":       {payload("recurrence_info", map[string]any{"has_recurrence": true}), false},
		"no payload":             {field("payload", nil), false},
		"no task":                {field("task_id", nil), false},
		"task id is no uuid":     {field("task_id", "1"), false},
		"no owner":               {field("user_id", ""), false},
		"huge owner":             {field("user_id", strings.Repeat("u", 257)), false},
		"another major version":  {field("version", "2.0.0"), false},
	} {
		data := taskData("created")
		tc.change(data)
		if err := validate(t, schema, data); tc.valid {
			require.NoError(t, err, name)
		} else {
			require.Error(t, err, name)
		}
	}
}

func TestChatSchemas(t *testing.T) {
	t.Parallel()
	for _, eventType := range []string{"dev.nudge.chat.message.v1", "dev.nudge.chat.reply.v1"} {
		schema := compile(t, eventType)
		data := taskData("chat")
		delete(data, "task_id")
		data["payload"] = map[string]any{"thread_id": "thr_1", "item_id": "msg_1", "text": sealed}
		require.NoError(t, validate(t, schema, data))
		data["payload"] = map[string]any{"thread_id": "thr_1", "item_id": "msg_1", "text": "readable words"}
		require.Error(t, validate(t, schema, data))
		data["payload"] = map[string]any{"item_id": "msg_1"}
		require.Error(t, validate(t, schema, data))
	}
}
