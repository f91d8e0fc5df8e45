package todo

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// epoch is where positions begin to count, in seconds: a task that is made later stands
// behind, and between two neighbours there is room to put others.
var epoch = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)

func lastPosition(now time.Time) float64 { return now.Sub(epoch).Seconds() }

// maxWalk bounds how many tasks are looked at to find out whether links run in a circle.
const maxWalk = 1000

// link makes a task a part of another, and lets it wait for others. Links never run in
// a circle: the tasks that were looked at must still be as they were when the change
// is written.
func (p *plan) link(ctx context.Context, d *Details, parent string, blockers []string) error {
	if parent != d.Parent {
		if err := p.under(ctx, d, parent); err != nil {
			return err
		}
	}
	blockers = unique(blockers)
	if slices.Equal(blockers, d.BlockedBy) {
		return nil
	}
	if len(blockers) > MaxBlockers {
		return Invalid("/blocked_by", "at most %d tasks", MaxBlockers)
	}
	return p.waitFor(ctx, d, blockers)
}

func unique(ids []string) []string {
	var out []string
	for _, id := range ids {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func (p *plan) under(ctx context.Context, d *Details, parent string) error {
	next := parent
	for depth := 1; next != ""; depth++ {
		if next == d.ID {
			return Invalid("/parent_id", "a task cannot be a part of itself")
		}
		if depth >= MaxDepth {
			return Invalid("/parent_id", "at most %d levels", MaxDepth)
		}
		above, err := p.look(ctx, []string{next})
		if err != nil {
			return err
		}
		if len(above) == 0 || above[0].Trashed() {
			return Invalid("/parent_id", "there is no such task")
		}
		next = above[0].Parent
	}
	d.Parent = parent
	return nil
}

func (p *plan) waitFor(ctx context.Context, d *Details, blockers []string) error {
	seen := map[string]bool{}
	layer := blockers
	for first := true; len(layer) > 0; first = false {
		if slices.Contains(layer, d.ID) {
			return Invalid("/blocked_by", "a task cannot wait for itself, directly or through others")
		}
		found, err := p.look(ctx, layer)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(layer, func(id string) bool {
			return !slices.ContainsFunc(found, func(f Task) bool { return f.ID == id })
		}); first && i >= 0 {
			return Invalid("/blocked_by/"+strconv.Itoa(i), "there is no such task")
		}
		var next []string
		for _, f := range found {
			seen[f.ID] = true
			for _, id := range f.BlockedBy {
				if !seen[id] && !slices.Contains(next, id) {
					next = append(next, id)
				}
			}
		}
		if len(seen) > maxWalk {
			return Invalid("/blocked_by", "more than %d tasks would wait for each other", maxWalk)
		}
		layer = next
	}
	d.BlockedBy = blockers
	return nil
}

// look gives tasks as they will be, and makes the commit depend on those that it does
// not write itself.
func (p *plan) look(ctx context.Context, ids []string) ([]Task, error) {
	var found []Task
	var missing []string
	for _, id := range ids {
		if i, shown := p.shown[id]; shown {
			found = append(found, p.tasks[i].Task)
		} else {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return found, nil
	}
	stored, err := p.Store.Tasks(ctx, p.act.Owner, missing)
	if err != nil {
		return nil, err
	}
	for _, d := range stored {
		found = append(found, d.Task)
		p.commit.Expect = append(p.commit.Expect, Expectation{TaskID: d.ID, Version: d.Version})
	}
	return found, nil
}
