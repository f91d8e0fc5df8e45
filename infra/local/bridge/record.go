package bridge

import (
	"encoding/json"
	"fmt"
	"mime"
	"strings"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	contentType    = "content-type"
	attributeStart = "ce_"
	keyExtension   = "partitionkey"
)

// toRecord gives an event its binary form (CloudEvents Kafka protocol binding, section
// 3.2): attributes as headers, data as value, the partitionkey extension as key.
func toRecord(e event.Event, topic string) (*kgo.Record, error) {
	r := &kgo.Record{Topic: topic, Value: e.Data()}
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
