package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"function/infra/postgres"
	"function/infra/postgres/bootstrap"
	store "function/shared/postgres"
	"function/shared/seal"
	"function/shared/todo"
	"function/shared/todotest"
)

// Lists of 50 and searches, with 10,000 tasks of 100 people and with 1,000,000 of 10,000,
// one of whom has a twentieth of them all. Beside each, in turns and on the same rows, the
// bare SQL through pgx: no row-level security, nothing opened, its order and filter only.
// The two sizes are asked in turns as well.
func BenchmarkListsAtScale(b *testing.B) {
	const rounds = 400
	var sizes []*scale
	for _, size := range []struct{ people, tasks int }{{100, 10_000}, {10_000, 1_000_000}} {
		sizes = append(sizes, fillAtScale(b, todotest.New(b), size.people, size.tasks))
	}
	for _, kind := range listKinds {
		for _, who := range []string{"most", "others"} {
			b.Run(kind.name+"/"+who, func(b *testing.B) {
				for _, s := range sizes {
					s.begin(b, kind, who)
				}
				for b.Loop() {
					for n := range rounds {
						for _, s := range sizes {
							s.turn(b, kind, n)
						}
					}
				}
				for _, s := range sizes {
					s.report(b, kind)
				}
				b.ReportMetric(percentile(sizes[1].ours, 50)/percentile(sizes[0].ours, 50), "growth")
			})
		}
	}
}

// listKind is a question, as the service puts it to the store and as bare SQL.
type listKind struct {
	name string
	ask  func(now time.Time) todo.Query
	bare string
	more func(key *seal.Key) []any
	// search is by words: what the database takes is told, and how it finds them.
	search bool
}

const bareColumns = `SELECT t.id, t.content, t.priority, t.due_at, t.due_local, t.due_zone, t.version, t.created_at, t.updated_at FROM nudge.tasks t
	WHERE t.owner = $1 AND NOT t.completed AND t.trashed_at IS NULL `

var listKinds = []listKind{
	{name: "open", ask: func(time.Time) todo.Query { return todo.Query{View: todo.ViewAll} }, bare: bareColumns + `ORDER BY t.due_at, t.id LIMIT 51`, more: func(*seal.Key) []any { return nil }},
	{name: "priority", ask: func(time.Time) todo.Query {
		return todo.Query{View: todo.ViewAll, Where: todo.HasPriority(todo.PriorityHigh)}
	}, bare: bareColumns + `AND t.priority = 1 ORDER BY t.due_at, t.id LIMIT 51`, more: func(*seal.Key) []any { return nil }},
	{name: "tag", ask: func(time.Time) todo.Query {
		return todo.Query{View: todo.ViewAll, Where: todo.HasTag("home")}
	}, bare: bareColumns + `AND t.tokens @> $2::bigint[] ORDER BY t.due_at, t.id LIMIT 51`, more: func(key *seal.Key) []any { return []any{[]int64{key.TagToken("home")}} }},
	{name: "two-prefixes", ask: func(time.Time) todo.Query {
		return todo.Query{View: todo.ViewAll, Where: todo.All{todo.HasWord("wat"), todo.HasWord("ros")}}
	}, bare: bareColumns + `AND t.tokens @> $2::bigint[] ORDER BY t.due_at, t.id LIMIT 51`, more: func(key *seal.Key) []any { return []any{[]int64{key.WordToken("wat"), key.WordToken("ros")}} }, search: true},
}

// scale is a database that was filled, and what is asked of it just now.
type scale struct {
	w     *todotest.World
	tasks int
	admin *pgxpool.Pool        // of one connection
	keys  map[string]*seal.Key // of the people who are asked about
	most  string               // the owner of most tasks
	some  []string

	people      []string // who ask
	q           todo.Query
	ours, floor []time.Duration
	database    []time.Duration // a search
	perRow      float64         // rows read for one that is returned
}

