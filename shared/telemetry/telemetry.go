// Package telemetry makes traces and metrics of a process with OpenTelemetry.
//
// The standard variables say where they go: OTEL_EXPORTER_OTLP_ENDPOINT, or the
// variable of one signal, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and
// OTEL_EXPORTER_OTLP_METRICS_ENDPOINT. Where none is set nothing is collected and
// nothing is sent. Trace ids are made and passed on even then (W3C Trace Context), so
// that the lines of the log that belong together can be found.
//
// What leaves the process holds no text of a task and nothing of who asked: see
// withoutPerson.
package telemetry

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/exaring/otelpgx"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

// scope names the instrumentation that is Nudge's own.
const scope = "nudge"

// Telemetry is what a process collects and where it sends it. The zero value does
// nothing.
type Telemetry struct {
	tracer *trace.TracerProvider
	meter  *metric.MeterProvider
}

// Start reads the OTEL_ variables and sets the global providers. service is the name
// where OTEL_SERVICE_NAME gives none. Each process is an instance of its own: what two
// count at once must not stand in one series. It asks nobody: a collector that is away costs
// what could not be sent, never a request.
func Start(ctx context.Context, service string) (*Telemetry, error) {
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", service), attribute.String("service.instance.id", uuid.NewString())), resource.WithFromEnv(), resource.WithTelemetrySDK())
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, err
	}
	t := &Telemetry{}
	if err := t.startTraces(ctx, about); err != nil {
		return nil, err
	}
	if err := t.startMetrics(ctx, about); err != nil {
		return nil, err
	}
	otel.SetTextMapPropagator(propagation.TraceContext{})
	return t, nil
}

func (t *Telemetry) startTraces(ctx context.Context, about *resource.Resource) error {
	options := []trace.TracerProviderOption{trace.WithResource(about)}
	if wanted("TRACES") {
		exporter, err := otlptracehttp.New(ctx)
		if err != nil {
			return err
		}
		options = append(options, trace.WithBatcher(withoutPerson{exporter}))
	} else {
		options = append(options, trace.WithSampler(trace.NeverSample())) // ids only
	}
	t.tracer = trace.NewTracerProvider(options...)
	otel.SetTracerProvider(t.tracer)
	return nil
}

func (t *Telemetry) startMetrics(ctx context.Context, about *resource.Resource) error {
	if !wanted("METRICS") {
		return nil
	}
	exporter, err := otlpmetrichttp.New(ctx)
	if err != nil {
		return err
	}
	t.meter = metric.NewMeterProvider(metric.WithResource(about), metric.WithReader(metric.NewPeriodicReader(exporter)))
	otel.SetMeterProvider(t.meter)
	return nil
}

// wanted reports whether the environment names a collector for a signal.
func wanted(signal string) bool {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") {
		return false
	}
	return os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || os.Getenv("OTEL_EXPORTER_OTLP_"+signal+"_ENDPOINT") != ""
}

// Database gives the tracer of a database's connections: none where nothing is sent.
// What it records is the statements, which hold no values.
func (t *Telemetry) Database() []pgx.QueryTracer {
	if t == nil || t.meter == nil && !wanted("TRACES") {
		return nil
	}
	return []pgx.QueryTracer{otelpgx.NewTracer(otelpgx.WithDisableConnectionDetailsInAttributes(), otelpgx.WithDisableAcquireTracer())}
}

// Stop sends what has been collected, and ends.
func (t *Telemetry) Stop(ctx context.Context) error {
	if t == nil {
		return nil
	}
	var errs []error
	if t.meter != nil {
		errs = append(errs, t.meter.Shutdown(ctx))
	}
	if t.tracer != nil {
		errs = append(errs, t.tracer.Shutdown(ctx))
	}
	return errors.Join(errs...)
}
