package acceptance_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"function/infra/local/stack"
	"function/infra/postgres"
)

const (
	relayed     = 10_000 // events of a round
	relayRounds = 5
	relayBatch  = 500 // as the relay claims
)

// The relay, from the outbox through the broker's ingress into Kafka, events per second;
// beside it, in turns, on the same servers: the bare claim and mark of as many rows, and
// the bare producer with batches as large and all acknowledgements. No trigger takes the
// events, so that nothing but the relay works on them.
func BenchmarkRelay(b *testing.B) {
	status := theStack(b)
	p := signUp(b)
	p.add(b, `{"title":"so that the person is known"}`)
	conn, err := pgx.Connect(b.Context(), status.Databases[postgres.Superuser])
	require.NoError(b, err)
	b.Cleanup(func() { _ = conn.Close(context.WithoutCancel(b.Context())) })
	bare := newBareTopic(b, brokersOf(status))
	_, err = conn.Exec(b.Context(), `CREATE TABLE nudge.bare_outbox (LIKE nudge.outbox INCLUDING ALL)`)
	require.NoError(b, err)
	for b.Loop() {
		var ours, claims, produces, ratios []float64
		for range relayRounds {
			o := relayOnce(b, conn, status)
			c := claimBare(b, conn)
			k := produceBare(b, bare.client)
			ours, claims, produces = append(ours, o), append(claims, c), append(produces, k)
			ratios = append(ratios, o/min(c, k))
		}
		for name, rates := range map[string][]float64{"relay": ours, "claim": claims, "produce": produces} {
			slices.Sort(rates)
			b.ReportMetric(rates[len(rates)/2], name+"-p50/s")
		}
		slices.Sort(ratios)
		b.ReportMetric(ratios[len(ratios)/2], "ratio-p50")
		b.ReportMetric(ratios[0], "ratio-worst")
		b.ReportMetric(ratios[len(ratios)-1], "ratio-best")
	}
	_, err = conn.Exec(b.Context(), `DROP TABLE nudge.bare_outbox; DELETE FROM nudge.outbox WHERE source = '/bench'`)
	require.NoError(b, err)
}

// fill puts events into a table; each is of the size of a task's event.
func fill(b *testing.B, conn *pgx.Conn, table string) {
	b.Helper()
	_, err := conn.Exec(b.Context(), fmt.Sprintf(`INSERT INTO nudge.%s (id, owner, event, next_at, created_at, source, awaits)
		SELECT id, owner, convert_to(json_build_object('specversion', '1.0', 'id', id, 'source', '/bench', 'type', 'dev.bench.v1', 'subject', 'tasks/' || id,
			'partitionkey', owner, 'datacontenttype', 'application/json', 'data', json_build_object('text', repeat('x', 600)))::text, 'UTF8'), now(), now(), '/bench', '{}'
		FROM (SELECT gen_random_uuid() AS id, (SELECT owner FROM nudge.people LIMIT 1) AS owner FROM generate_series(1, %d)) rows`, table, relayed))
	require.NoError(b, err)
}

func relayOnce(b *testing.B, conn *pgx.Conn, status stack.Status) float64 {
	b.Helper()
	fill(b, conn, "outbox")
	start := time.Now()
	tick(b, status)
	eventually(b, 2*time.Minute, "all is published", func() bool {
		// Not how many, and by the index of what waits: to count them, or to go through all that
		// rounds before have left behind, would be work beside the relay's.
		var left bool
		require.NoError(b, conn.QueryRow(b.Context(), `SELECT count(*) > 0 FROM (SELECT next_at FROM nudge.outbox WHERE published_at IS NULL ORDER BY next_at LIMIT 1) first`).Scan(&left))
		return !left
	})
	return relayed / time.Since(start).Seconds()
}

// tick wakes the functions, as the PingSource does.
func tick(b *testing.B, status stack.Status) {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, sinkOf(b, status), strings.NewReader("{}"))
	require.NoError(b, err)
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Ce-Specversion": "1.0", "Ce-Type": "dev.knative.sources.ping", "Ce-Source": "/bench", "Ce-Id": uuid.NewString(),
	} {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(b, err)
	require.NoError(b, response.Body.Close())
	require.Equal(b, http.StatusAccepted, response.StatusCode)
}

func claimBare(b *testing.B, conn *pgx.Conn) float64 {
	b.Helper()
	fill(b, conn, "bare_outbox")
	start := time.Now()
	for {
		var ids []string
		require.NoError(b, conn.QueryRow(b.Context(), `WITH claimed AS (UPDATE nudge.bare_outbox o SET attempts = o.attempts + 1, next_at = now() + interval '1 min'
			WHERE o.id = ANY (ARRAY(SELECT c.id FROM nudge.bare_outbox c WHERE c.published_at IS NULL AND c.next_at <= now()
				ORDER BY c.next_at LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING o.id, o.event)
			SELECT coalesce(array_agg(id::text), '{}') FROM claimed`, relayBatch).Scan(&ids))
		if len(ids) == 0 {
			return relayed / time.Since(start).Seconds()
		}
		_, err := conn.Exec(b.Context(), `UPDATE nudge.bare_outbox SET published_at = now() WHERE id = ANY ($1::uuid[])`, ids)
		require.NoError(b, err)
	}
}

func produceBare(b *testing.B, client *kgo.Client) float64 {
	b.Helper()
	start := time.Now()
	for left := relayed; left > 0; left -= relayBatch {
		var acknowledged sync.WaitGroup
		for range min(relayBatch, left) {
			acknowledged.Add(1)
			client.Produce(b.Context(), &kgo.Record{Value: make([]byte, 900)}, func(_ *kgo.Record, err error) {
				if err != nil {
					b.Error(err)
				}
				acknowledged.Done()
			})
		}
		acknowledged.Wait()
	}
	return relayed / time.Since(start).Seconds()
}
