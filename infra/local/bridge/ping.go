package bridge

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/robfig/cron/v3"
)

// PingType is the type of a PingSource's events.
const PingType = "dev.knative.sources.ping"

// longestNap bounds how late a tick is after the laptop slept: timers stand still then,
// the clock does not.
const longestNap = 15 * time.Second

// schedules are read as Knative's PingSource reads them.
var schedules = cron.NewParser(cron.SecondOptional | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// ping is a PingSource made ready.
type ping struct {
	namespace, name string
	schedule        cron.Schedule
	contentType     string
	data            []byte
	sink            destination
}

func newPing(m pingManifest) (*ping, error) {
	p := &ping{
		namespace: m.Metadata.Namespace, name: m.Metadata.Name, sink: m.Spec.Sink,
		contentType: m.Spec.ContentType, data: []byte(m.Spec.Data),
	}
	fail := func(err error) (*ping, error) { return nil, fmt.Errorf("ping source %s: %w", p.name, err) }
	if p.name == "" || p.sink.empty() {
		return fail(errors.New("a ping source needs a name and a sink"))
	}
	if strings.Contains(m.Spec.Schedule, "@every") {
		return fail(errors.New("schedule: Knative does not take @every"))
	}
	schedule := m.Spec.Schedule
	if m.Spec.Timezone != "" {
		schedule = "CRON_TZ=" + m.Spec.Timezone + " " + schedule
	}
	var err error
	if p.schedule, err = schedules.Parse(schedule); err != nil {
		return fail(fmt.Errorf("schedule %q: %w", schedule, err))
	}
	if m.Spec.DataBase64 != "" {
		if m.Spec.Data != "" {
			return fail(errors.New("data and dataBase64 exclude each other"))
		}
		if p.data, err = base64.StdEncoding.DecodeString(m.Spec.DataBase64); err != nil {
			return fail(fmt.Errorf("dataBase64: %w", err))
		}
	}
	if p.contentType == event.ApplicationJSON && len(p.data) > 0 && !json.Valid(p.data) {
		return fail(errors.New("data: it is no JSON"))
	}
	return p, nil
}

func (p *ping) event(id string, at time.Time) event.Event {
	e := event.New()
	e.SetID(id)
	e.SetType(PingType)
	e.SetSource("/apis/v1/namespaces/" + p.namespace + "/pingsources/" + p.name)
	e.SetTime(at)
	if p.contentType != "" {
		e.SetDataContentType(p.contentType)
	}
	if len(p.data) > 0 {
		e.DataEncoded = p.data
	}
	return e
}

// run ticks once at the start, for what fell due while the laptop was off, and then by
// the schedule until ctx is done. A tick that nobody takes is tried again until the next
// is due: it is a wake-up, not a record.
func (p *ping) run(ctx context.Context, now func() time.Time, newID func() string, send func(context.Context, event.Event) error, log *slog.Logger) {
	for due := now(); ctx.Err() == nil; {
		next := p.schedule.Next(now())
		e := p.event(newID(), due)
		for attempt := 1; now().Before(next); attempt++ {
			err := send(ctx, e)
			if err == nil || pause(ctx, min(growing(time.Second, attempt), longestNap)) != nil {
				break
			}
			log.Warn("a tick was not taken", "pingsource", p.name, "error", err)
		}
		for now().Before(next) {
			if pause(ctx, min(next.Sub(now()), longestNap)) != nil {
				return
			}
		}
		due = next
	}
}
