package postgres_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"function/infra/postgres"
	store "function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

// tagRows checks that the index of tags is what the tasks say, and gives how many rows it has.
func tagRows(t *testing.T, admin *pgxpool.Pool) (n int) {
	t.Helper()
	var wrong int
	require.NoError(t, admin.QueryRow(t.Context(), `
		WITH said AS (
			SELECT id, unnest(tags), owner, CASE WHEN trashed_at IS NOT NULL THEN 'trash' WHEN completed THEN 'done' ELSE 'open' END,
				coalesce(trashed_at, completed_at, due_at, 'infinity') FROM nudge.tasks
		), kept AS (SELECT task_id, tag, owner, state, rank FROM nudge.task_tags)
		SELECT (SELECT count(*) FROM ((TABLE said EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE said)) d), (SELECT count(*) FROM kept)`).Scan(&wrong, &n))
	require.Zero(t, wrong)
	return n
}

func superuser(t *testing.T, w *todotest.World) *pgxpool.Pool {
	t.Helper()
	admin, err := pgxpool.New(t.Context(), w.URL(postgres.Superuser))
	require.NoError(t, err)
	t.Cleanup(admin.Close)
	return admin
}

func titles(t *testing.T, w *todotest.World, view todo.View, tag string) (list []string) {
	t.Helper()
	page, err := w.Store.List(t.Context(), "ada", todo.Query{View: view, Where: todo.HasTag(tag), Limit: 50, Tomorrow: todotest.Start.AddDate(0, 0, 1)})
	require.NoError(t, err)
	for _, d := range page.Data {
		list = append(list, d.Title)
	}
	return list
}

// Whatever becomes of a task, it stands under its tags, where it now belongs.
func TestTheIndexOfTagsFollowsTheTasks(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	admin := superuser(t, w)
	ada := todotest.Person("ada")
	create(t, w, "eve", todo.NewTask{Title: "hers", Tags: []string{"home"}})
	made := create(t, w, "ada",
		todo.NewTask{Title: "later", Tags: []string{"home", "garden"}, Due: &todo.NewDue{Date: "2026-02-02", Zone: "UTC"}},
		todo.NewTask{Title: "once", Tags: []string{"Home"}},
		todo.NewTask{Title: "sooner", Tags: []string{"home"}, Due: &todo.NewDue{Date: "2026-02-01", Zone: "UTC"}},
		todo.NewTask{Title: "none"})
	later := made.First().ID
	require.Equal(t, []string{"sooner", "later", "once"}, titles(t, w, todo.ViewAll, "home"))
	require.Equal(t, 5, tagRows(t, admin))

	_, err := w.Edit(t.Context(), ada, later, 0, todo.Edit{Due: todo.Some(&todo.NewDue{Date: "2026-01-09", Zone: "UTC"}), Tags: todo.Some([]string{"home", "shed"})})
	require.NoError(t, err)
	require.Equal(t, []string{"later", "sooner", "once"}, titles(t, w, todo.ViewAll, "home"))
	require.Empty(t, titles(t, w, todo.ViewAll, "garden"))
	require.Equal(t, 5, tagRows(t, admin))

	_, err = w.Edit(t.Context(), ada, later, 0, todo.Edit{Title: todo.Some("much later")})
	require.NoError(t, err)
	done, err := w.Complete(t.Context(), ada, todo.Target{ID: later})
	require.NoError(t, err)
	require.Equal(t, []string{"sooner", "once"}, titles(t, w, todo.ViewAll, "home"))
	require.Equal(t, []string{"much later"}, titles(t, w, todo.ViewDone, "home"))
	_, err = w.Delete(t.Context(), ada, todo.Target{ID: later})
	require.NoError(t, err)
	require.Equal(t, []string{"much later"}, titles(t, w, todo.ViewTrash, "shed"))
	tagRows(t, admin)
	_, err = w.Restore(t.Context(), ada, todo.Target{ID: later})
	require.NoError(t, err)
	_, err = w.Undo(t.Context(), ada, done.ChangeSet.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"much later", "sooner", "once"}, titles(t, w, todo.ViewAll, "home"))
	require.Equal(t, 5, tagRows(t, admin))

	extra := create(t, w, "ada", todo.NewTask{Title: "undone", Tags: []string{"home"}})
	_, err = w.Undo(t.Context(), ada, extra.ChangeSet.ID)
	require.NoError(t, err)
	require.Equal(t, 5, tagRows(t, admin))

	_, err = w.Pool.Exec(t.Context(), `DELETE FROM task_tags`)
	require.ErrorContains(t, err, "permission denied", "only tasks write it")
	require.NoError(t, w.Store.Forget(t.Context(), "ada"))
	require.Equal(t, 1, tagRows(t, admin))
}

// Tasks that were written before they said which their tags are do not go missing.
func TestTagsOfOldTasksAreLearned(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	admin := superuser(t, w)
	create(t, w, "ada",
		todo.NewTask{Title: "later", Tags: []string{"home"}, Due: &todo.NewDue{Date: "2026-02-02", Zone: "UTC"}},
		todo.NewTask{Title: "none"},
		todo.NewTask{Title: "sooner", Tags: []string{"home", "shed"}, Due: &todo.NewDue{Date: "2026-02-01", Zone: "UTC"}})
	for _, statement := range []string{`UPDATE nudge.tasks SET tags = NULL`, `UPDATE nudge.people SET tags_known = false`} {
		_, err := admin.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	require.Zero(t, tagRows(t, admin))
	w.Clock.Advance(time.Hour)
	create(t, w, "ada", todo.NewTask{Title: "new", Tags: []string{"home"}})
	w.Store = store.New(w.Pool, w.Ring, nil) // nothing in memory
	want := []string{"sooner", "later", "new"}
	require.Equal(t, want, titles(t, w, todo.ViewAll, "home"))
	require.Equal(t, 4, tagRows(t, admin))
	var known bool
	require.NoError(t, admin.QueryRow(t.Context(), `SELECT bool_and(tags_known) FROM nudge.people`).Scan(&known))
	require.True(t, known)
	require.Equal(t, want, titles(t, w, todo.ViewAll, "home"))
}