// begin asks until keys and plans are there, and counts the rows that are read.
func (s *scale) begin(b *testing.B, kind listKind, who string) {
	const rounds = 200
	s.people, s.ours, s.floor, s.database = s.some, nil, nil, nil
	if who == "most" {
		s.people = []string{s.most}
	}
	s.q = kind.ask(s.w.Clock.Now())
	s.q.Limit, s.q.Now, s.q.Today, s.q.Tomorrow = 50, s.w.Clock.Now(), s.w.Clock.Now().Format(time.DateOnly), s.w.Clock.Now().Add(24*time.Hour)
	for _, owner := range s.people {
		s.ask(b, owner)
		s.bare(b, kind, owner)
	}
	if kind.search {
		s.database = s.inTheDatabase(b, s.q, s.people)
	}
	read, returned := s.rowsRead(b), 0
	for n := range rounds {
		returned += s.ask(b, s.people[n%len(s.people)])
	}
	s.perRow = float64(s.rowsRead(b)-read) / float64(max(returned, 1))
}

func (s *scale) ask(b *testing.B, owner string) int {
	page, err := s.w.Store.List(b.Context(), owner, s.q)
	require.NoError(b, err)
	return len(page.Data)
}

// turn asks once, and the floor.
func (s *scale) turn(b *testing.B, kind listKind, n int) {
	owner := s.people[n%len(s.people)]
	start := time.Now()
	s.ask(b, owner)
	s.ours = append(s.ours, time.Since(start))
	start = time.Now()
	s.bare(b, kind, owner)
	s.floor = append(s.floor, time.Since(start))
}

func (s *scale) report(b *testing.B, kind listKind) {
	tell := func(value float64, unit string) { b.ReportMetric(value, fmt.Sprintf("%d-%s", s.tasks, unit)) }
	for name, list := range map[string][]time.Duration{"": s.ours, "bare-": s.floor} {
		tell(percentile(list, 50), name+"p50-µs")
		tell(percentile(list, 99), name+"p99-µs")
	}
	tell(percentile(s.ours, 99)/percentile(s.floor, 99), "p99-ratio")
	tell(s.perRow, "read/returned")
	if kind.search {
		tell(percentile(s.database, 50), "db-p50-µs")
		tell(percentile(s.database, 99), "db-p99-µs")
	}
}

// percentile is in microseconds.
func percentile(list []time.Duration, percent int) float64 {
	return float64(slices.Sorted(slices.Values(list))[len(list)*percent/100].Microseconds())
}

// inTheDatabase gives what searches take there, plans included, as EXPLAIN has it. The
// tasks are read through indexes only.
func (s *scale) inTheDatabase(b *testing.B, q todo.Query, people []string) (took []time.Duration) {
	b.Helper()
	seen := &todotest.Statements{}
	pool, err := store.Open(b.Context(), s.w.URL(bootstrap.Functions), 1, seen)
	require.NoError(b, err)
	defer pool.Close() // it has counts to hand in
	traced := store.New(pool, s.w.Ring, nil)
	for n := range 200 {
		seen.Take()
		owner := people[n%len(people)]
		_, err := traced.List(b.Context(), owner, q)
		require.NoError(b, err)
		spent := time.Duration(0)
		for _, pipeline := range seen.Take() {
			spent += s.explain(b, owner, pipeline[len(pipeline)-1])
		}
		took = append(took, spent)
	}
	require.Regexp(b, `Bitmap Index Scan on tasks_tokens`, s.planOfTerms(b))
	return took
}

