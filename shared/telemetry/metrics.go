package telemetry

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
)

// Kind is what an instrument measures.
type Kind int

// The kinds.
const (
	CounterKind Kind = iota
	HistogramKind
	GaugeKind
)

// Instrument is one of Nudge's own measurements. All of them are in this file, so that
// a rule or a panel that names another one can be found out.
type Instrument struct {
	Name        string
	Unit        string // UCUM
	Kind        Kind
	Description string
	Buckets     []float64 // of a histogram
}

// The instruments. Events are counted where they reach the audit chain: once each.
var (
	AuditAppends     = Instrument{"nudge.audit.appends", "{event}", CounterKind, "Events that reached the audit chain, once each", nil}
	AuditCheckpoints = Instrument{"nudge.audit.checkpoints", "{checkpoint}", CounterKind, "Checkpoints signed", nil}
	AuditBroken      = Instrument{"nudge.audit.broken", "{chain}", CounterKind, "Times that a chain did not recompute", nil}
	Notifications    = Instrument{"nudge.notifications", "{notification}", CounterKind, "Notifications delivered and failed, by channel", nil}
	ReminderLateness = Instrument{
		"nudge.reminders.lateness", "s", HistogramKind, "From a reminder's time to its coming",
		[]float64{0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600},
	}
	DeadLettersKept  = Instrument{"nudge.deadletters.kept", "{letter}", CounterKind, "Events that a consumer would not take, each time", nil}
	DeadLettersOpen  = Instrument{"nudge.deadletters.open", "{letter}", GaugeKind, "Dead letters that wait for somebody", nil}
	OutboxWaiting    = Instrument{"nudge.outbox.waiting", "{event}", GaugeKind, "Events that were committed and not published", nil}
	OutboxAge        = Instrument{"nudge.outbox.age", "s", GaugeKind, "Age of the oldest event that was not published", nil}
	DatabaseReads    = Instrument{"nudge.database.reads", "{read}", CounterKind, "Reads that a replica may answer, by the server that did and the reason why the primary did", nil}
	RemindersOverdue = Instrument{"nudge.reminders.overdue", "{reminder}", GaugeKind, "Reminders whose time has come and that did not come", nil}
)

// Instruments gives all of them.
func Instruments() []Instrument {
	return []Instrument{
		AuditAppends, AuditCheckpoints, AuditBroken, Notifications, ReminderLateness, DeadLettersKept, DeadLettersOpen,
		OutboxWaiting, OutboxAge, RemindersOverdue, DatabaseReads,
		// Of the HTTP instrumentation (OpenTelemetry semantic conventions).
		{"http.server.request.duration", "s", HistogramKind, "Duration of requests", nil},
	}
}

// Series gives the names under which Prometheus keeps an instrument that it gets by
// OTLP: its translation puts the unit and, for counters, "total" behind the name.
func (i Instrument) Series() []string {
	name := strings.ReplaceAll(i.Name, ".", "_")
	if i.Unit == "s" {
		name += "_seconds"
	}
	switch i.Kind {
	case CounterKind:
		return []string{name + "_total"}
	case HistogramKind:
		return []string{name + "_bucket", name + "_count", name + "_sum"}
	}
	return []string{name}
}

// Counter makes the instrument, which must be a counter.
func (i Instrument) Counter() metric.Int64Counter {
	c, err := otel.Meter(scope).Int64Counter(i.Name, metric.WithUnit(i.Unit), metric.WithDescription(i.Description))
	if err != nil {
		otel.Handle(err)
	}
	return c
}

// Histogram makes the instrument, which must be a histogram.
func (i Instrument) Histogram() metric.Float64Histogram {
	h, err := otel.Meter(scope).Float64Histogram(i.Name, metric.WithUnit(i.Unit), metric.WithDescription(i.Description),
		metric.WithExplicitBucketBoundaries(i.Buckets...))
	if err != nil {
		otel.Handle(err)
	}
	return h
}

// Observe makes gauges whose values are read together each time that metrics are sent,
// and not at all where they are not.
func Observe(read func(context.Context) (map[string]float64, error), gauges ...Instrument) error {
	meter := otel.Meter(scope)
	made := make(map[string]metric.Float64Observable, len(gauges))
	all := make([]metric.Observable, 0, len(gauges))
	for _, g := range gauges {
		gauge, err := meter.Float64ObservableGauge(g.Name, metric.WithUnit(g.Unit), metric.WithDescription(g.Description))
		if err != nil {
			return err
		}
		made[g.Name] = gauge
		all = append(all, gauge)
	}
	_, err := meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error {
		values, err := read(ctx)
		for name, value := range values {
			o.ObserveFloat64(made[name], value)
		}
		return err
	}, all...)
	return err
}
