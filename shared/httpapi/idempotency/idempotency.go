// Package idempotency lets a client send a request again without it being done again:
// the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header).
//
// The same key with the same request gets the same answer, byte for byte; with another
// request it is refused (422), and while the first is at work, 409. A process that dies
// between its commit and its answer leaves the key claimed; the request that comes after
// the claim has ended finds the receipt that was written with the commit, and is told
// that the change was made (409), never makes it twice.
package idempotency

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"function/shared/problem"
	"function/shared/todo"
)

const (
	// Header names the key.
	Header = "Idempotency-Key"
	// Replayed marks an answer that was given before.
	Replayed = "Idempotency-Replayed"

	maxKey  = 255
	maxBody = 16 << 20 // of a request that names a key
	maxKept = 16 << 20 // of an answer; one that is longer is told again as done already
	lease   = time.Minute
)

// reply is an answer as it was given.
type reply struct {
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

// Replies keeps answers, each person's apart (postgres.Store).
type Replies interface {
	ClaimReply(ctx context.Context, owner, key string, fingerprint []byte, now, until time.Time) (since time.Time, reply []byte, err error)
	KeepReply(ctx context.Context, owner, key string, reply []byte) error
	ReleaseReply(ctx context.Context, owner, key string) error
}

// Handler answers requests of one person again as they were answered before. owner is
// empty where nobody is known.
func Handler(next http.Handler, replies Replies, owner func(context.Context) string, now func() time.Time, log *slog.Logger) http.Handler {
	h := &handler{next, replies, now, log}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, person := r.Header.Get(Header), owner(r.Context())
		if key == "" || person == "" || !slices.Contains(unsafe, r.Method) {
			next.ServeHTTP(w, r)
			return
		}
		if err := h.serve(w, r, person, key); err != nil {
			problem.Write(w, r, log, err)
		}
	})
}

var unsafe = []string{http.MethodPost, http.MethodPatch, http.MethodPut, http.MethodDelete}

type handler struct {
	next    http.Handler
	replies Replies
	now     func() time.Time
	log     *slog.Logger
}

func (h *handler) serve(w http.ResponseWriter, r *http.Request, owner, key string) error {
	key, err := parse(key)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return todo.Errorf(todo.CodeTooLarge, "at most %d bytes", maxBody)
	}
	now := h.now().UTC().Truncate(time.Microsecond)
	since, kept, err := h.replies.ClaimReply(r.Context(), owner, key, fingerprint(r, body), now, now.Add(lease))
	if err != nil {
		if todo.CodeOf(err) == todo.CodeInProgress {
			w.Header().Set("Retry-After", "1")
		}
		return err
	}
	if kept != nil {
		var before reply
		if err := json.Unmarshal(kept, &before); err != nil {
			return err
		}
		w.Header().Set(Replayed, "true")
		before.write(w)
		return nil
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := &recorder{header: http.Header{}}
	receipt := todo.Receipt{Consumer: "http", Source: "people/" + owner, ID: key + "@" + strconv.FormatInt(since.UnixMicro(), 10)}
	h.next.ServeHTTP(answer, r.WithContext(context.WithValue(r.Context(), receiptKey{}, &receipt)))
	h.settle(context.WithoutCancel(r.Context()), owner, key, answer.reply())
	answer.reply().write(w)
	return nil
}

// settle keeps an answer, or lets the request be tried again where it failed on our side.
func (h *handler) settle(ctx context.Context, owner, key string, answer reply) {
	var err error
	switch {
	case answer.Status >= http.StatusInternalServerError || answer.Status == http.StatusTooManyRequests || answer.Status == http.StatusUnauthorized:
		err = h.replies.ReleaseReply(ctx, owner, key)
	case len(answer.Body) <= maxKept:
		raw, _ := json.Marshal(answer) // numbers, strings and bytes cannot fail
		err = h.replies.KeepReply(ctx, owner, key, raw)
	}
	if err != nil {
		h.log.WarnContext(ctx, "the answer to a request with a key is not kept", "error", err)
	}
}

// parse reads the header: a string as RFC 8941 writes it, or bare.
func parse(text string) (string, error) {
	if unquoted, err := strconv.Unquote(text); err == nil && strings.HasPrefix(text, `"`) {
		text = unquoted
	}
	if text == "" || len(text) > maxKey || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", todo.Errorf(todo.CodeInvalid, "%s must be 1 to %d visible ASCII characters", Header, maxKey)
	}
	return text, nil
}

// fingerprint tells one request from another: method, address, precondition and body.
func fingerprint(r *http.Request, body []byte) []byte {
	sum := sha256.New()
	for _, part := range [][]byte{[]byte(r.Method), []byte(r.URL.RequestURI()), []byte(r.Header.Get("If-Match")), []byte(r.Header.Get("Content-Type")), body} {
		_ = binary.Write(sum, binary.BigEndian, uint64(len(part)))
		_, _ = sum.Write(part)
	}
	return sum.Sum(nil)
}

type receiptKey struct{}

// Receipt is what is to be written with the change that a request makes; nil where it
// named no key.
func Receipt(ctx context.Context) *todo.Receipt {
	r, _ := ctx.Value(receiptKey{}).(*todo.Receipt)
	return r
}

// recorder is an answer before it is sent.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

func (r *recorder) reply() reply {
	return reply{Status: max(r.status, http.StatusOK), Header: r.header, Body: r.body.Bytes()}
}

func (r reply) write(w http.ResponseWriter) {
	for name, values := range r.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(r.Status)
	_, _ = w.Write(r.Body)
}
