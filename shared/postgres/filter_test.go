package postgres_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"function/shared/postgres"
	"function/shared/seal"
	"function/shared/todo"
	"function/shared/todotest"
)

// garden is a person's tasks, of every kind that a filter can tell apart.
func garden(t *testing.T, w *todotest.World) {
	t.Helper()
	due := func(date, clock string) *todo.NewDue {
		return &todo.NewDue{Date: date, Time: clock, Zone: "Europe/Paris"}
	}
	create(t, w, "ada",
		todo.NewTask{Title: "Water the tomatoes", Tags: []string{"garden"}, Due: due("2026-01-04", ""), Priority: todo.PriorityHigh},
		todo.NewTask{Title: "Water the windowsill", Description: "tomatoes first", Due: due("2026-01-05", "07:00")},
		todo.NewTask{Title: "Buy tomatoes", Tags: []string{"Home", "shop"}, Due: due("2026-01-05", ""), Priority: todo.PriorityLow},
		todo.NewTask{Title: "Internationalisation talk", Tags: []string{"work"}, Due: due("2026-02-01", "10:00"),
			Reminders: []todo.NewReminder{{Before: &todo.Before{Duration: time.Hour}}}},
		todo.NewTask{Title: "Internationalists' meeting"},
		todo.NewTask{Title: "Stand-up", Due: due("2026-01-06", "09:30"), Recurrence: &todo.NewRecurrence{Rule: "FREQ=DAILY"}},
		todo.NewTask{Title: "Party", Subtasks: []todo.NewTask{{Title: "Invite friends"}, {Title: "Order the cake", Tags: []string{"shop"}}}},
	)
	w.Clock.Advance(time.Hour)
	byTitle := map[string]todo.Details{}
	for _, d := range everything(t, w) {
		byTitle[d.Title] = d
	}
	_, err := w.Edit(t.Context(), todotest.Person("ada"), byTitle["Party"].ID, 0, todo.Edit{BlockedBy: todo.Some([]string{byTitle["Buy tomatoes"].ID})})
	require.NoError(t, err)
	_, err = w.Edit(t.Context(), todotest.Person("ada"), byTitle["Water the windowsill"].ID, 0, todo.Edit{BlockedBy: todo.Some([]string{byTitle["Invite friends"].ID})})
	require.NoError(t, err)
	_, err = w.Complete(t.Context(), todotest.Person("ada"), todo.Target{ID: byTitle["Invite friends"].ID})
	require.NoError(t, err)
	_, err = w.Delete(t.Context(), todotest.Person("ada"), todo.Target{ID: byTitle["Stand-up"].ID})
	require.NoError(t, err)
	create(t, w, "bob", todo.NewTask{Title: "Water the tomatoes", Tags: []string{"garden"}})
}

func everything(t testing.TB, w *todotest.World) []todo.Details {
	t.Helper()
	var all []todo.Details
	for _, view := range []todo.View{todo.ViewAny, todo.ViewTrash} {
		page, err := w.Store.List(t.Context(), "ada", todo.Query{View: view, Limit: postgres.MaxPage})
		require.NoError(t, err)
		all = append(all, page.Data...)
	}
	return all
}

func conditions(parent string) *rapid.Generator[todo.Condition] {
	words := rapid.SampledFrom([]string{"w", "water", "tomatoe", "the", "internationali", "internationalisation", "internationalists", "home", "cake", "nothing"})
	days := rapid.Custom(func(t *rapid.T) time.Time {
		return todotest.Start.AddDate(0, 0, rapid.IntRange(-3, 30).Draw(t, "day"))
	})
	leaf := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) todo.Condition { return todo.HasWord(words.Draw(t, "word")) }),
		rapid.Custom(func(t *rapid.T) todo.Condition { return todo.HasPhrase(rapid.SliceOfN(words, 1, 2).Draw(t, "phrase")) }),
		rapid.Just[todo.Condition](todo.HasPhrase{"water", "the"}),
		rapid.Just[todo.Condition](todo.PartOf(parent)),
		rapid.Custom(func(t *rapid.T) todo.Condition {
			return todo.HasTag(rapid.SampledFrom([]string{"garden", "home", "SHOP", "none"}).Draw(t, "tag"))
		}),
		rapid.Custom(func(t *rapid.T) todo.Condition {
			return todo.HasPriority(rapid.SampledFrom([]todo.Priority{todo.PriorityHigh, todo.PriorityMedium, todo.PriorityLow}).Draw(t, "priority"))
		}),
		rapid.Custom(func(t *rapid.T) todo.Condition {
			w := todo.Within{Time: rapid.SampledFrom([]todo.TimeField{todo.TimeDue, todo.TimeCreated, todo.TimeUpdated, todo.TimeCompleted}).Draw(t, "time")}
			if rapid.Bool().Draw(t, "from") {
				w.From = days.Draw(t, "first")
			}
			if rapid.Bool().Draw(t, "until") {
				w.Until = days.Draw(t, "last")
			}
			return w
		}),
		rapid.Custom(func(t *rapid.T) todo.Condition {
			return todo.Is(rapid.SampledFrom([]todo.Trait{
				todo.TraitOpen, todo.TraitDone, todo.TraitTrashed, todo.TraitOverdue, todo.TraitBlocked, todo.TraitRecurring, todo.TraitSubtask,
				todo.TraitHasDue, todo.TraitHasReminder, todo.TraitHasSubtasks, todo.TraitHasTags, todo.TraitHasDescription,
			}).Draw(t, "trait"))
		}),
	)
	var any func(depth int) *rapid.Generator[todo.Condition]
	any = func(depth int) *rapid.Generator[todo.Condition] {
		if depth == 0 {
			return leaf
		}
		deeper := rapid.Deferred(func() *rapid.Generator[todo.Condition] { return any(depth - 1) })
		list := rapid.SliceOfN(deeper, 0, 3)
		return rapid.OneOf(leaf,
			rapid.Custom(func(t *rapid.T) todo.Condition { return todo.All(list.Draw(t, "all")) }),
			rapid.Custom(func(t *rapid.T) todo.Condition { return todo.Any(list.Draw(t, "any")) }),
			rapid.Custom(func(t *rapid.T) todo.Condition { return todo.Not{Of: deeper.Draw(t, "not")} }))
	}
	return any(3)
}

