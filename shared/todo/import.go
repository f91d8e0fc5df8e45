package todo

import (
	"context"
	"slices"
	"time"
)

// MaxImport is how many tasks one import makes at most.
const MaxImport = 10_000

// Import is what a file from elsewhere holds: tasks as they were there, with the ids
// that they are to have here.
type Import struct {
	Tasks []Details
	// Known are the ids of tasks and series that the person has already; links may
	// lead there.
	Known map[string]bool
}

// Refusal is a task of an import that was left out, or (Kept) a part of it.
type Refusal struct {
	Index  int // in Import.Tasks
	Reason string
	Kept   bool
}

// Import makes tasks as they were elsewhere, done and deleted ones too, in one change
// set. What breaks a rule is left out and named; the rest is made.
func (s *Service) Import(ctx context.Context, act Act, in Import) (Result, []Refusal, error) {
	if len(in.Tasks) > MaxImport {
		return Result{}, nil, Errorf(CodeTooLarge, "at most %d tasks at a time; split the file", MaxImport)
	}
	i := &importing{plan: s.plan(act), known: in.Known, at: map[string]int{}, series: map[string]*Series{}, refused: map[string]string{}, slots: map[string]bool{}}
	for n, d := range in.Tasks {
		if err := i.take(n, d); err != nil {
			return Result{}, nil, err
		}
	}
	i.unwind()
	if err := i.write(); err != nil {
		return Result{}, nil, err
	}
	result, err := i.finish(ctx)
	return result, i.refusals, err
}

// importing is one Import at work.
type importing struct {
	*plan
	known    map[string]bool
	list     []Details
	index    []int          // of each of list in Import.Tasks
	at       map[string]int // by id, in list
	series   map[string]*Series
	refused  map[string]string // why a series cannot be
	slots    map[string]bool
	refusals []Refusal
}

func (i *importing) refuse(n int, kept bool, reason string) {
	i.refusals = append(i.refusals, Refusal{Index: n, Reason: reason, Kept: kept})
}

// take checks one task by itself.
func (i *importing) take(n int, d Details) error {
	d.Owner, d.Version, d.Tags = i.act.Owner, 1, cleanTags(d.Tags)
	if d.Priority == "" {
		d.Priority = PriorityMedium
	}
	if d.Status != StatusCompleted {
		d.Status, d.CompletedAt = StatusOpen, nil
	} else if d.CompletedAt == nil {
		d.CompletedAt = &i.now
	}
	stamp(&d.CreatedAt, i.now)
	stamp(&d.UpdatedAt, i.now)
	if d.Position == 0 {
		d.Position = lastPosition(i.now) + float64(n)/MaxImport
	}
	if err := d.validate(); err != nil {
		i.refuse(n, false, Message(err))
		return nil
	}
	if _, twice := i.at[d.ID]; twice {
		i.refuse(n, false, "stands in the file twice")
		return nil
	}
	if d.Due != nil {
		at, err := i.Calendar.At(d.Due.Local, d.Due.Zone)
		if err != nil {
			i.refuse(n, true, Message(err))
			d.Due = nil
		} else {
			d.Due = &Due{Local: d.Due.Local, Zone: d.Due.Zone, At: at}
		}
	}
	if err := i.recur(n, &d); err != nil {
		return err
	}
	i.at[d.ID] = len(i.list)
	i.list, i.index = append(i.list, d), append(i.index, n)
	return nil
}

// stamp keeps an instant that can be one, as PostgreSQL keeps it.
func stamp(at *time.Time, now time.Time) {
	if at.IsZero() || at.Year() < 1970 || at.After(now) {
		*at = now
	}
	*at = at.UTC().Truncate(time.Microsecond)
}

// recur puts a task into its series, which is checked once.
func (i *importing) recur(n int, d *Details) error {
	if d.Series == nil {
		d.SeriesID, d.Slot = "", ""
		return nil
	}
	s, reason := i.seriesOf(*d.Series)
	if s == nil {
		i.refuse(n, true, "it does not come again: "+reason)
		d.Series, d.SeriesID, d.Slot = nil, "", ""
		return nil
	}
	d.Series, d.SeriesID = s, s.ID
	if d.Slot == "" && d.Due != nil {
		d.Slot = d.Due.Local
	}
	if d.Slot == "" {
		first, ok, err := i.Calendar.First(*s)
		if err != nil || !ok {
			i.refuse(n, true, "it does not come again: the rule yields no date")
			d.Series, d.SeriesID = nil, ""
			return nil //nolint:nilerr // the reason is told of the task, which is taken in without its series
		}
		at, err := i.Calendar.At(first, s.Zone)
		if err != nil {
			return err
		}
		d.Slot, d.Due = first, &Due{Local: first, Zone: s.Zone, At: at}
	}
	if _, err := i.Calendar.At(d.Slot, s.Zone); err != nil || i.slots[s.ID+d.Slot] {
		i.refuse(n, true, "it does not come again: another occurrence stands at "+d.Slot)
		d.Series, d.SeriesID, d.Slot = nil, "", ""
		return nil //nolint:nilerr // as above
	}
	i.slots[s.ID+d.Slot] = true
	return nil
}

