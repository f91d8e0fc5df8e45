package config_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/config"
)

// complete is the least that a functions process needs.
func complete() config.Map {
	return config.Map{
		"DATABASE_URL":  "postgres://nudge@127.0.0.1/nudge",
		"KEYSET":        "{}",
		"AUTH_ISSUER":   "http://127.0.0.1:8080",
		"AUTH_AUDIENCE": "nudge",
		"AUTH_JWKS_URL": "http://127.0.0.1:8080/api/auth/jwks",
	}
}

// store is a secret source that counts what it is asked for.
type store struct {
	values map[string]string
	err    error
	asked  []string
}

func (s *store) Lookup(_ context.Context, name string) (string, bool, error) {
	s.asked = append(s.asked, name)
	value, found := s.values[name]
	return value, found, s.err
}

func TestLoadFillsDefaultsAndTypes(t *testing.T) {
	t.Parallel()
	source := complete()
	source["LOG_LEVEL"] = "debug"
	source["HTTP_TIMEOUT"] = "3s"
	source["K_SERVICE"] = "nudge-tasks"

	var f config.Functions
	require.NoError(t, config.Load(t.Context(), &f, source))
	require.Equal(t, slog.LevelDebug, f.LogLevel)
	require.Equal(t, 3*time.Second, f.RequestTimeout)
	require.Equal(t, int64(1<<20), f.MaxBody)
	require.Equal(t, 8080, f.Port)
	require.Equal(t, "http://nudge-tasks", f.Self())
	require.Equal(t, "127.0.0.1:50001", f.Target())
	require.Equal(t, "nudge", f.SecretName)
}

func TestLoadNamesEverythingWrongInOneSentence(t *testing.T) {
	t.Parallel()
	source := complete()
	delete(source, "KEYSET")
	source["DATABASE_URL"] = ""
	source["PORT"] = "http"
	source["K_SINK"] = "broker"
	source["K_CE_OVERRIDES"] = "[]"
	source["DB_MAX_CONNS"] = "0"

	var f config.Functions
	err := config.Load(t.Context(), &f, source)
	wrong, ok := errors.AsType[*config.Error](err)
	require.True(t, ok)
	require.ElementsMatch(t, []string{"DATABASE_URL", "KEYSET"}, wrong.Missing)
	require.False(t, wrong.Temporary())
	require.NotContains(t, err.Error(), "\n")
	require.Contains(t, err.Error(), "set DATABASE_URL, KEYSET; correct DB_MAX_CONNS (must be more than 0), K_CE_OVERRIDES")
	require.Contains(t, err.Error(), "K_SINK (not an http or https URL)")
	require.Contains(t, err.Error(), `PORT ("http" is no int`)
}

func TestEnvironmentWinsOverSecretStore(t *testing.T) {
	t.Parallel()
	source := complete()
	delete(source, "KEYSET")
	secrets := &store{values: map[string]string{"DATABASE_URL": "postgres://other", "KEYSET": "from-store", "AUTH_ISSUER": "from-store"}}

	var f config.Functions
	require.NoError(t, config.Load(t.Context(), &f, source, config.Secrets(secrets)))
	require.Equal(t, source["DATABASE_URL"], f.DatabaseURL)
	require.Equal(t, "from-store", f.Keyset)
	require.ElementsMatch(t, []string{"DATABASE_READ_URL", "KEYSET", "AUDIT_SIGNING_KEY", "VAPID_PRIVATE_KEY", "CHANNEL_BINDINGS", "MODEL_URL", "MODEL_NAME", "MODEL_KEY"}, secrets.asked, "only secrets that the environment lacks are asked for")
}

func TestSecretStoreAwayIsTemporary(t *testing.T) {
	t.Parallel()
	source := complete()
	delete(source, "KEYSET")
	away := errors.New("sidecar does not answer")

	var f config.Functions
	err := config.Load(t.Context(), &f, source, config.Secrets(&store{err: away}))
	require.ErrorIs(t, err, away)
	wrong, ok := errors.AsType[*config.Error](err)
	require.True(t, ok)
	require.True(t, wrong.Temporary())
	require.EqualError(t, err, "configuration: could not look up KEYSET (sidecar does not answer)")
}

func TestWhoIsGivenAllItNeedsStartsWithoutSecretStore(t *testing.T) {
	t.Parallel()
	var f config.Functions
	require.NoError(t, config.Load(t.Context(), &f, complete(), config.Secrets(&store{err: errors.New("sidecar does not answer")})))
	require.Empty(t, f.AuditSigningKey)
}

func TestSecretsNeverAppearInErrors(t *testing.T) {
	t.Parallel()
	source := complete()
	source["DATABASE_URL"] = "postgres://nudge:hunter2@db/nudge"
	source["PORT"] = "x"
	var f config.Functions
	err := config.Load(t.Context(), &f, source)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter2")
}

func TestProcessEnvironment(t *testing.T) {
	t.Setenv("AUTH_AUDIENCE", "from the environment")
	var f config.Functions
	require.NoError(t, config.Load(t.Context(), &f, config.Environment{}, complete()))
	require.Equal(t, "from the environment", f.Audience)
}

func TestValuesKeepTheirCharacters(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`a"b\c`, "tab\tline\n", "emoji 🙂 é", "back`tick", "\xff"} {
		source := complete()
		source["AUTH_AUDIENCE"] = value
		source["KEYSET"] = value
		var f config.Functions
		require.NoError(t, config.Load(t.Context(), &f, source))
		require.Equal(t, value, f.Audience)
		require.Equal(t, value, f.Keyset)
	}
}

func TestLoadRefusesWhatIsNotAStructPointer(t *testing.T) {
	t.Parallel()
	require.Error(t, config.Load(t.Context(), config.Functions{}, complete()))
	require.Error(t, config.Load(t.Context(), (*config.Functions)(nil), complete()))
}

func TestAWrongSwitchOfFailureRefusesToStart(t *testing.T) {
	wrong := (&config.Functions{Faults: "duplicate=2"}).Validate()
	require.ErrorContains(t, wrong["FAULTS"], "the rate of duplicate")
}