// What the database lets through for a condition is what the domain says of each task,
// in every order, however the list is cut into pages.
func TestListsAgreeWithWhatConditionsMean(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	garden(t, w)
	all := everything(t, w)
	require.Len(t, all, 9)
	now, today, tomorrow := w.Clock.Now(), "2026-01-05", time.Date(2026, 1, 6, 0, 0, 0, 0, time.UTC)
	open := func(d todo.Details) bool { return d.Status == todo.StatusOpen && d.TrashedAt == nil }
	shown := map[todo.View]func(todo.Details) bool{
		todo.ViewAny:      func(todo.Details) bool { return true },
		todo.ViewAll:      open,
		todo.ViewToday:    func(d todo.Details) bool { return open(d) && d.Due != nil && d.Due.At.Before(tomorrow) },
		todo.ViewUpcoming: func(d todo.Details) bool { return open(d) && d.Due != nil && !d.Due.At.Before(tomorrow) },
		todo.ViewDone:     func(d todo.Details) bool { return d.Status == todo.StatusCompleted && d.TrashedAt == nil },
		todo.ViewTrash:    func(d todo.Details) bool { return d.TrashedAt != nil },
	}
	party := all[slices.IndexFunc(all, func(d todo.Details) bool { return d.Title == "Party" })]
	generator := conditions(party.ID)
	rapid.Check(t, func(r *rapid.T) {
		w.Store.SetMany(rapid.SampledFrom([]int{0, 2, 500}).Draw(r, "many"))
		condition := generator.Draw(r, "condition")
		if rapid.Bool().Draw(r, "of a tag") {
			condition = todo.All{todo.HasTag(rapid.SampledFrom([]string{"garden", "home", "SHOP"}).Draw(r, "its tag")), condition}
		}
		view := rapid.SampledFrom(slices.Sorted(maps.Keys(shown))).Draw(r, "view")
		where := condition
		if view == todo.ViewAny { // the trash as well
			where = todo.All{condition, todo.Any{todo.Is(todo.TraitTrashed), todo.Not{Of: todo.Is(todo.TraitTrashed)}}}
		}
		var want []string
		for _, d := range all {
			if !shown[view](d) {
				continue
			}
			words := seal.Words(d.Title + " " + d.Description + " " + strings.Join(d.Tags, " "))
			if (todo.Facts{Details: d, Words: words, Now: now, Today: today}).Holds(condition) {
				want = append(want, d.ID)
			}
		}
		slices.Sort(want)
		order := rapid.SampledFrom([]todo.Sort{"", todo.SortDue, "-due", todo.SortPriority, "-priority", "created", "-updated", "position", "-completed", "trashed"}).Draw(r, "sort")
		q := todo.Query{View: view, Where: where, Sort: order, Now: now, Today: today, Tomorrow: tomorrow, Limit: rapid.IntRange(1, 4).Draw(r, "limit")}
		var got []string
		for pages := 0; ; pages++ {
			page, err := w.Store.List(t.Context(), "ada", q)
			if err != nil || pages > len(all) {
				r.Fatalf("page %d: %v", pages, err)
			}
			for _, d := range page.Data {
				got = append(got, d.ID)
			}
			if !page.HasMore {
				break
			}
			q.After = page.After
		}
		slices.Sort(got)
		if !slices.Equal(want, got) {
			r.Fatalf("%v\nwant %v\ngot  %v", condition, want, got)
		}
	})
}

func TestListsComeInTheOrderAskedFor(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	garden(t, w)
	value := map[todo.Sort]func(todo.Details) string{
		todo.SortDue: func(d todo.Details) string {
			if d.Due == nil {
				return "~"
			}
			return d.Due.At.Format(time.RFC3339)
		},
		todo.SortPriority: func(d todo.Details) string {
			return map[todo.Priority]string{todo.PriorityHigh: "1", todo.PriorityMedium: "2", todo.PriorityLow: "3"}[d.Priority]
		},
		todo.SortCreated:  func(d todo.Details) string { return d.CreatedAt.Format(time.RFC3339Nano) },
		todo.SortUpdated:  func(d todo.Details) string { return d.UpdatedAt.Format(time.RFC3339Nano) },
		todo.SortPosition: func(d todo.Details) string { return fmt.Sprintf("%020.6f", d.Position) },
	}
	for order, of := range value {
		for _, turned := range []bool{false, true} {
			q := todo.Query{View: todo.ViewAny, Sort: order, Limit: 100}
			if turned {
				q.Sort = order.Descending()
			}
			page, err := w.Store.List(t.Context(), "ada", q)
			require.NoError(t, err)
			var values []string
			for _, d := range page.Data {
				if v := of(d); v != "~" {
					values = append(values, v)
				}
			}
			if turned {
				slices.Reverse(values)
			}
			require.True(t, slices.IsSorted(values), "%s: %v", q.Sort, values)
		}
	}
	_, err := w.Store.List(t.Context(), "ada", todo.Query{View: todo.ViewAll, Sort: "colour"})
	require.ErrorContains(t, err, "/sort")
}
