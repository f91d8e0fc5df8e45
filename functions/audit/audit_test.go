package audit

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"function/infra/audit/verify"
	"function/infra/postgres/bootstrap"
	"function/shared/chain"
	"function/shared/postgres"
	"function/shared/todo"
)

// I19, I20, I21: fifty writers at once, each event delivered by three of them, end in one
// chain without a fork or a gap that has each event once.
func TestFiftyWritersAtOnceMakeOneChain(t *testing.T) {
	t.Parallel()
	const writers, each = 50, 3
	r := newRig(t)
	list := r.add(t, "ada", 200)
	work := make(chan cloudevents.Event, each*len(list))
	for range each {
		for _, e := range list {
			work <- e
		}
	}
	close(work)
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for e := range work {
				if err := r.handle(t.Context(), e); err != nil && todo.CodeOf(err) != todo.CodeDuplicate {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	got, err := (&activity{r.function}).recompute(t.Context(), "ada")
	require.NoError(t, err)
	require.EqualValues(t, len(list), got.Count)
	seen := map[string]bool{}
	links, err := r.Store.AuditFrom(t.Context(), "ada", 0, 1000)
	require.NoError(t, err)
	for i, link := range links {
		require.EqualValues(t, i+1, link.Seq)
		entry, err := chain.Parse(link.Entry)
		require.NoError(t, err)
		require.False(t, seen[entry.ID], "an event has two entries")
		seen[entry.ID] = true
	}
	require.Len(t, seen, len(list))
	require.True(t, r.check(t, r.exported(t, "ada")).Intact())
}

func TestTheTickSignsWhatCameSinceAndAnExportProvesIt(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.append(t, "ada", 5)
	r.append(t, "bob", 2)
	require.NoError(t, r.handle(t.Context(), tick()))
	r.append(t, "ada", 3)
	require.NoError(t, r.handle(t.Context(), tick()))
	require.NoError(t, r.handle(t.Context(), tick()), "a tick more has nothing to do")

	report := r.check(t, r.exported(t, "ada"))
	require.True(t, report.Intact(), "%v", report)
	require.Len(t, report.Chains, 1)
	got := report.Chains[0]
	require.EqualValues(t, 8, got.Count)
	require.Equal(t, 2, got.Checkpoints)
	require.True(t, got.Signed)
	require.Equal(t, chain.ID("ada"), got.ID)
	require.Equal(t, 3, bytes.Count(r.log.Bytes(), []byte(`"audit checkpoint"`)), "the log keeps the checkpoints apart from the database")
	require.NotContains(t, string(r.exported(t, "ada")), "task 1", "text is sealed")
}

func TestAHundredEntriesAreSignedWithoutATick(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.append(t, "ada", checkpointEvery)
	deadline := time.After(20 * time.Second)
	for {
		list, err := r.Store.Checkpoints(t.Context(), "ada", 1, 10)
		require.NoError(t, err)
		if len(list) == 1 {
			require.EqualValues(t, checkpointEvery, list[0].Seq)
			return
		}
		select {
		case <-deadline:
			t.Fatal("no checkpoint came")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// alter does to the database what nobody may do: as the owner of the tables.
func alter(t *testing.T, r *rig, sql string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), r.world.URL(bootstrap.Migrate))
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	tag, err := conn.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
	require.Positive(t, tag.RowsAffected())
}

// F19, I22: what is done to the rows themselves is found by the verifier, and a chain
// that does not recompute is never signed.
func TestWhatIsDoneToTheRowsIsFound(t *testing.T) {
	t.Parallel()
	const rebuild = `WITH RECURSIVE anew AS (
			SELECT seq, sha256(int8send(seq) || entry) AS hash FROM audit WHERE owner = 'ada' AND seq = 1
			UNION ALL SELECT a.seq, sha256(anew.hash || int8send(a.seq) || a.entry) FROM anew JOIN audit a ON a.owner = 'ada' AND a.seq = anew.seq + 1),
		heads AS (UPDATE audit_heads h SET hash = anew.hash FROM anew WHERE h.owner = 'ada' AND anew.seq = h.seq)
		UPDATE audit a SET hash = anew.hash FROM anew WHERE a.owner = 'ada' AND a.seq = anew.seq`
	edit := `UPDATE audit SET entry = convert_to(replace(convert_from(entry, 'UTF8'), '"person"', '"import"'), 'UTF8') WHERE owner = 'ada' AND seq = 3`
	for name, c := range map[string]struct {
		sql   []string
		entry int64
	}{
		"edited":          {[]string{edit}, 3},
		"deleted":         {[]string{`DELETE FROM audit WHERE owner = 'ada' AND seq = 4`}, 4},
		"swapped":         {[]string{`UPDATE audit a SET entry = b.entry FROM audit b WHERE a.owner = 'ada' AND b.owner = 'ada' AND (a.seq, b.seq) IN ((2, 3), (3, 2))`}, 2},
		"edited, rebuilt": {[]string{edit, rebuild}, 5},
		"tail cut": {[]string{`DELETE FROM audit WHERE owner = 'ada' AND seq > 3`,
			`UPDATE audit_heads h SET seq = 3, hash = a.hash FROM audit a WHERE h.owner = 'ada' AND a.owner = 'ada' AND a.seq = 3`}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.append(t, "ada", 5)
			require.NoError(t, r.handle(t.Context(), tick()))
			r.append(t, "ada", 2)
			before := r.exported(t, "ada")
			anchors, err := verify.ReadAnchors(before, r.keys)
			require.NoError(t, err)
			require.Len(t, anchors, 2)
			for _, sql := range c.sql {
				alter(t, r, sql)
			}
			got, err := (&activity{r.function}).recompute(t.Context(), "ada")
			require.Error(t, err, "%+v", got)
			var out bytes.Buffer
			summary, signer, err := r.summary(t.Context(), "ada")
			require.NoError(t, err)
			_ = r.write(t.Context(), &out, "ada", signer, summary) // it may break off
			report := r.check(t, out.Bytes(), anchors...)
			require.False(t, report.Intact(), out.String())
			if c.entry > 0 {
				require.Equal(t, c.entry, firstEntry(report), "%v", report)
			}
			signed, err := r.Store.Checkpoints(t.Context(), "ada", 1, 10)
			require.NoError(t, err)
			require.NoError(t, r.handle(t.Context(), tick()))
			again, err := r.Store.Checkpoints(t.Context(), "ada", 1, 10)
			require.NoError(t, err)
			if name == "edited, rebuilt" || name == "tail cut" {
				require.Equal(t, signed, again, "what contradicts a checkpoint is not signed")
			}
		})
	}
}

func firstEntry(report verify.Report) int64 {
	for _, c := range report.Chains {
		for _, p := range c.Problems {
			if p.Entry > 0 {
				return p.Entry
			}
		}
	}
	return 0
}

func TestARebuiltChainWithoutItsCheckpointsContradictsAnAnchor(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.append(t, "ada", 4)
	require.NoError(t, r.handle(t.Context(), tick()))
	anchors, err := verify.ReadAnchors(r.exported(t, "ada"), r.keys)
	require.NoError(t, err)
	alter(t, r, `DELETE FROM audit WHERE owner = 'ada'`)
	alter(t, r, `DELETE FROM audit_heads WHERE owner = 'ada'`)
	alter(t, r, `DELETE FROM audit_checkpoints WHERE owner = 'ada'`)
	r.append(t, "ada", 6)
	require.NoError(t, r.handle(t.Context(), tick()))
	export := r.exported(t, "ada")
	require.True(t, r.check(t, export).Intact(), "by itself it is whole")
	require.False(t, r.check(t, export, anchors...).Intact())
}

// The functions' role adds entries and cannot touch them afterwards.
func TestTheFunctionsCannotChangeAnEntry(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.append(t, "ada", 2)
	require.NoError(t, r.handle(t.Context(), tick()))
	for _, sql := range []string{
		`UPDATE audit SET entry = '{}' WHERE seq = 1`, `DELETE FROM audit`,
		`UPDATE audit_checkpoints SET signed = ''`, `DELETE FROM audit_checkpoints`,
	} {
		tx, err := r.world.Pool.Begin(t.Context())
		require.NoError(t, err)
		_, err = tx.Exec(t.Context(), `SELECT set_config('nudge.owner', 'ada', true)`)
		require.NoError(t, err)
		_, err = tx.Exec(t.Context(), sql)
		require.ErrorContains(t, err, "permission denied", sql)
		require.NoError(t, tx.Rollback(t.Context()))
	}
	_, err := r.Store.PruneAudit(t.Context(), postgres.Prunable{Owner: "ada", Seq: 1})
	require.ErrorContains(t, err, "there is no checkpoint at 1")
}

func TestRetentionEmptiesOldEntriesAndTheChainStaysProvable(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.append(t, "ada", 4)
	require.NoError(t, r.handle(t.Context(), tick()))
	before := r.exported(t, "ada")
	anchors, err := verify.ReadAnchors(before, r.keys)
	require.NoError(t, err)
	r.world.Clock.Advance(40 * 24 * time.Hour)
	late := r.add(t, "ada", 3)
	for _, e := range late {
		require.NoError(t, r.handle(t.Context(), e))
	}
	require.NoError(t, r.handle(t.Context(), tick()))
	require.Equal(t, 7, bytes.Count(r.exported(t, "ada"), []byte(`{"seq":`)), "without a retention everything stays")

	r.Config.AuditRetention = 30 * 24 * time.Hour
	require.NoError(t, r.handle(t.Context(), tick()))
	export := r.exported(t, "ada")
	require.Equal(t, 3, bytes.Count(export, []byte(`{"seq":`)))
	report := r.check(t, export, anchors...)
	require.True(t, report.Intact(), "%v", report)
	require.EqualValues(t, 4, report.Chains[0].Base)
	require.EqualValues(t, 7, report.Chains[0].Count)

	verdict, err := (&activity{r.function}).recompute(t.Context(), "ada")
	require.NoError(t, err)
	require.EqualValues(t, 7, verdict.Count)
	page, err := (&activity{r.function}).pageOf(t.Context(), "ada", &listInput{Limit: 50})
	require.NoError(t, err)
	require.Len(t, page.Body.Data, 3)
	require.NotEmpty(t, page.Body.Data[2].PreviousHash, "the emptied entries keep their hashes")
	require.False(t, page.Body.HasMore)

	// I21 holds over the retention: an event of an emptied entry that comes again is known.
	links, err := r.Store.AuditFrom(t.Context(), "ada", 0, 1)
	require.NoError(t, err)
	require.Nil(t, links[0].Entry)
	require.Equal(t, todo.CodeDuplicate, todo.CodeOf(r.handle(t.Context(), late[0])))

	// A forged beginning is found: the base is a checkpoint's.
	forged := bytes.Replace(export, export[bytes.Index(export, []byte(`{"checkpoint"`)):bytes.Index(export, []byte(`{"seq":`))], nil, 1)
	require.False(t, r.check(t, forged).Intact())
}

// An account that is deleted takes its chain with it; nobody else's is touched.
func TestDeletingAPersonDeletesTheirChainAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.append(t, "ada", 2)
	r.append(t, "bob", 2)
	require.NoError(t, r.handle(t.Context(), tick()))
	kept := r.exported(t, "ada")
	alter(t, r, `DELETE FROM people WHERE owner = 'ada'`)
	head, err := r.Store.AuditHead(t.Context(), "ada")
	require.NoError(t, err)
	require.Zero(t, head.Seq)
	require.True(t, r.check(t, r.exported(t, "bob")).Intact())
	require.True(t, r.check(t, kept).Intact(), "what the person exported stays provable")
}
