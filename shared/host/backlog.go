package host

import (
	"context"
	"slices"

	"function/shared/telemetry"
)

// observers are the capabilities that tell how much waits in the whole system: those
// that a tick or a dead letter wakes. More would say the same.
var observers = []string{"", "deadletters", "reminders"}

// observe makes the metrics of what waits.
func (h *Host) observe() error {
	if !slices.Contains(observers, h.Config.Capability) {
		return nil
	}
	return telemetry.Observe(func(ctx context.Context) (map[string]float64, error) {
		b, err := h.Store.Backlog(ctx, h.Now())
		if err != nil {
			return nil, err
		}
		return map[string]float64{
			telemetry.OutboxWaiting.Name: float64(b.Waiting), telemetry.OutboxAge.Name: b.Oldest.Seconds(),
			telemetry.RemindersOverdue.Name: float64(b.Overdue), telemetry.DeadLettersOpen.Name: float64(b.DeadLetters),
		}, nil
	}, telemetry.OutboxWaiting, telemetry.OutboxAge, telemetry.RemindersOverdue, telemetry.DeadLettersOpen)
}
