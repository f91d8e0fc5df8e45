package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"function/infra/postgres/bootstrap"
	"function/shared/chain"
	"function/shared/postgres"
	"function/shared/todotest"
)

// rig is a database with two chains, the first of which has a checkpoint, and the key.
type rig struct {
	world  *todotest.World
	signer *chain.Signer
	dir    string
}

func newRig(t *testing.T) *rig {
	t.Helper()
	w := todotest.New(t)
	key, err := chain.NewSigningKey(rand.Reader)
	require.NoError(t, err)
	r := &rig{world: w, dir: t.TempDir()}
	r.signer, err = chain.NewSigner(key)
	require.NoError(t, err)
	for owner, n := range map[string]int{"ada": 4, "bob": 2} {
		for i := range n {
			_, err := w.Store.AppendAudit(t.Context(), owner, "/nudge/tasks", fmt.Sprintf("%s-%d", owner, i), fmt.Appendf(nil, `{"id":"%d"}`, i))
			require.NoError(t, err)
		}
	}
	links, err := w.Store.AuditFrom(t.Context(), "ada", 0, 3)
	require.NoError(t, err)
	v := chain.Verifier{}
	for _, l := range links {
		require.NoError(t, v.Check(l.Seq, l.Entry, l.Hash))
	}
	signed, err := r.signer.Sign(v.At("ada", "2026-01-05T08:00:00Z"))
	require.NoError(t, err)
	require.NoError(t, w.Store.KeepCheckpoint(t.Context(), "ada", postgres.AuditCheckpoint{Seq: 3, Signed: signed}, time.Unix(0, 0)))
	keys, err := json.Marshal(r.signer.PublicKeys())
	require.NoError(t, err)
	r.write(t, "keys", keys)
	return r
}

func (r *rig) write(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(r.dir, name)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// exported gives what the command writes, and what it says.
func (r *rig) exported(t *testing.T, signer *chain.Signer) (file []byte, said string) {
	t.Helper()
	var out, messages bytes.Buffer
	require.NoError(t, export(t.Context(), r.world.URL(bootstrap.Migrate), signer, &out, &messages))
	return out.Bytes(), messages.String()
}

// verified runs the command verify.
func verified(t *testing.T, line ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), append([]string{"verify"}, line...), strings.NewReader(""), &out, &out)
	return out.String(), err
}

func TestTheOperatorsExportIsVerified(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	text, said := r.exported(t, r.signer)
	require.Contains(t, said, "exported 2 chains")
	file, keys := r.write(t, "export", text), filepath.Join(r.dir, "keys")
	out, err := verified(t, file, "--key", keys)
	require.NoError(t, err, out)
	require.Equal(t, 2, strings.Count(out, "OK chain"), out)
	require.Contains(t, out, "4 entries")
	out, err = verified(t, "--key", keys, file, "--anchor="+file)
	require.NoError(t, err, out)
	out, err = verified(t, file)
	require.NoError(t, err)
	require.Contains(t, out, "Without --key")

	out, err = verified(t, r.write(t, "edited", bytes.Replace(text, []byte(`{"id":"2"}`), []byte(`{"id":"9"}`), 1)), "--key", keys)
	require.ErrorIs(t, err, errTampered)
	require.Contains(t, out, "entry 3 is not what was written")
	first := bytes.Index(text[1:], []byte(`{"nudge_activity"`)) + 1
	out, err = verified(t, r.write(t, "less", text[:first]), "--key", keys)
	require.NoError(t, err, "one chain by itself is whole")
	require.Equal(t, 1, strings.Count(out, "OK chain"))
	out, err = verified(t, filepath.Join(r.dir, "less"), "--key", keys, "--anchor", file)
	require.ErrorIs(t, err, errTampered)
	require.Contains(t, out, "is not in the file")

	require.ErrorContains(t, export(t.Context(), r.world.URL(bootstrap.Functions), r.signer, &bytes.Buffer{}, &bytes.Buffer{}), "connect as nudge_migrate")
}

// A chain that was made anew behind its checkpoint is exported as it is, and not signed.
func TestABrokenChainIsExportedAsEvidence(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	conn, err := pgx.Connect(t.Context(), r.world.URL(bootstrap.Migrate))
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	_, err = conn.Exec(t.Context(), `UPDATE audit SET entry = '{"id":"7"}' WHERE owner = 'ada' AND seq = 2`)
	require.NoError(t, err)
	text, said := r.exported(t, r.signer)
	require.Contains(t, said, "chain "+chain.ID("ada")+" is broken")
	out, err := verified(t, r.write(t, "export", text), "--key", filepath.Join(r.dir, "keys"))
	require.ErrorIs(t, err, errTampered)
	require.Contains(t, out, "entry 2 is not what was written")
	require.Contains(t, out, "OK chain "+chain.ID("bob"))
	require.Contains(t, string(text), `"unsigned"`)
}

func TestBadUsageIsAnsweredWithASentence(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "empty")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for line, want := range map[string]string{
		"":                                  "say what to do",
		"lose":                              `there is no command "lose"`,
		"verify":                            "name one file",
		"verify a b":                        "name one file",
		"verify " + dir + "/nothing":        "no such file",
		"verify " + file + " --key " + file: "the key: this is neither a JWK",
		"verify " + file + " --key {}":      "the key: there is no key",
		"verify " + file + " --key " + dir + "/nothing":     "the key",
		"verify " + file + " --anchor " + file:              "no checkpoint in it",
		"verify " + file + " --anchor eyJhbGciOiJub25lIn0.": "an anchor is no JWS",
		"verify " + file + " --colour":                      "flag provided but not defined",
		"export everything":                                 `"everything" is not understood`,
	} {
		err := run(t.Context(), strings.Fields(line), strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{})
		require.ErrorContains(t, err, want, line)
		require.NotErrorIs(t, err, errTampered, line)
	}
	out, err := verified(t, file)
	require.ErrorIs(t, err, errTampered)
	require.Contains(t, out, "the file is empty")
	var key bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"key"}, nil, &key, nil))
	_, err = chain.NewSigner(key.String())
	require.NoError(t, err)
}
