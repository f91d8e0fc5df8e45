package audit

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"function/infra/audit/verify"
	"function/shared/chain"
	"function/shared/events"
	"function/shared/host"
	"function/shared/todo"
	"function/shared/todotest"
)

// rig is the function over a real database, with a key and a clock that stands still.
type rig struct {
	*function
	world *todotest.World
	log   *bytes.Buffer
	keys  *verify.Keys
}

func newRig(t testing.TB) *rig {
	t.Helper()
	w := todotest.New(t)
	key, err := chain.NewSigningKey(rand.Reader)
	require.NoError(t, err)
	r := &rig{world: w, log: &bytes.Buffer{}}
	h := &host.Host{Store: w.Store, Todo: w.Service, Log: slog.New(slog.NewJSONHandler(r.log, nil)), Now: w.Clock.Now, NewID: todotest.NewID}
	h.Config.AuditSigningKey = key
	h.Config.StreamTimeout = time.Minute
	r.function = &function{Host: h, metrics: newMetrics()}
	r.readKey()
	require.NotNil(t, r.signer)
	public, err := json.Marshal(r.signer.PublicKeys())
	require.NoError(t, err)
	r.keys, err = verify.ReadKeys(public)
	require.NoError(t, err)
	return r
}

// add makes tasks and gives the events that tell of them.
func (r *rig) add(t testing.TB, owner string, n int) []cloudevents.Event {
	t.Helper()
	tasks := make([]todo.NewTask, n)
	for i := range tasks {
		tasks[i].Title = fmt.Sprintf("task %d", i)
	}
	_, err := r.world.Create(t.Context(), todotest.Person(owner), tasks...)
	require.NoError(t, err)
	return decode(t, r.world)
}

func decode(t testing.TB, w *todotest.World) []cloudevents.Event {
	t.Helper()
	var list []cloudevents.Event
	for _, o := range w.Published() {
		var e cloudevents.Event
		require.NoError(t, json.Unmarshal(o.Event, &e))
		list = append(list, e)
	}
	return list
}

// append appends the events of n tasks to the owner's chain.
func (r *rig) append(t testing.TB, owner string, n int) {
	t.Helper()
	for _, e := range r.add(t, owner, n) {
		require.NoError(t, r.handle(t.Context(), e))
	}
}

// exported gives an export as the endpoint writes it.
func (r *rig) exported(t testing.TB, owner string) []byte {
	t.Helper()
	summary, signer, err := r.summary(t.Context(), owner)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, r.write(t.Context(), &out, owner, signer, summary))
	return out.Bytes()
}

// check verifies an export with the published keys.
func (r *rig) check(t testing.TB, export []byte, anchors ...verify.Checkpoint) verify.Report {
	t.Helper()
	report, err := verify.Export(bytes.NewReader(export), verify.Options{Keys: r.keys, Anchors: anchors})
	require.NoError(t, err)
	return report
}

func tick() cloudevents.Event {
	e := cloudevents.New()
	e.SetType(events.Tick)
	e.SetSource("/apis/v1/namespaces/nudge/pingsources/daily")
	e.SetID(todotest.NewID())
	return e
}
