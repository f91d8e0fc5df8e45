package live

import (
	"time"

	"function/shared/postgres"
)

// Notification is a reminder that came, as streams and lists show it.
type Notification struct {
	ID           string              `json:"id" format:"uuid"`
	Kind         string              `json:"kind" enum:"reminder,digest"`
	TaskID       string              `json:"task_id,omitempty" format:"uuid" doc:"Of a reminder"`
	Title        string              `json:"title"`
	DueAt        *time.Time          `json:"due_at,omitempty"`
	RemindAt     time.Time           `json:"remind_at"`
	LateSeconds  int                 `json:"late_seconds" doc:"How long after its time it came, in whole seconds"`
	CreatedAt    time.Time           `json:"created_at"`
	ReadAt       *time.Time          `json:"read_at,omitempty"`
	Silent       bool                `json:"silent" doc:"It came in quiet hours: show it, and make no noise"`
	Acknowledged bool                `json:"acknowledged"`
	Deliveries   []postgres.Delivery `json:"deliveries" nullable:"false"`
}

// Show gives a stored notification its public form.
func Show(n postgres.Notification) Notification {
	return Notification{
		ID: n.ID, Kind: n.Kind, TaskID: n.TaskID, Title: n.Title, DueAt: n.DueAt, RemindAt: n.RemindAt, CreatedAt: n.CreatedAt, ReadAt: n.ReadAt, Silent: n.Silent, Acknowledged: n.AcknowledgedAt != nil,
		LateSeconds: int(n.CreatedAt.Sub(n.RemindAt) / time.Second), Deliveries: append([]postgres.Delivery{}, n.Deliveries...),
	}
}
