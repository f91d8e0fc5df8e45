package function

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/stretchr/testify/require"

	"function/infra/postgres/bootstrap"
	"function/shared/auth"
	"function/shared/todo"
	"function/shared/todotest"
)

const (
	mixedPeople  = 20
	mixedTasks   = 200 // of each
	mixedClients = 8
	mixedTime    = 4 * time.Second // of a round
	mixedIssuer  = "https://nudge.example"
)

// Of four requests two are lists of 50, one is a task, one makes a task: over HTTP with a
// signed token in each, and in turns with it pgbench with the same statements in the
// same pipelines and shares, on the same server. Nobody publishes the events.
func BenchmarkMixedThroughput(b *testing.B) {
	const rounds = 6
	m := newMixed(b)
	var ours, floor []float64
	for b.Loop() {
		for range rounds {
			ours, floor = append(ours, m.overHTTP(b)), append(floor, m.pgbench(b))
		}
	}
	ratios := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = ours[i] / floor[i]
	}
	for _, list := range [][]float64{ours, floor, ratios} {
		slices.Sort(list)
	}
	b.ReportMetric(ours[len(ours)/2], "requests/s")
	b.ReportMetric(floor[len(floor)/2], "pgbench/s")
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
	b.ReportMetric(ratios[0], "lowest-ratio")
	b.ReportMetric(ratios[len(ratios)-1], "highest-ratio")
}

// mixed is the load and who asks.
type mixed struct {
	*everything
	address  string   // of the server
	requests [][]byte // to be sent as they are
	scripts  []string // of pgbench, with their shares
}

func newMixed(b *testing.B) *mixed {
	b.Helper()
	tuneMemory() // as New does
	token, verifier := signing(b)
	m := &mixed{everything: over(todotest.New(b), nil, verifier)}
	server := httptest.NewServer(m.serve(0, m.World.Store))
	b.Cleanup(server.Close)
	m.address = server.Listener.Addr().String()
	var ids []string
	for n := range 2 * mixedPeople { // the second half is pgbench's, who writes what nobody can open
		var wanted []todo.NewTask
		for i := range mixedTasks {
			wanted = append(wanted, todo.NewTask{Title: fmt.Sprintf("Water the roses %d", i), Tags: []string{"garden"}, Due: &todo.NewDue{Date: "2026-03-01", Time: "09:00", Zone: "Europe/Paris"}})
		}
		made, err := m.Create(b.Context(), todotest.Person(mixedPerson(n)), wanted...)
		require.NoError(b, err)
		ids = append(ids, made.First().ID)
	}
	m.Published()
	const create = `{"title":"Water the roses","tags":["garden"],"due":{"date":"2026-03-01","time":"09:00","zone":"Europe/Paris"}}`
	for n, id := range ids[:mixedPeople] {
		bearer := token(mixedPerson(n))
		list := fmt.Appendf(nil, "GET /api/tasks?limit=50 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", bearer)
		m.requests = append(m.requests, list, list,
			fmt.Appendf(nil, "GET /api/tasks/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", id, bearer),
			fmt.Appendf(nil, "POST /api/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", bearer, len(create), create))
	}
	m.writeScripts(b, ids[mixedPeople], create)
	return m
}

func mixedPerson(n int) string { return fmt.Sprintf("person-%d", n) }

// signing gives what signs people's tokens, and what verifies them by the published key.
func signing(b *testing.B) (token func(person string) string, verifier *auth.Verifier) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(b, err)
	key, err := jwk.FromRaw(public)
	require.NoError(b, err)
	require.NoError(b, key.Set(jwk.KeyIDKey, "k"))
	require.NoError(b, key.Set(jwk.AlgorithmKey, jwa.EdDSA))
	set := jwk.NewSet()
	require.NoError(b, set.AddKey(key))
	published := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(set) }))
	b.Cleanup(published.Close)
	return func(person string) string {
		now := time.Now()
		claims, err := json.Marshal(map[string]any{"iss": mixedIssuer, "aud": "nudge", "sub": person, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()})
		require.NoError(b, err)
		head := jws.NewHeaders()
		require.NoError(b, head.Set("kid", "k"))
		signed, err := jws.Sign(claims, jws.WithKey(jwa.EdDSA, private, jws.WithProtectedHeaders(head)))
		require.NoError(b, err)
		return string(signed)
	}, auth.NewVerifier(auth.Options{Issuer: mixedIssuer, Audience: "nudge", JWKSURL: published.URL})
}

// overHTTP gives requests per second.
func (m *mixed) overHTTP(b *testing.B) float64 {
	var answered, next atomic.Int64
	start := time.Now()
	var clients sync.WaitGroup
	for range mixedClients {
		clients.Go(func() {
			conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", m.address)
			if err != nil {
				b.Error(err)
				return
			}
			defer func() { _ = conn.Close() }()
			from := bufio.NewReader(conn)
			for time.Since(start) < mixedTime {
				if err := m.ask(conn, from, m.requests[int(next.Add(1))%len(m.requests)]); err != nil {
					b.Error(err)
					return
				}
				answered.Add(1)
			}
		})
	}
	clients.Wait()
	m.Published()
	return float64(answered.Load()) / time.Since(start).Seconds()
}

