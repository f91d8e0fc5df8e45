package audit

import (
	"context"
	"fmt"
	"strings"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"function/shared/events"
	"function/shared/telemetry"
	"function/shared/todo"
)

// metrics count what happened from the chain: each event stands there once, however
// often it was delivered, so that the numbers are those of facts.
type metrics struct {
	appends, notifications, checkpoints, broken metric.Int64Counter
	lateness                                    metric.Float64Histogram
}

func newMetrics() metrics {
	return metrics{
		appends: telemetry.AuditAppends.Counter(), notifications: telemetry.Notifications.Counter(),
		checkpoints: telemetry.AuditCheckpoints.Counter(), broken: telemetry.AuditBroken.Counter(),
		lateness: telemetry.ReminderLateness.Histogram(),
	}
}

// appended counts an event that came for the first time.
func (m metrics) appended(ctx context.Context, n events.Notice, e cloudevents.Event) {
	m.appends.Add(ctx, 1, metric.WithAttributes(attribute.String("type", string(n.Kind)), attribute.String("actor", string(n.Actor))))
	switch n.Kind {
	case todo.EventReminderDue:
		if !n.RemindAt.IsZero() {
			m.lateness.Record(ctx, n.At.Sub(n.RemindAt).Seconds())
		}
	case todo.EventNotificationDelivered, todo.EventNotificationFailed:
		m.notifications.Add(ctx, 1, metric.WithAttributes(
			attribute.String("outcome", strings.TrimPrefix(string(n.Kind), "notification.")),
			attribute.String("channel", fmt.Sprint(e.Extensions()["channel"]))))
	}
}
