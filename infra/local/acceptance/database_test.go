package acceptance_test

import (
	"context"
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
