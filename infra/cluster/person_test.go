package cluster_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// client goes to the cluster's ingress, whatever name an address has.
func (r *rig) client(t testing.TB) *http.Client {
	t.Helper()
	ingress, err := url.Parse(r.ingress)
	require.NoError(t, err)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{
		MaxIdleConnsPerHost: 32,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, ingress.Host)
		},
	}}
}

// person is somebody who signed up.
type person struct {
	client *http.Client
	mu     sync.Mutex
	token  string
}

// answer is a response, read whole.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) into(t testing.TB, value any) {
	t.Helper()
	require.NoError(t, json.Unmarshal(a.body, value), string(a.body))
}

// task is what the tests look at of one.
type task struct {
	ID      string
	Title   string
	Version int64
	Due     *struct{ Date string }
}

// signUp makes a new person as the page does. Sign-ups are limited for each address, so
// a refusal is tried again.
func (r *rig) signUp(t testing.TB) *person {
	t.Helper()
	p := &person{client: r.client(t)}
	body := fmt.Sprintf(`{"name":"Someone","email":"someone-%s@example.test","password":"correct horse battery"}`, strings.ToLower(token()[:10]))
	var a answer
	eventually(t, 2*time.Minute, 5*time.Second, "sign up", func() bool {
		a = p.do(t, http.MethodPost, "/api/auth/sign-up/email", body, "Origin", "http://"+host)
		return a.status != http.StatusTooManyRequests
	})
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	require.NoError(t, p.renew(t.Context(), ""))
	return p
}

// renew gets a token in place of an old one, unless somebody else just did.
func (p *person) renew(ctx context.Context, old string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.token != old {
		return nil
	}
	a, err := p.try(ctx, "", http.MethodGet, "/api/auth/token", "")
	if err != nil {
		return err
	}
	var out struct{ Token string }
	if err := json.Unmarshal(a.body, &out); err != nil || out.Token == "" {
		return fmt.Errorf("no token: %d %s", a.status, a.body)
	}
	p.token = out.Token
	return nil
}

func (p *person) bearer() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.token
}

// send sends a request and gives what came of it; headers come in pairs. A token lives
// for a quarter of an hour and is renewed as the page does it.
func (p *person) send(ctx context.Context, method, path, body string, headers ...string) (answer, error) {
	token := p.bearer()
	a, err := p.try(ctx, token, method, path, body, headers...)
	if err != nil || a.status != http.StatusUnauthorized || token == "" {
		return a, err
	}
	if err := p.renew(ctx, token); err != nil {
		return a, err
	}
	return p.try(ctx, p.bearer(), method, path, body, headers...)
}

func (p *person) try(ctx context.Context, token, method, path, body string, headers ...string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+host+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := p.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, text}, err
}

func (p *person) do(t testing.TB, method, path, body string, headers ...string) answer {
	t.Helper()
	a, err := p.send(t.Context(), method, path, body, headers...)
	require.NoError(t, err)
	return a
}

func (p *person) add(t testing.TB, body string) (made task) {
	t.Helper()
	a := p.do(t, http.MethodPost, "/api/tasks", body)
	require.Equal(t, http.StatusCreated, a.status, string(a.body))
	a.into(t, &made)
	return made
}

func (p *person) open(t testing.TB) []task {
	t.Helper()
	a := p.do(t, http.MethodGet, "/api/tasks?view=all", "")
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	var out struct{ Data []task }
	a.into(t, &out)
	return out.Data
}

func (p *person) complete(t testing.TB, x task) {
	t.Helper()
	a := p.do(t, http.MethodPost, "/api/tasks/"+x.ID+"/complete", "", "If-Match", fmt.Sprintf(`"%d"`, x.Version))
	require.Equal(t, http.StatusOK, a.status, string(a.body))
}