// planOfTerms is how the function that looks for terms reads the tasks.
func (s *scale) planOfTerms(b *testing.B) string {
	b.Helper()
	var body string
	require.NoError(b, s.admin.QueryRow(b.Context(), `SELECT prosrc FROM pg_proc WHERE proname = 'tasks_with'`).Scan(&body))
	body = strings.NewReplacer("FROM tasks", "FROM nudge.tasks", "terms", "'{1,2}'::bigint[]", "most", "501").Replace(body)
	rows, err := s.admin.Query(b.Context(), "EXPLAIN "+body)
	require.NoError(b, err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(b, err)
	return strings.Join(lines, "\n")
}

var seqScan = regexp.MustCompile(`"Seq Scan",\s+"Parallel Aware": \w+,\s+"Async Capable": \w+,\s+"Relation Name": "tasks"`)

func (s *scale) explain(b *testing.B, owner string, statement todotest.Statement) (spent time.Duration) {
	b.Helper()
	var plans []struct {
		Planning  float64 `json:"Planning Time"`
		Execution float64 `json:"Execution Time"`
	}
	require.NoError(b, pgx.BeginFunc(b.Context(), s.w.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(b.Context(), `SELECT set_config('nudge.owner', $1, true)`, owner); err != nil {
			return err
		}
		var text string
		args := append([]any{pgx.QueryExecModeSimpleProtocol}, statement.Args...)
		if err := tx.QueryRow(b.Context(), "EXPLAIN (ANALYZE, FORMAT JSON) "+statement.SQL, args...).Scan(&text); err != nil {
			return err
		}
		// Of few tasks the planner may read them all.
		require.True(b, s.tasks < 100_000 || !seqScan.MatchString(text), text)
		return json.Unmarshal([]byte(text), &plans)
	}))
	return time.Duration((plans[0].Planning + plans[0].Execution) * float64(time.Millisecond))
}

func (s *scale) bare(b *testing.B, kind listKind, owner string) {
	rows, err := s.admin.Query(b.Context(), kind.bare, append([]any{owner}, kind.more(s.keys[owner])...)...)
	require.NoError(b, err)
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (n int, err error) {
		_, err = row.Values()
		return 0, err
	})
	require.NoError(b, err)
}

// rowsRead counts the rows of tasks that were fetched so far, by whatever way.
func (s *scale) rowsRead(b *testing.B) (n int64) {
	_, err := s.admin.Exec(b.Context(), `SELECT pg_stat_force_next_flush()`)
	require.NoError(b, err)
	// Sessions hand in their counts when they are asked to or end; idle ones within seconds.
	s.w.Pool.Reset()
	require.Eventually(b, func() bool {
		var sessions int
		require.NoError(b, s.admin.QueryRow(b.Context(), `SELECT count(*) FROM pg_stat_activity WHERE usename = 'nudge' AND datname = current_database()`).Scan(&sessions))
		return sessions == 0
	}, time.Minute, 10*time.Millisecond)
	require.NoError(b, s.admin.QueryRow(b.Context(), `SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relid = 'nudge.tasks'::regclass`).Scan(&n))
	return n
}

var benchVerbs = []string{"Water", "Call", "Buy", "Clean", "Write", "Pay", "Fix", "Read", "Plan", "Pack", "Book", "Send", "Wash", "Paint", "Visit", "Order"}
var benchThings = []string{"roses", "bread", "letter", "invoice", "kitchen", "bicycle", "tickets", "report", "garden", "shelf", "passport", "library", "doctor", "window", "cake", "taxes", "roof", "rosemary", "boiler", "puzzle"}
var benchTags = []string{"home", "work", "garden", "errands", "family", "money"}

