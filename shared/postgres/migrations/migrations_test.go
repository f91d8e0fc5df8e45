package migrations

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"function/infra/postgres/bootstrap"
	"function/infra/postgres/postgrestest"
)

// Every step can be taken back down to the first two, and then again.
func TestStepsCanBeTakenBack(t *testing.T) {
	t.Parallel()
	url := postgrestest.Roles(t)
	applied, err := Up(t.Context(), url(bootstrap.Migrate))
	require.NoError(t, err)
	require.NotEmpty(t, applied)
	config, err := pgx.ParseConfig(url(bootstrap.Migrate))
	require.NoError(t, err)
	config.RuntimeParams["search_path"] = Schema
	db := stdlib.OpenDB(*config)
	t.Cleanup(func() { _ = db.Close() })
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files)
	require.NoError(t, err)
	_, err = provider.DownTo(t.Context(), 2)
	require.NoError(t, err)
	again, err := Up(t.Context(), url(bootstrap.Migrate))
	require.NoError(t, err)
	require.Equal(t, applied[2:], again)
}