// mainJob is what people come for: a task that comes again, through the one address.
func (r *rig) mainJob(t *testing.T) {
	p := r.signUp(t)
	page := p.do(t, http.MethodGet, "/", "")
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, page.header.Get("Content-Type"), "text/html")
	require.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'self'")
	require.Equal(t, http.StatusOK, p.do(t, http.MethodGet, "/api/language/explain?text=rent%20tomorrow", "").status, "chat answers for /api/language")

	silence, heard := p.listen(t)
	stream := p.do(t, http.MethodPost, "/chatkit", `{"type":"threads.create","params":{"input":{"content":[{"type":"input_text","text":"pay rent every month on the 1st at 9am, remind me 2 days before #home !high"}],"attachments":[],"inference_options":{}}}}`,
		"Time-Zone", "Europe/Paris", "Accept", "text/event-stream")
	require.Equal(t, http.StatusOK, stream.status, string(stream.body))
	require.Contains(t, stream.header.Get("Content-Type"), "text/event-stream")
	open := p.open(t)
	require.Len(t, open, 1)
	first := open[0]
	require.Equal(t, "pay rent", first.Title)
	began := time.Now()
	p.complete(t, first)
	eventually(t, 3*time.Minute, 100*time.Millisecond, "the next occurrence", func() bool { open = p.open(t); return len(open) == 1 && open[0].ID != first.ID })
	r.figure(t, "completion to next occurrence, by the broker", "%.2f s", time.Since(began).Seconds())
	due, err := time.Parse(time.DateOnly, first.Due.Date)
	require.NoError(t, err)
	require.Equal(t, due.AddDate(0, 1, 0).Format(time.DateOnly), open[0].Due.Date)
	eventually(t, 2*time.Minute, 500*time.Millisecond, "the activity has every step", func() bool {
		var page struct{ Data []struct{ Type string } }
		a := p.do(t, http.MethodGet, "/api/activity", "")
		if a.status != http.StatusOK {
			return false
		}
		a.into(t, &page)
		return len(page.Data) == 3
	})
	require.Equal(t, http.StatusOK, p.do(t, http.MethodGet, "/api/notifications", "").status)
	require.Len(t, p.open(t), 1, "exactly one successor")
	sent := time.Now()
	said := p.add(t, `{"title":"Say it at once"}`)
	r.figure(t, "a change in an open stream, after it was sent", "%.0f ms", heard(said.ID).Sub(sent).Seconds()*1000)
	silence()
	r.mcp(t, p)
	for path, inside := range map[string]string{"/events/recurrence": "events", "/reminders/watch": "the watch"} {
		a := p.do(t, http.MethodPost, path, "{}")
		require.NotEqual(t, http.StatusOK, a.status, "%s have a way in from outside", inside)
		require.GreaterOrEqual(t, a.status, 400)
	}
	r.figure(t, "main job through the ingress, live updates unbuffered", "yes")
	r.lastRequest = time.Now()
}

// listen opens the stream of changes. heard waits until it names a task, and gives the
// instant at which it did: what is buffered on its way stays away as long as the stream
// is open.
func (p *person) listen(t testing.TB) (end func(), heard func(id string) time.Time) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+"/api/live", nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+p.bearer())
	client := *p.client
	client.Timeout = 0
	response, err := client.Do(request)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Equal(t, "no", response.Header.Get("X-Accel-Buffering"), "what else stands on the way is asked not to buffer")
	type line struct {
		at   time.Time
		text string
	}
	lines := make(chan line, 1000)
	go func() {
		defer func() { _ = response.Body.Close() }()
		defer close(lines)
		for scanner := bufio.NewScanner(response.Body); scanner.Scan(); {
			lines <- line{time.Now(), scanner.Text()}
		}
	}()
	return cancel, func(id string) time.Time {
		t.Helper()
		patience := time.After(10 * time.Second)
		for {
			select {
			case l, open := <-lines:
				require.True(t, open, "the stream ended")
				if strings.HasPrefix(l.text, "data:") && strings.Contains(l.text, id) {
					return l.at
				}
			case <-patience:
				t.Fatal("the stream said nothing of the change: it is buffered on its way")
			}
		}
	}
}
