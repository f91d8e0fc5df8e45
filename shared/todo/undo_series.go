package todo

import "reflect"

func seriesID(d Delta[Series]) string {
	if d.After != nil {
		return d.After.ID
	}
	return d.Before.ID
}

func (r *reverted) revertSeries(d Delta[Series]) {
	id := seriesID(d)
	now := r.series.target[id]
	at := "/series/" + id
	switch {
	case d.After == nil && now == nil: // it was removed: bring it back
		restored := *d.Before
		r.series.target[id] = &restored
	case d.After == nil || now == nil:
		r.conflicts = append(r.conflicts, Field{at, "it was removed or made again since"})
	case d.Before == nil: // it was made: take it away, if it is as it was made
		for _, f := range seriesFields {
			if !reflect.DeepEqual(f.get(now), f.get(d.After)) {
				r.conflict(at + "/" + f.name)
			}
		}
		r.series.target[id] = nil
	default:
		after := *now
		for _, f := range seriesFields {
			was, became := f.get(d.Before), f.get(d.After)
			switch {
			case reflect.DeepEqual(was, became):
			case reflect.DeepEqual(f.get(now), became):
				f.copy(&after, d.Before)
			default:
				r.conflict(at + "/" + f.name)
			}
		}
		after.Template = r.revertTemplate(at, now.Template, d)
		r.series.target[id] = &after
	}
}

// revertTemplate takes back what was changed of a template. One that was made and is
// another by now stays: it is what the person said since.
func (r *reverted) revertTemplate(at string, now *Template, d Delta[Series]) *Template {
	was, became := d.Before.Template, d.After.Template
	switch {
	case reflect.DeepEqual(was, became):
		return now
	case reflect.DeepEqual(now, became):
		return was
	case was == nil || became == nil || now == nil:
		return now
	}
	after := *now
	for i, n := 0, reflect.TypeFor[Template]().NumField(); i < n; i++ {
		was, became, now := reflect.ValueOf(was).Elem().Field(i), reflect.ValueOf(became).Elem().Field(i), reflect.ValueOf(now).Elem().Field(i)
		switch {
		case reflect.DeepEqual(was.Interface(), became.Interface()):
		case reflect.DeepEqual(now.Interface(), became.Interface()):
			reflect.ValueOf(&after).Elem().Field(i).Set(was)
		default:
			r.conflict(at + "/template")
			return &after
		}
	}
	return &after
}

// seriesField is one part of a series that a change set can change and undo on its own.
type seriesField struct {
	name string
	get  func(*Series) any
	copy func(to, from *Series)
}

var seriesFields = []seriesField{
	{"rule", func(s *Series) any { return s.Rule }, func(to, from *Series) { to.Rule = from.Rule }},
	{"start", func(s *Series) any { return s.Start }, func(to, from *Series) { to.Start = from.Start }},
	{"zone", func(s *Series) any { return s.Zone }, func(to, from *Series) { to.Zone = from.Zone }},
	{"from_completion", func(s *Series) any { return s.FromCompletion }, func(to, from *Series) { to.FromCompletion = from.FromCompletion }},
	{"end_of_month", func(s *Series) any { return s.EndOfMonth }, func(to, from *Series) { to.EndOfMonth = from.EndOfMonth }},
	{"catch_up", func(s *Series) any { return s.CatchUp }, func(to, from *Series) { to.CatchUp = from.CatchUp }},
	{"exdates", func(s *Series) any { return append([]string{}, s.ExDates...) }, func(to, from *Series) { to.ExDates = from.ExDates }},
	{"rdates", func(s *Series) any { return append([]string{}, s.RDates...) }, func(to, from *Series) { to.RDates = from.RDates }},
	{"pauses", func(s *Series) any { return append([]Pause{}, s.Pauses...) }, func(to, from *Series) { to.Pauses = from.Pauses }},
	{"ended_at", func(s *Series) any { return s.EndedAt != nil }, func(to, from *Series) { to.EndedAt = from.EndedAt }},
}
