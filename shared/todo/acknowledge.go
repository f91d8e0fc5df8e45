package todo

import "context"

// Acknowledge stops a reminder that comes again and again: the person has seen it. Any
// other, and one that is no longer to come, is left as it is.
func (s *Service) Acknowledge(ctx context.Context, act Act, taskID, reminderID string) (Result, error) {
	d, err := s.current(ctx, act.Owner, taskID, 0)
	if err != nil {
		return Result{}, err
	}
	p := s.plan(act)
	for i, before := range d.Reminders {
		if before.ID != reminderID || before.Repeat == 0 || before.State != ReminderPending {
			continue
		}
		after := before
		after.State = ReminderFired
		d.Reminders[i] = after
		p.putReminder(&before, &after)
		p.touch(d)
		return p.finish(ctx)
	}
	p.show(d)
	return p.finish(ctx)
}