func (i *importing) seriesOf(s Series) (*Series, string) {
	if made, ok := i.series[s.ID]; ok {
		return made, ""
	}
	if reason, ok := i.refused[s.ID]; ok {
		return nil, reason
	}
	s.Owner, s.Version = i.act.Owner, 1
	if s.EndOfMonth != EndOfMonthSkip {
		s.EndOfMonth = EndOfMonthClamp
	}
	if s.CatchUp != CatchUpEach {
		s.CatchUp = CatchUpNext
	}
	stamp(&s.CreatedAt, i.now)
	if s.Template != nil && !s.Template.sound() {
		s.Template = nil
	}
	reason := ""
	if len(s.ExDates) > MaxExcept || len(s.RDates) > MaxExcept || len(s.Pauses) > MaxExcept {
		reason = "too many exceptions"
	} else if err := i.Calendar.Check(s); err != nil {
		reason = Message(err)
	}
	if reason != "" {
		i.refused[s.ID] = reason
		return nil, reason
	}
	i.series[s.ID] = &s
	if !i.known[s.ID] {
		i.putSeries(nil, &s)
	}
	return &s, ""
}

// unwind keeps the links that lead somewhere and not in a circle.
func (i *importing) unwind() {
	depth := make([]int, len(i.list)) // 0: not looked at
	var above func(n int, path int) int
	above = func(n, path int) int {
		d := &i.list[n]
		up, inFile := i.at[d.Parent]
		switch {
		case depth[n] > 0:
		case d.Parent == "":
			depth[n] = 1
		case !inFile && i.known[d.Parent]:
			depth[n] = 2
		case !inFile || path > MaxDepth:
			i.refuse(i.index[n], true, "what it was a part of is not there")
			d.Parent, depth[n] = "", 1
		default:
			if depth[n] = above(up, path+1) + 1; depth[n] > MaxDepth {
				i.refuse(i.index[n], true, "it lay too deep in other tasks")
				d.Parent, depth[n] = "", 1
			}
		}
		return depth[n]
	}
	for n := range i.list {
		above(n, 1)
	}
	waits := &waiting{importing: i, state: make([]int8, len(i.list))}
	for n := range i.list {
		waits.visit(n)
	}
}

// waiting walks along what tasks wait for, and cuts what would close a circle.
type waiting struct {
	*importing
	state []int8 // 1: on the way, 2: done
}

func (w *waiting) visit(n int) {
	if w.state[n] != 0 {
		return
	}
	w.state[n] = 1
	d := &w.list[n]
	blockers := unique(d.BlockedBy)
	d.BlockedBy = nil
	for _, id := range blockers {
		to, inFile := w.at[id]
		if inFile {
			w.visit(to)
		}
		if len(d.BlockedBy) == MaxBlockers || !inFile && !w.known[id] || inFile && w.state[to] == 1 {
			w.refuse(w.index[n], true, "one of the tasks that it waits for is not there, waits for it, or is one too many")
			continue
		}
		d.BlockedBy = append(d.BlockedBy, id)
	}
	w.state[n] = 2
}

// write puts everything into the plan.
func (i *importing) write() error {
	for n := range i.list {
		d := &i.list[n]
		if err := i.remind(i.index[n], d); err != nil {
			return err
		}
		task := d.Task
		i.commit.ChangeSet.Tasks = append(i.commit.ChangeSet.Tasks, Delta[Task]{After: &task})
		i.tasks = append(i.tasks, *d)
	}
	return nil
}

// remind keeps reminders as they were: what came does not come again, and nothing comes
// for a time gone by.
func (i *importing) remind(n int, d *Details) error {
	wanted := d.Reminders
	d.Reminders = nil
	for _, r := range wanted {
		r.ID, r.TaskID, r.Owner, r.At = i.NewID(), d.ID, i.act.Owner, r.At.UTC().Truncate(time.Microsecond)
		if !r.sound(*d) || len(d.Reminders) == MaxReminders {
			i.refuse(n, true, "a reminder cannot be, or is one too many")
			continue
		}
		if r.State == ReminderPending && (r.At.IsZero() || !r.At.After(i.now) || d.Status == StatusCompleted || d.Trashed()) {
			if err := i.schedule(&r, d.Task); err != nil {
				return err
			}
		}
		if r.At.IsZero() {
			continue // relative to a due that is not there
		}
		d.Reminders = append(d.Reminders, r)
		i.putReminder(nil, &r)
	}
	slices.SortStableFunc(d.Reminders, func(x, y Reminder) int { return x.At.Compare(y.At) })
	return nil
}

// sound reports whether occurrences can be made so.
func (t Template) sound() bool {
	if (Task{Title: t.Title, Description: t.Description, Priority: t.Priority, Tags: t.Tags}).validate() != nil || len(t.Reminders) > MaxReminders {
		return false
	}
	some := Details{Task: Task{Due: &Due{}}}
	for _, r := range t.Reminders {
		at := Reminder{At: time.Unix(0, 0), Before: r.Before, Repeat: r.Repeat}
		if !at.sound(some) || r.Offset.Abs() > 366*24*time.Hour {
			return false
		}
	}
	return true
}

func (r *Reminder) sound(d Details) bool {
	if r.State != ReminderFired && r.State != ReminderCancelled {
		r.State = ReminderPending
	}
	if r.State != ReminderFired {
		r.FiredAt = nil
	}
	switch {
	case r.Repeat != 0 && (r.Repeat < time.Minute || r.Repeat > 7*24*time.Hour), r.At.Year() > 9999:
		return false
	case r.Before != nil:
		b := r.Before
		return (d.Due != nil || !r.At.IsZero()) && b.Days >= 0 && b.Days <= 366 && b.Duration >= 0 && b.Duration <= 366*24*time.Hour &&
			(b.Clock == "" || clockShape.MatchString(b.Clock+":00"))
	}
	return !r.At.IsZero()
}
