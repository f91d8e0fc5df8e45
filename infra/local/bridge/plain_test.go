package bridge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"
)

// bySDK reads a batch as one that is not plain is read.
func bySDK(body []byte) ([]*kgo.Record, error) {
	var events []event.Event
	if err := json.Unmarshal(body, &events); err != nil {
		return nil, err
	}
	var records []*kgo.Record
	for _, e := range events {
		if err := e.Validate(); err != nil {
			return nil, err
		}
		r, err := toRecord(e)
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, nil
}

func sorted(records []*kgo.Record) []*kgo.Record {
	for _, r := range records {
		slices.SortFunc(r.Headers, func(a, b kgo.RecordHeader) int { return strings.Compare(a.Key, b.Key) })
	}
	return records
}

const plainEvent = `{"specversion":"1.0","id":"1","source":"/nudge/tasks","type":"dev.nudge.task.created.v1","subject":"tasks/1","time":"2026-01-05T08:00:00.5Z",` +
	`"datacontenttype":"application/json","dataschema":"https://nudge.dev/x.json","partitionkey":"ada","sequence":"3","data":{"text":"a \"}{ é","list":[1,{}]}}`

func TestAPlainBatchIsReadInOnePass(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"[" + plainEvent + "]", "[" + plainEvent + "," + plainEvent + "]", " [ " + plainEvent + " ,\n" + plainEvent + "\t] "} {
		records, ok := plainBatch([]byte(body))
		require.True(t, ok, body)
		want, err := bySDK([]byte(body))
		require.NoError(t, err)
		require.Equal(t, sorted(want), sorted(records))
	}
}

// Whatever a batch looks like: either it is left to the SDK, or the records are the SDK's.
func TestAPlainBatchIsReadAsTheSDKReadsIt(t *testing.T) {
	t.Parallel()
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		names := []string{"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "partitionkey", "traceparent", "data", "data_base64", "Odd", "a-b", ""}
		values := []string{
			`"1.0"`, `"0.3"`, `"1"`, `"/nudge/tasks"`, `"http://[::1"`, `"a b"`, `"%zz"`, `"2026-01-05T08:00:00Z"`, `"2026-01-05T09:00:00+01:00"`, `"yesterday"`, `"application/json"`, `"text/plain"`,
			`"urn:x"`, `"https://x.y/z?q#f"`, `""`, `"\u0061"`, `"é"`, `"a\"b"`, `1`, `true`, `null`, `{}`, `{"a":[1,2,{"b":"}"}]}`, `{"a":}`, `[1]`, `"eyJ9"`, "\"\x01\"",
		}
		var events []string
		for range rapid.IntRange(0, 3).Draw(t, "events") {
			e := plainEvent
			for range rapid.IntRange(0, 2).Draw(t, "changes") {
				name, value := rapid.SampledFrom(names).Draw(t, "name"), rapid.SampledFrom(values).Draw(t, "value")
				switch rapid.IntRange(0, 2).Draw(t, "change") {
				case 0:
					e = strings.Replace(e, "{", fmt.Sprintf("{%q:%s,", name, value), 1)
				case 1:
					e = strings.Replace(e, fmt.Sprintf("%q:", name), fmt.Sprintf("%q:%s,%q:", "x"+strings.ToLower(name), value, name), 1)
				case 2:
					at := rapid.IntRange(0, len(e)-1).Draw(t, "at")
					e = e[:at] + e[at+1:]
				}
			}
			events = append(events, e)
		}
		body := "[" + strings.Join(events, ",") + "]"
		records, ok := plainBatch([]byte(body))
		if !ok {
			return
		}
		taken++
		want, err := bySDK([]byte(body))
		require.NoError(t, err, body)
		require.Equal(t, sorted(want), sorted(records), body)
	})
	require.Positive(t, taken)
}

func BenchmarkReadBatch(b *testing.B) {
	body := []byte("[" + strings.Repeat(plainEvent+",", 99) + plainEvent + "]")
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			_, _ = plainBatch(body)
		}
	})
	b.Run("SDK", func(b *testing.B) {
		for b.Loop() {
			_, _ = bySDK(body)
		}
	})
}
