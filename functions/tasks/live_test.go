package tasks_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/host"
	"function/shared/live"
	"function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

// told is what one connection to the stream heard.
type told struct{ event, id, data string }

// listen reads a stream until enough says so, then cuts the connection.
func listen(t *testing.T, url, last string, enough func(told) bool) (list []told) {
	t.Helper()
	ctx, cut := context.WithTimeout(t.Context(), 60*time.Second)
	defer cut()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	require.NoError(t, err)
	request.Header.Set("Person", "ada")
	if last != "" {
		request.Header.Set("Last-Event-ID", last)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.Equal(t, http.StatusOK, response.StatusCode)
	var now told
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "event":
			now.event = value
		case "id":
			now.id = value
		case "data":
			now.data = value
		case "":
			if now.data == "" {
				continue
			}
			list = append(list, now)
			if enough(now) {
				return list
			}
			now = told{}
		}
	}
	return list
}

func streaming(t *testing.T, timeout time.Duration) (w *todotest.World, url string) {
	r := newDesk(t, func(h *host.Host) {
		h.Config.StreamTimeout = timeout
		h.Now = time.Now // ids and cursors are made by the machine's clock
		h.Todo.Now = time.Now
	})
	return r.World, r.url + "/api/live"
}

// A stream that is cut again and again, in the midst of writes from several sides, tells
// every change, and each once.
func TestACutStreamMissesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	w, url := streaming(t, time.Minute)
	first := listen(t, url, "", func(told) bool { return true })
	require.Equal(t, "hello", first[0].event)
	last := first[0].id
	const writers, each = 3, 30
	want := make(chan string, writers*each)
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() {
			for i := range each {
				made, err := w.Create(t.Context(), todo.Act{Owner: "ada", Actor: todo.ActorPerson}, todo.NewTask{Title: fmt.Sprint(n, i)})
				if err == nil {
					want <- made.ChangeSet.ID
				}
			}
		})
	}
	heard := map[string]int{}
	for round := 1; len(heard) < writers*each; round++ {
		require.Less(t, round, 200)
		n := 0
		for _, e := range listen(t, url, last, func(told) bool { n++; return n >= 1+round%7 || len(heard)+n >= writers*each }) {
			if e.event == "change" {
				var c live.Change
				require.NoError(t, json.Unmarshal([]byte(e.data), &c))
				require.Len(t, c.Tasks, 1)
				heard[c.ChangeSet]++
			}
			require.NotEqual(t, "reload", e.event)
			if e.id != "" {
				last = e.id
			}
		}
	}
	all.Wait()
	close(want)
	for id := range want {
		require.Equal(t, 1, heard[id], id)
		delete(heard, id)
	}
	require.Empty(t, heard)
}

// A stream ends by itself before it is cut.
func TestAStreamEndsByItself(t *testing.T) {
	t.Parallel()
	_, url := streaming(t, 50*time.Millisecond)
	require.Len(t, listen(t, url, "", func(told) bool { return false }), 1)
}

// What is no task is told of as well: a filter that is kept here appears there.
func TestSettingsAreToldOf(t *testing.T) {
	t.Parallel()
	w, url := streaming(t, time.Minute)
	filter := postgres.SavedFilter{ID: todotest.NewID(), Name: "Home", Text: "#home", Position: 1, Version: 1, CreatedAt: time.Now()}
	acts := []func() error{
		func() error { return w.Store.KeepFilter(t.Context(), "ada", filter) },
		func() error { return w.Store.DropFilter(t.Context(), "ada", filter.ID, 1) },
		func() error {
			p, err := w.Store.Preferences(t.Context(), "ada")
			if err != nil {
				return err
			}
			p.Language = "de"
			return w.Store.SetPreferences(t.Context(), p)
		},
	}
	heard := listen(t, url, "", func(told) bool {
		if len(acts) == 0 {
			return true
		}
		require.NoError(t, acts[0]())
		acts = acts[1:]
		return false
	})
	var kinds []string
	for _, e := range heard {
		kinds = append(kinds, e.event)
	}
	require.Equal(t, []string{"hello", "settings", "settings", "settings"}, kinds)
}

func TestACursorThatIsNoneMeansReload(t *testing.T) {
	t.Parallel()
	_, url := streaming(t, time.Minute)
	old := fmt.Sprintf("%d_1:1:", time.Now().Add(-2*time.Hour).UnixMilli())
	for _, cursor := range []string{"42", "change-1", old, fmt.Sprintf("%d_9:1:", time.Now().UnixMilli()), fmt.Sprintf("%d_1:9999999999999999:", time.Now().UnixMilli())} {
		got := listen(t, url, cursor, func(told) bool { return true })
		require.Equal(t, "reload", got[0].event, cursor)
		require.NotEmpty(t, got[0].id)
	}
}