func (m *mixed) ask(conn net.Conn, from *bufio.Reader, request []byte) error {
	if _, err := conn.Write(request); err != nil {
		return err
	}
	answer, err := http.ReadResponse(from, nil)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err = io.Copy(io.Discard, answer.Body); err == nil && answer.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("answered %d", answer.StatusCode)
	}
	return err
}

// pgbench gives transactions per second.
func (m *mixed) pgbench(b *testing.B) float64 {
	program, err := exec.LookPath("pgbench")
	if err != nil {
		b.Skip("pgbench is not installed")
	}
	args := []string{"-n", "-M", "prepared", "-c", strconv.Itoa(mixedClients), "-j", "2", "-T", strconv.Itoa(int(mixedTime.Seconds()))}
	for _, script := range m.scripts {
		args = append(args, "-f", script)
	}
	command := exec.CommandContext(b.Context(), program, append(args, m.URL(bootstrap.Functions))...)
	command.Env = append(os.Environ(), "PGOPTIONS=-c search_path=nudge -c timezone=UTC")
	out, err := command.CombinedOutput()
	require.NoError(b, err, string(out))
	found := regexp.MustCompile(`tps = ([0-9.]+)`).FindSubmatch(out)
	require.NotNil(b, found, string(out))
	require.NotContains(b, string(out), "ERROR", "a statement failed")
	tps, err := strconv.ParseFloat(string(found[1]), 64)
	require.NoError(b, err)
	return tps
}

// writeScripts writes down for pgbench what each kind of request sends to the database.
func (m *mixed) writeScripts(b *testing.B, id, create string) {
	store, seen := todotest.Traced(b, m.World)
	traced := over(m.World, store, nil)
	handler := traced.serve(0, store)
	kinds := []struct{ name, share, method, path, body string }{
		{"list", "@2", http.MethodGet, "/api/tasks?limit=50", ""}, {"get", "@1", http.MethodGet, "/api/tasks/" + id, ""}, {"create", "@1", http.MethodPost, "/api/tasks", create},
	}
	folder := b.TempDir()
	for _, kind := range kinds {
		for range 2 { // once for the key
			seen.Take()
			r := httptest.NewRequestWithContext(b.Context(), kind.method, kind.path, strings.NewReader(kind.body))
			r.Header.Set("Test-Person", mixedPerson(mixedPeople))
			r.Header.Set("Content-Type", "application/json")
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, r)
			require.Less(b, rec.Code, http.StatusBadRequest, rec.Body)
		}
		path := filepath.Join(folder, kind.name+".sql")
		text := fmt.Sprintf("\\set who random(%d, %d)\n", mixedPeople, 2*mixedPeople-1)
		for _, pipeline := range seen.Take() {
			text += "\\startpipeline\n"
			for _, s := range pipeline {
				text += script(b, s, kind.name == "create") + ";\n"
			}
			text += "\\endpipeline\n"
		}
		require.NoError(b, os.WriteFile(path, []byte(text), 0o600))
		m.scripts = append(m.scripts, path+kind.share)
	}
}

var parameter = regexp.MustCompile(`\$(\d+)`)

// script gives a statement with its values in their places. Each run is of another
// person and, where it writes, with other ids.
func script(b *testing.B, s todotest.Statement, fresh bool) string {
	return strings.Join(strings.Fields(parameter.ReplaceAllStringFunc(s.SQL, func(name string) string {
		n, err := strconv.Atoi(name[1:])
		require.NoError(b, err)
		value := s.Args[n-1]
		if text, ok := value.(string); ok {
			switch {
			case text == mixedPerson(mixedPeople):
				return "('person-' || :who)"
			case fresh && uuid.Validate(text) == nil:
				return "gen_random_uuid()"
			}
		}
		return literal(b, reflect.ValueOf(value))
	})), " ")
}

// literal is a value as SQL has it. There is no colon in it, which pgbench would read.
func literal(b *testing.B, v reflect.Value) string {
	if !v.IsValid() {
		return "NULL"
	}
	switch value := v.Interface().(type) {
	case []byte:
		return `'\x` + hex.EncodeToString(value) + `'::bytea`
	case time.Time:
		return fmt.Sprintf("to_timestamp(%d.%06d)", value.Unix(), value.Nanosecond()/1000)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return "NULL"
		}
		return literal(b, v.Elem())
	case reflect.String:
		return "U&'" + strings.NewReplacer(`\`, `\\`, ":", `\003A`, "'", "''").Replace(v.String()) + "'"
	case reflect.Slice:
		if v.IsNil() {
			return "NULL"
		}
		items := make([]string, 0, v.Len())
		for i := range v.Len() {
			items = append(items, literal(b, v.Index(i)))
		}
		return "ARRAY[" + strings.Join(items, ",") + "]::" + map[reflect.Kind]string{reflect.Int64: "bigint", reflect.String: "text"}[v.Type().Elem().Kind()] + "[]"
	}
	return fmt.Sprint(v.Interface())
}
