package bridge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"strings"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"
	"github.com/twmb/franz-go/pkg/kgo"

	"function/infra/local/bridge/filter"
)

const (
	contentType    = "content-type"
	attributeStart = "ce_"
	keyExtension   = "partitionkey"
)

// toRecord gives an event its binary form (CloudEvents Kafka protocol binding, section
// 3.2): attributes as headers, data as value, the partitionkey extension as key.
func toRecord(e event.Event) (*kgo.Record, error) {
	r := &kgo.Record{Value: e.Data()}
	add := func(name, value string) {
		if value != "" {
			r.Headers = append(r.Headers, kgo.RecordHeader{Key: name, Value: []byte(value)})
		}
	}
	add(contentType, e.DataContentType())
	add("ce_specversion", e.SpecVersion())
	add("ce_id", e.ID())
	add("ce_source", e.Source())
	add("ce_type", e.Type())
	add("ce_subject", e.Subject())
	add("ce_dataschema", e.DataSchema())
	if !e.Time().IsZero() {
		add("ce_time", e.Time().UTC().Format(time.RFC3339Nano))
	}
	for name, value := range e.Extensions() {
		text, err := types.Format(value)
		if err != nil {
			return nil, fmt.Errorf("extension %s: %w", name, err)
		}
		add(attributeStart+name, text)
		if name == keyExtension {
			r.Key = []byte(text)
		}
	}
	return r, nil
}

// attributesOf gives the attributes of an event in binary form as a filter asks for them,
// without reading the event. False: it has to be read, to say what it is.
func attributesOf(r *kgo.Record) (filter.Attributes, bool) {
	find := func(name string) ([]byte, bool) {
		for i := range r.Headers {
			if key := r.Headers[i].Key; len(key) == len(name) && strings.EqualFold(key, name) {
				return r.Headers[i].Value, true
			}
		}
		return nil, false
	}
	header := func(name string) (string, bool) {
		value, found := find(name)
		return string(value), found
	}
	if media, _ := find(contentType); bytes.HasPrefix(media, []byte(event.ApplicationCloudEventsJSON)) {
		return nil, false
	}
	for _, required := range []string{"ce_specversion", "ce_id", "ce_source", "ce_type"} {
		if value, _ := find(required); len(value) == 0 {
			return nil, false
		}
	}
	return func(name string) (string, bool) {
		switch name {
		case "datacontenttype":
			value, _ := header(contentType)
			return value, true
		case "time":
			value, _ := header("ce_time")
			at, _ := types.ParseTime(value)
			text, err := at.MarshalText()
			return string(text), err == nil
		case "specversion", "id", "source", "type", "subject", "dataschema":
			value, _ := header(attributeStart + name)
			return value, true
		}
		return header(attributeStart + name)
	}, true
}

// fromRecord reads an event in binary or structured form.
func fromRecord(r *kgo.Record) (event.Event, error) {
	headers := make(map[string]string, len(r.Headers))
	for _, h := range r.Headers {
		headers[strings.ToLower(h.Key)] = string(h.Value)
	}
	if media, _, _ := mime.ParseMediaType(headers[contentType]); media == event.ApplicationCloudEventsJSON {
		var e event.Event
		if err := json.Unmarshal(r.Value, &e); err != nil {
			return event.Event{}, err
		}
		return e, e.Validate()
	}
	e := event.New()
	for name, value := range headers {
		if attribute, ok := strings.CutPrefix(name, attributeStart); ok {
			if err := setAttribute(&e, attribute, value); err != nil {
				return event.Event{}, err
			}
		}
	}
	if headers[contentType] != "" {
		e.SetDataContentType(headers[contentType])
	}
	e.DataEncoded = r.Value
	return e, e.Validate()
}

func setAttribute(e *event.Event, name, value string) error {
	switch name {
	case "specversion":
		e.SetSpecVersion(value)
	case "id":
		e.SetID(value)
	case "source":
		e.SetSource(value)
	case "type":
		e.SetType(value)
	case "subject":
		e.SetSubject(value)
	case "dataschema":
		e.SetDataSchema(value)
	case "time":
		at, err := types.ParseTime(value)
		if err != nil {
			return fmt.Errorf("time: %w", err)
		}
		e.SetTime(at)
	default:
		e.SetExtension(name, value)
	}
	return nil
}
