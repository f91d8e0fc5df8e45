package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// person is somebody who uses Nudge through its HTTP API.
type person struct {
	runner *runner
	client *http.Client // with the session's cookie
	from   string
	random *rand.Rand

	mu    sync.Mutex
	token string

	open         []task
	acknowledged []string // ids of tasks whose making was answered with success
	requests     int
	unknown      int // requests whose outcome nobody knows
}

type task struct {
	ID      string
	Version int64
}

const (
	requestTimeout = 10 * time.Second // before the outcome counts as unknown
	signUpTimeout  = time.Minute      // nothing is killed yet, and a password is hashed slowly on purpose
)

func signUpAll(ctx context.Context, r *runner, o Options) ([]*person, error) {
	people := make([]*person, o.People)
	for i := range people {
		jar, err := cookiejar.New(nil)
		if err != nil {
			return nil, err
		}
		// Sign-ups are limited per address, so each person comes from one of their own.
		people[i] = &person{
			runner: r, client: &http.Client{Jar: jar, Timeout: signUpTimeout}, from: fmt.Sprintf("10.9.%d.%d", i/250, i%250+1),
			random: rand.New(rand.NewPCG(o.Seed, uint64(i)+100)), //nolint:gosec // repeatable on purpose
		}
		if err := people[i].signUp(ctx); err != nil {
			return nil, err
		}
		people[i].client.Timeout = requestTimeout
	}
	return people, nil
}

func (p *person) signUp(ctx context.Context) error {
	body := fmt.Sprintf(`{"name":"Someone","email":"someone-%s@example.test","password":"correct horse battery"}`, uuid.NewString()[:8])
	if _, err := p.auth(ctx, http.MethodPost, "/api/auth/sign-up/email", body); err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	return p.renew(ctx)
}

// renew gets a new token for the session: tokens last for minutes.
func (p *person) renew(ctx context.Context) error {
	text, err := p.auth(ctx, http.MethodGet, "/api/auth/token", "")
	if err != nil {
		return err
	}
	var out struct{ Token string }
	if err := json.Unmarshal(text, &out); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.token = out.Token
	return nil
}

func (p *person) auth(ctx context.Context, method, path, body string) ([]byte, error) {
	status, err := p.runner.status()
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, status.Services["auth"].Address+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", p.runner.address())
	request.Header.Set("X-Forwarded-For", p.from)
	response, err := p.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %d: %s", path, response.StatusCode, text)
	}
	return text, err
}

// ask sends one request and gives the answer's status and body.
func (p *person) ask(ctx context.Context, method, path, body, match string) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, p.runner.address()+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	p.mu.Lock()
	request.Header.Set("Authorization", "Bearer "+p.token)
	p.mu.Unlock()
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
		if method == http.MethodPatch {
			request.Header.Set("Content-Type", "application/merge-patch+json")
		}
	}
	if match != "" {
		request.Header.Set("If-Match", match)
	}
	response, err := p.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	var text bytes.Buffer
	_, err = text.ReadFrom(response.Body)
	if response.StatusCode == http.StatusUnauthorized {
		err = errors.Join(err, p.renew(ctx))
	}
	return response.StatusCode, text.Bytes(), err
}

// act makes, completes, edits and deletes tasks until the context ends.
func (p *person) act(ctx context.Context) {
	for step := 0; ctx.Err() == nil; step++ {
		var err error
		switch n := p.random.IntN(100); {
		case step%12 == 11:
			err = p.look(ctx)
		case n < 30 || len(p.open) == 0:
			err = p.add(ctx)
		case n < 60:
			err = p.change(ctx, http.MethodPost, "/complete", "")
		case n < 85:
			err = p.completeMany(ctx)
		case n < 95:
			err = p.change(ctx, http.MethodPatch, "", `{"title":"Changed"}`)
		default:
			err = p.change(ctx, http.MethodDelete, "", "")
		}
		if err != nil {
			pause(ctx, 100*time.Millisecond)
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// add makes a task: most come again, many ring soon.
func (p *person) add(ctx context.Context) error {
	body := map[string]any{"title": fmt.Sprintf("Task %d", p.random.IntN(1000))}
	if p.random.IntN(100) < 70 {
		body["due"] = map[string]any{"date": "2030-01-01", "time": "09:00", "zone": "Europe/Paris"}
		body["recurrence"] = map[string]any{"rrule": "FREQ=DAILY"}
	}
	if p.random.IntN(100) < 50 {
		at := time.Now().Add(time.Second + time.Duration(p.random.IntN(15_000))*time.Millisecond)
		body["reminders"] = []any{map[string]any{"at": at.UTC().Format(time.RFC3339Nano)}}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	p.requests++
	status, answer, err := p.ask(ctx, http.MethodPost, "/api/tasks", string(text), "")
	if err != nil || status >= http.StatusInternalServerError {
		p.unknown++
		return errUnknown
	}
	var made task
	if status != http.StatusCreated || json.Unmarshal(answer, &made) != nil {
		return fmt.Errorf("answered %d", status)
	}
	p.acknowledged = append(p.acknowledged, made.ID)
	p.open = append(p.open, made)
	return nil
}

var errUnknown = errors.New("the outcome is unknown")

// change does something to one of the open tasks. That somebody was faster is no error.
func (p *person) change(ctx context.Context, method, act, body string) error {
	i := p.random.IntN(len(p.open))
	t := p.open[i]
	p.open[i] = p.open[len(p.open)-1]
	p.open = p.open[:len(p.open)-1]
	p.requests++
	status, answer, err := p.ask(ctx, method, "/api/tasks/"+t.ID+act, body, fmt.Sprintf(`"%d"`, t.Version))
	if err != nil || status >= http.StatusInternalServerError {
		p.unknown++
		return errUnknown
	}
	if method == http.MethodPatch && status == http.StatusOK && json.Unmarshal(answer, &t) == nil {
		p.open = append(p.open, t)
	}
	return nil
}

// most is how many tasks somebody completes at once.
const most = 20

// completeMany completes some of the open tasks in one act, all or none.
func (p *person) completeMany(ctx context.Context) error {
	n := min(1+p.random.IntN(most), len(p.open))
	ids := make([]string, n)
	for i, t := range p.open[len(p.open)-n:] {
		ids[i] = t.ID
	}
	p.open = p.open[:len(p.open)-n]
	body, err := json.Marshal(map[string]any{"ids": ids, "action": "complete"})
	if err != nil {
		return err
	}
	p.requests++
	status, _, err := p.ask(ctx, http.MethodPost, "/api/tasks/bulk", string(body), "")
	if err != nil || status >= http.StatusInternalServerError {
		p.unknown++
		return errUnknown
	}
	return nil
}

// look reads what is open: the occurrences that were made meanwhile among it.
func (p *person) look(ctx context.Context) error {
	status, answer, err := p.ask(ctx, http.MethodGet, "/api/tasks?view=all&limit=100", "", "")
	if err != nil || status != http.StatusOK {
		return errUnknown
	}
	var page struct{ Data []task }
	if err := json.Unmarshal(answer, &page); err != nil {
		return err
	}
	p.open = page.Data
	return nil
}
