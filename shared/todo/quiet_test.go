package todo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/occurrence"
	"function/shared/todo"
)

func TestQuietHoursFollowThePersonsClock(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ zone, from, until, now, want string }{
		"none":                                {"UTC", "", "", "2026-01-05T23:00:00Z", ""},
		"before":                              {"UTC", "22:00", "07:00", "2026-01-05T21:59:59Z", ""},
		"on the first second":                 {"UTC", "22:00", "07:00", "2026-01-05T22:00:00Z", "2026-01-06T07:00:00Z"},
		"over midnight":                       {"UTC", "22:00", "07:00", "2026-01-06T00:30:00Z", "2026-01-06T07:00:00Z"},
		"on the last second":                  {"UTC", "22:00", "07:00", "2026-01-06T06:59:59Z", "2026-01-06T07:00:00Z"},
		"when they end":                       {"UTC", "22:00", "07:00", "2026-01-06T07:00:00Z", ""},
		"in the day":                          {"UTC", "13:00", "15:00", "2026-01-06T14:00:00Z", "2026-01-06T15:00:00Z"},
		"the next day is another":             {"UTC", "13:00", "15:00", "2026-01-06T00:30:00Z", ""},
		"in a zone":                           {"Europe/Paris", "22:00", "07:00", "2026-01-05T21:00:00Z", "2026-01-06T06:00:00Z"},
		"until midnight":                      {"UTC", "22:00", "00:00", "2026-01-05T23:00:00Z", "2026-01-06T00:00:00Z"},
		"from midnight":                       {"UTC", "00:00", "06:00", "2026-01-05T00:00:00Z", "2026-01-05T06:00:00Z"},
		"a short night in spring":             {"Europe/Paris", "22:00", "07:00", "2026-03-28T23:00:00Z", "2026-03-29T05:00:00Z"},
		"a long night in autumn":              {"Europe/Paris", "22:00", "07:00", "2026-10-24T23:00:00Z", "2026-10-25T06:00:00Z"},
		"the end in a gap moves on":           {"Europe/Paris", "22:00", "02:30", "2026-03-29T00:45:00Z", "2026-03-29T01:30:00Z"},
		"the end in an overlap is the first":  {"Europe/Paris", "22:00", "02:30", "2026-10-25T00:20:00Z", "2026-10-25T00:30:00Z"},
		"after the first end of an overlap":   {"Europe/Paris", "22:00", "02:30", "2026-10-25T01:20:00Z", ""},
		"the begin in a gap moves on":         {"Europe/Paris", "02:30", "05:00", "2026-03-29T01:15:00Z", ""},
		"a midnight that does not exist":      {"America/Santiago", "00:00", "06:00", "2026-09-06T04:30:00Z", "2026-09-06T09:00:00Z"},
		"half an hour's zone":                 {"Asia/Kolkata", "22:00", "07:00", "2026-01-05T16:30:00Z", "2026-01-06T01:30:00Z"},
		"nobody said a zone":                  {"", "22:00", "07:00", "2026-01-05T22:30:00Z", "2026-01-06T07:00:00Z"},
		"a day that was skipped in its ocean": {"Pacific/Apia", "22:00", "07:00", "2011-12-30T09:00:00Z", "2011-12-30T17:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		require.NoError(t, err)
		p := todo.Preferences{TimeZone: c.zone, QuietFrom: c.from, QuietUntil: c.until}
		until, quiet, err := p.Quiet(occurrence.Calendar{}, now)
		require.NoError(t, err, name)
		require.Equal(t, c.want != "", quiet, name)
		if quiet {
			require.Equal(t, c.want, until.UTC().Format(time.RFC3339), name)
		}
	}
}

func TestTheNextDigestIsTheFirstOfItsTimeOfDay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ zone, at, now, next, day string }{
		"none":                  {"UTC", "", "2026-01-05T07:00:00Z", "", ""},
		"later today":           {"UTC", "08:00", "2026-01-05T07:00:00Z", "2026-01-05T08:00:00Z", ""},
		"when it is due":        {"UTC", "08:00", "2026-01-05T08:00:00Z", "2026-01-06T08:00:00Z", "2026-01-05"},
		"late on its day":       {"UTC", "08:00", "2026-01-05T23:59:00Z", "2026-01-06T08:00:00Z", "2026-01-05"},
		"not after its day":     {"UTC", "08:00", "2026-01-06T00:01:00Z", "2026-01-06T08:00:00Z", ""},
		"after a week's outage": {"UTC", "08:00", "2026-01-12T09:00:00Z", "2026-01-13T08:00:00Z", "2026-01-12"},
		"in a zone":             {"Asia/Tokyo", "08:00", "2026-01-05T23:30:00Z", "2026-01-06T23:00:00Z", "2026-01-06"},
		"in a gap":              {"Europe/Paris", "02:30", "2026-03-29T00:00:00Z", "2026-03-29T01:30:00Z", ""},
		"in an overlap, once":   {"Europe/Paris", "02:30", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-25"},
		"a day that is not":     {"Pacific/Apia", "08:00", "2011-12-30T09:00:00Z", "2011-12-30T18:00:00Z", "2011-12-29"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		require.NoError(t, err)
		p := todo.Preferences{TimeZone: c.zone, DigestAt: c.at}
		next, err := p.NextDigest(occurrence.Calendar{}, now)
		require.NoError(t, err, name)
		require.Equal(t, c.next == "", next == nil, name)
		if next != nil {
			require.Equal(t, c.next, next.UTC().Format(time.RFC3339), name)
		}
		day, due, err := p.DigestDay(occurrence.Calendar{}, now)
		require.NoError(t, err, name)
		require.Equal(t, c.day != "", due, name)
		if due {
			require.Equal(t, c.day, day, name)
		}
	}
}

func TestADigestSortsWhatIsDue(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	task := func(id, local string) todo.Details {
		due := &todo.Due{Local: local, Zone: "UTC"}
		due.At, _ = occurrence.Calendar{}.At(local, "UTC")
		return todo.Details{Task: todo.Task{ID: id, Status: todo.StatusOpen, Due: due}}
	}
	done := task("done", "2026-01-04")
	done.Status = todo.StatusCompleted
	d, err := todo.DigestOf([]todo.Details{
		task("yesterday", "2026-01-04"), task("this morning", "2026-01-05T07:00:00"), task("today", "2026-01-05"), task("tonight", "2026-01-05T20:00:00"),
		done, {Task: todo.Task{ID: "some day", Status: todo.StatusOpen}},
	}, todo.Preferences{}, now)
	require.NoError(t, err)
	ids := func(list []todo.Task) (out []string) {
		for _, t := range list {
			out = append(out, t.ID)
		}
		return out
	}
	require.Equal(t, []string{"yesterday", "this morning"}, ids(d.Overdue))
	require.Equal(t, []string{"today", "tonight"}, ids(d.Today))
	require.False(t, d.Empty())
	require.True(t, todo.Digest{}.Empty())
}
