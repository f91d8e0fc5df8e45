// Package eventing holds the event contract of the system: the Knative manifests that
// route events (Broker, Triggers, PingSource, SinkBinding) and the JSON Schema of
// every event type. A cluster applies the manifests; the laptop's bridge reads the
// same files; publishers and consumers check their data against the same schemas.
package eventing

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed schemas/*.json
var schemaFiles embed.FS

//go:embed *.yaml
var manifestFiles embed.FS

// schemaIDPrefix begins the $id of every schema. A URN names without locating: no
// validator is tempted to fetch it.
const schemaIDPrefix = "urn:nudge:schema:"

const envelopeName = "envelope.v1"

// Manifests gives the Knative manifests, *.yaml in the root of the returned file system.
func Manifests() fs.FS { return manifestFiles }

// Schema gives the JSON Schema (draft 2020-12) of an event type's data, for instance of
// dev.nudge.task.created.v1, and whether there is one. What it refers to is bundled
// into its $defs (JSON Schema core, section 9.3), so it compiles alone. Callers must
// not change the bytes.
func Schema(eventType string) ([]byte, bool) {
	raw, ok := bundled()[eventType]
	return raw, ok
}

// SchemaID gives the URI of an event type's schema, the `dataschema` of its events.
func SchemaID(eventType string) (string, bool) {
	if _, ok := bundled()[eventType]; !ok {
		return "", false
	}
	return schemaIDPrefix + eventType, true
}

// EventTypes lists every event type that has a schema, sorted.
func EventTypes() []string { return slices.Sorted(maps.Keys(bundled())) }

var bundled = sync.OnceValue(func() map[string][]byte {
	schemas, err := bundle(schemaFiles)
	if err != nil {
		panic(err) // the files are compiled in and tested
	}
	return schemas
})

// bundle reads schemas/*.json and puts the envelope into the $defs of each of the others.
func bundle(files fs.FS) (map[string][]byte, error) {
	names, err := fs.Glob(files, "schemas/*.json")
	if err != nil {
		return nil, err
	}
	docs := map[string]map[string]any{}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var doc map[string]any
		if err := json.Unmarshal(raw, &doc); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		docs[strings.TrimSuffix(strings.TrimPrefix(name, "schemas/"), ".json")] = doc
	}
	envelope := docs[envelopeName]
	delete(docs, envelopeName)
	out := make(map[string][]byte, len(docs))
	for eventType, doc := range docs {
		doc["$defs"] = map[string]any{envelopeName: envelope}
		if out[eventType], err = json.Marshal(doc); err != nil {
			return nil, err
		}
	}
	return out, nil
}