// fillAtScale writes people and tasks past the service, which makes one change at a time,
// and makes the indexes afterwards.
func fillAtScale(b *testing.B, w *todotest.World, people, tasks int) *scale {
	b.Helper()
	config, err := pgxpool.ParseConfig(w.URL(postgres.Superuser))
	require.NoError(b, err)
	config.MaxConns, config.ConnConfig.RuntimeParams["maintenance_work_mem"] = 1, "512MB" // for the indexes
	admin, err := pgxpool.NewWithConfig(b.Context(), config)
	require.NoError(b, err)
	b.Cleanup(admin.Close)
	s := &scale{w: w, tasks: tasks, admin: admin, keys: map[string]*seal.Key{}, most: owner(0)}
	random := rand.New(rand.NewPCG(1, 2))
	var keys []*seal.Key
	wrapped := make([][]any, people)
	for n := range people {
		sealed, key, err := w.Ring.NewKey(owner(n))
		require.NoError(b, err)
		wrapped[n] = []any{owner(n), sealed}
		keys = append(keys, key)
	}
	copyRows(b, admin, "people", []string{"owner", "data_key"}, people, func(n int) []any { return wrapped[n] })
	for n := 1; n <= 40; n++ {
		s.some = append(s.some, owner(n*(people-1)/40))
	}
	for _, n := range append(s.some, s.most) {
		var at int
		_, err := fmt.Sscanf(n, "person-%d", &at)
		require.NoError(b, err)
		s.keys[n] = keys[at]
	}
	indexes := dropIndexes(b, admin)
	columns := []string{"id", "owner", "content", "tokens", "priority", "due_at", "due_local", "due_zone", "position", "completed", "version", "created_at", "updated_at", "completed_at", "tags"}
	now := w.Clock.Now()
	do := func(statement string) {
		_, err := admin.Exec(b.Context(), statement)
		require.NoError(b, err)
	}
	do(`ALTER TABLE nudge.tasks DISABLE TRIGGER tags_of_new`) // task by task it would take as long as all the rest
	copyRows(b, admin, "tasks", columns, tasks, func(n int) []any {
		who := 0
		if n >= tasks/20 {
			who = 1 + n%(people-1)
		}
		return taskRow(b, random, keys[who], owner(who), now, n)
	})
	do(`INSERT INTO nudge.task_tags SELECT id, unnest(tags), owner, CASE WHEN completed THEN 'done' ELSE 'open' END, coalesce(completed_at, due_at, 'infinity') FROM nudge.tasks`)
	do(`ALTER TABLE nudge.tasks ENABLE TRIGGER tags_of_new`)
	for _, definition := range indexes {
		do(definition)
	}
	do(`VACUUM ANALYZE nudge.tasks, nudge.task_tags, nudge.people`)
	return s
}

func owner(n int) string { return fmt.Sprintf("person-%d", n) }

// taskRow draws a task: a third is done, a fifth has no due date, a sixth has each tag.
func taskRow(b *testing.B, random *rand.Rand, key *seal.Key, owner string, now time.Time, n int) []any {
	id := uuid.Must(uuid.NewV7())
	title := benchVerbs[random.IntN(len(benchVerbs))] + " the " + benchThings[random.IntN(len(benchThings))]
	tag := benchTags[random.IntN(len(benchTags))]
	sealed, err := key.Seal(fmt.Appendf(nil, `{"title":%q,"tags":[%q]}`, title, tag), "tasks/"+id.String())
	require.NoError(b, err)
	var dueAt, dueLocal, dueZone, completedAt any
	if random.IntN(5) > 0 {
		at := now.Add(time.Duration(random.IntN(2*365*24)-365*24) * time.Hour)
		dueAt, dueLocal, dueZone = at, at.Format("2006-01-02T15:04:05"), "Etc/UTC"
	}
	completed := random.IntN(3) == 0
	if completed {
		completedAt = now.Add(-time.Duration(random.IntN(1000)) * time.Hour)
	}
	return []any{id, owner, sealed, key.Tokens(title, []string{tag}), int16(1 + random.IntN(3)), dueAt, dueLocal, dueZone, float64(n), completed, int64(1), now, now, completedAt, key.TagTokens([]string{tag})}
}

func copyRows(b *testing.B, admin *pgxpool.Pool, table string, columns []string, rows int, row func(n int) []any) {
	b.Helper()
	_, err := admin.CopyFrom(b.Context(), pgx.Identifier{"nudge", table}, columns, pgx.CopyFromSlice(rows, func(n int) ([]any, error) { return row(n), nil }))
	require.NoError(b, err)
}

// dropIndexes gives what makes them again.
func dropIndexes(b *testing.B, admin *pgxpool.Pool) []string {
	b.Helper()
	rows, err := admin.Query(context.Background(), `SELECT indexname, indexdef FROM pg_indexes i WHERE schemaname = 'nudge' AND tablename IN ('tasks', 'task_tags')
		AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)`)
	require.NoError(b, err)
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Name, Definition string }])
	require.NoError(b, err)
	var definitions []string
	for _, i := range found {
		_, err := admin.Exec(b.Context(), "DROP INDEX nudge."+pgx.Identifier{i.Name}.Sanitize())
		require.NoError(b, err)
		definitions = append(definitions, i.Definition)
	}
	return definitions
}
