package acceptance_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"function/infra/local/stack"
)

// sinkOf is the broker's address, as the functions know it (K_SINK).
func sinkOf(t testing.TB, status stack.Status) string {
	t.Helper()
	service, ok := status.Services["events"]
	require.True(t, ok, "%v", status.Services)
	return service.Address + "/nudge/default"
}

// deadLetters counts those of an event, with the code that refused it.
func deadLetters(t testing.TB, status stack.Status, eventID string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), status.Databases["nudge"])
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	require.NoError(t, conn.QueryRow(t.Context(), `SELECT count(*) FROM nudge.dead_letters WHERE event_id = $1 AND code = 422`, eventID).Scan(&n))
	return n
}

// operator connects as the owner of the tables, who sees everybody's rows.
func operator(t testing.TB, status stack.Status) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), status.Databases["nudge_migrate"])
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// breakRule makes the rule of a task's series one that nobody can read.
func breakRule(t testing.TB, status stack.Status, taskID string) (series string) {
	t.Helper()
	require.NoError(t, operator(t, status).QueryRow(t.Context(),
		`UPDATE nudge.series SET rule = 'FREQ=NEVER' WHERE id = (SELECT series_id FROM nudge.tasks WHERE id = $1) RETURNING id::text`, taskID).Scan(&series))
	return series
}

func mendRule(t testing.TB, status stack.Status, series string) {
	t.Helper()
	_, err := operator(t, status).Exec(t.Context(), `UPDATE nudge.series SET rule = 'FREQ=DAILY' WHERE id = $1`, series)
	require.NoError(t, err)
}

// letterOf gives the id of the open dead letter that the recurrence made of a task's completion.
func letterOf(t testing.TB, status stack.Status, taskID string) (id string) {
	t.Helper()
	err := operator(t, status).QueryRow(t.Context(), `SELECT id::text FROM nudge.dead_letters WHERE destination LIKE '%/events/recurrence'
		AND convert_from(event, 'UTF8')::jsonb ->> 'subject' = 'tasks/' || $1 AND (replayed_at IS NULL OR replayed_at < received_at)`, taskID).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return ""
	}
	require.NoError(t, err)
	return id
}
