package acceptance_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// One trace from the request that completes an occurrence, through the outbox, Kafka and
// the recurrence function, to the audit row of the occurrence that follows.
func TestOneTraceLeadsFromTheRequestToTheSuccessorsAuditRow(t *testing.T) {
	collector := newCollector(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
	t.Setenv("OTEL_METRIC_EXPORT_INTERVAL", "500")
	status, _, stop, err := up(nil) // beside the stack of the other tests
	if stop != nil {
		t.Cleanup(stop)
	}
	require.NoError(t, err)
	p := signUpAt(t, status)
	made := p.add(t, `{"title":"wallpaper","due":{"date":"2027-01-01","zone":"UTC"},"recurrence":{"rrule":"FREQ=DAILY"}}`)
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	a := p.do(t, http.MethodPost, "/api/tasks/"+made.ID+"/complete", "",
		"If-Match", fmt.Sprintf(`"%d"`, made.Version), "Traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	var spawned string
	eventually(t, time.Minute, "the successor is in the chain", func() bool {
		var page struct {
			Data []struct {
				Actor   string
				EventID string `json:"event_id"`
			}
		}
		p.do(t, http.MethodGet, "/api/activity", "").into(t, &page)
		for _, e := range page.Data {
			if e.Actor == "recurrence" {
				spawned = e.EventID
			}
		}
		return spawned != ""
	})
	has := func(name, attribute, value string) bool {
		return collector.any(func(s span) bool {
			return s.trace == trace && s.name == name && (attribute == "" || strings.Contains(s.attributes[attribute], value))
		})
	}
	for _, step := range [][3]string{
		{"POST /api/tasks/{id}/complete", "", ""},
		{"publish dev.nudge.task.completed.v1", "", ""},
		{"POST /events/recurrence", "", ""},
		{"process dev.nudge.task.completed.v1", "", ""},
		{"publish dev.nudge.task.created.v1", "cloudevents.event_id", spawned},
		{"POST /events/audit", "", ""},
		{"process dev.nudge.task.created.v1", "cloudevents.event_id", spawned},
	} {
		eventually(t, 20*time.Second, "a span "+step[0], func() bool { return has(step[0], step[1], step[2]) })
	}
	eventually(t, 20*time.Second, "the statement that writes the audit row", func() bool {
		return collector.any(func(s span) bool {
			return s.trace == trace && strings.Contains(s.attributes["db.query.text"], "INSERT INTO audit ")
		})
	})
	for _, name := range []string{"http.server.request.duration", "nudge.audit.appends", "nudge.outbox.waiting", "nudge.deadletters.open"} {
		eventually(t, 20*time.Second, "the metric "+name, func() bool { return collector.holds(name) })
	}
	require.False(t, collector.holds("wallpaper"), "no text of a task leaves the process")
	log, err := os.ReadFile(status.Services["functions"].Log)
	require.NoError(t, err)
	require.NotContains(t, string(log), "wallpaper")
	for line := range bytes.Lines(log) {
		if bytes.HasPrefix(line, []byte("{")) {
			require.True(t, json.Valid(line), string(line))
		}
	}
}

// span is what the test looks at of one.
type span struct {
	trace, name string
	attributes  map[string]string
}

// collector takes OTLP over HTTP.
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	spans []span
	raw   bytes.Buffer
}

func newCollector(t *testing.T) *collector {
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		_, _ = c.raw.Write(body)
		if r.URL.Path != "/v1/traces" {
			return
		}
		for _, resource := range fields(body)[1] {
			for _, scope := range fields(resource)[2] {
				for _, s := range fields(scope)[2] {
					c.spans = append(c.spans, spanOf(s))
				}
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) any(wanted func(span) bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.spans {
		if wanted(s) {
			return true
		}
	}
	return false
}

func (c *collector) holds(text string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Contains(c.raw.Bytes(), []byte(text))
}

// spanOf reads opentelemetry.proto.trace.v1.Span.
func spanOf(message []byte) span {
	f := fields(message)
	s := span{trace: hex.EncodeToString(first(f[1])), name: string(first(f[5])), attributes: map[string]string{}}
	for _, attribute := range f[9] {
		pair := fields(attribute)
		s.attributes[string(first(pair[1]))] = string(first(fields(first(pair[2]))[1]))
	}
	return s
}

func first(list [][]byte) []byte {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// fields gives the length-delimited fields of a protobuf message by number, and passes
// over the others.
func fields(message []byte) map[uint64][][]byte {
	found := map[uint64][][]byte{}
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 {
			return found
		}
		message = message[n:]
		size := 0
		switch tag & 7 {
		case 0:
			_, size = binary.Uvarint(message)
		case 1:
			size = 8
		case 5:
			size = 4
		case 2:
			length, n := binary.Uvarint(message)
			if n <= 0 || uint64(len(message)-n) < length {
				return found
			}
			found[tag>>3] = append(found[tag>>3], message[n:n+int(length)])
			size = n + int(length)
		}
		if size <= 0 || size > len(message) {
			return found
		}
		message = message[size:]
	}
	return found
}
