package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"

	"function/shared/auth"
	"function/shared/httpapi/idempotency"
	"function/shared/problem"
	"function/shared/replica"
	"function/shared/todo"
)

// Conventions are what holds for every operation of the API, beside what huma does.
type Conventions struct {
	Verifier *auth.Verifier
	Replies  idempotency.Replies
	// PerMinute is how many requests one person may make; 0: any number.
	PerMinute int
	// Position is where the database's log stands; nil where no replica answers reads.
	Position func(context.Context) (replica.Position, error)
	Now      func() time.Time
	Log      *slog.Logger
}

// Handler puts the conventions around what is served below /api/: who asks, how often,
// Idempotency-Key, If-None-Match and Prefer. There is no CORS: a page of another origin
// cannot read anything.
func (c Conventions) Handler(next http.Handler) http.Handler {
	limits := &limits{perMinute: c.PerMinute, now: c.Now, log: c.Log, known: map[string]*rate.Limiter{}}
	api := c.identify(limits.handler(idempotency.Handler(conditional(minimal(c.positioned(next))), c.Replies, Owner, c.Now, c.Log)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasPrefix(r.URL.Path, "/api/"):
			next.ServeHTTP(w, r)
		case !readable(r.URL):
			problem.Write(w, r, c.Log, todo.Errorf(todo.CodeInvalid, "the address is no text in UTF-8"))
		default:
			api.ServeHTTP(w, r)
		}
	})
}

// readable reports whether an address is text. The database takes no other, and what
// reads words counts on it; a body is read as JSON, which is.
func readable(address *url.URL) bool {
	query, err := url.QueryUnescape(address.RawQuery)
	for _, part := range []string{query, address.Path} {
		if !utf8.ValidString(part) || strings.Contains(part, "\x00") {
			return false
		}
	}
	return err == nil
}

// identify remembers who asks. Whoever nobody knows goes on, to where they are refused,
// or to what asks for no token.
func (c Conventions) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			if person, err := c.Verifier.FromRequest(r); err == nil {
				r = r.WithContext(auth.WithPerson(r.Context(), person))
			}
		}
		next.ServeHTTP(w, r)
	})
}

// conditional answers 304 to a GET whose If-None-Match names the ETag that it would get.
// JSON that has no version of its own gets the hash of its bytes as its ETag.
func conditional(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		u := &unlessModified{ResponseWriter: w, have: r.Header.Get("If-None-Match")}
		next.ServeHTTP(u, r)
		u.release()
	})
}

// maxHeld bounds what is held back of an answer to know its hash.
const maxHeld = 8 << 20

type unlessModified struct {
	http.ResponseWriter
	have  string
	same  bool
	wrote bool
	held  *bytes.Buffer // an answer whose ETag is not known before its end
}

// Unwrap lets http.ResponseController reach the connection.
func (u *unlessModified) Unwrap() http.ResponseWriter { return u.ResponseWriter }

func (u *unlessModified) WriteHeader(status int) {
	if u.wrote {
		return
	}
	u.wrote = true
	h := u.Header()
	if status == http.StatusOK && h.Get("ETag") == "" && h.Get("Content-Type") == "application/json" && h.Get("Cache-Control") != "no-store" {
		u.held = room()
		return
	}
	u.head(status)
}

func (u *unlessModified) head(status int) {
	if etag := u.Header().Get("ETag"); status == http.StatusOK && etag != "" && matches(u.have, etag) {
		u.same = true
		u.Header().Del("Content-Type")
		u.Header().Del("Content-Length")
		status = http.StatusNotModified
	}
	u.ResponseWriter.WriteHeader(status)
}

func (u *unlessModified) Write(p []byte) (int, error) {
	u.WriteHeader(http.StatusOK)
	switch {
	case u.same:
		return len(p), nil
	case u.held == nil:
		return u.ResponseWriter.Write(p)
	case u.held.Len()+len(p) <= maxHeld:
		return u.held.Write(p)
	}
	if err := u.pass(); err != nil {
		return 0, err
	}
	return u.ResponseWriter.Write(p)
}

// release sends what was held back, with its hash.
func (u *unlessModified) release() {
	if u.held == nil {
		return
	}
	sum := sha256.Sum256(u.held.Bytes())
	u.Header().Set("ETag", `"`+base64.RawURLEncoding.EncodeToString(sum[:16])+`"`)
	u.Header().Set("Content-Length", strconv.Itoa(u.held.Len())) // in one piece, not in chunks
	_ = u.pass()                                                 // whoever asked went away
}

func (u *unlessModified) pass() error {
	held := u.held
	u.held = nil
	defer giveBack(held)
	if u.head(http.StatusOK); u.same {
		return nil
	}
	_, err := u.ResponseWriter.Write(held.Bytes())
	return err
}

// matches compares entity tags weakly, as RFC 9110 wants for If-None-Match.
func matches(have, etag string) bool {
	for tag := range strings.SplitSeq(have, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

// minimal leaves the body out of the answer to a write where Prefer: return=minimal asks
// for that (RFC 7240).
func minimal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead || !prefers(r, "return=minimal") {
			next.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(&withoutBody{ResponseWriter: w}, r)
	})
}

func prefers(r *http.Request, what string) bool {
	for _, header := range r.Header.Values("Prefer") {
		for preference := range strings.SplitSeq(header, ",") {
			name, _, _ := strings.Cut(preference, ";")
			if strings.EqualFold(strings.ReplaceAll(strings.ReplaceAll(name, " ", ""), `"`, ""), what) {
				return true
			}
		}
	}
	return false
}

type withoutBody struct {
	http.ResponseWriter
	wrote, drop bool
}

// Unwrap lets http.ResponseController reach the connection.
func (b *withoutBody) Unwrap() http.ResponseWriter { return b.ResponseWriter }

func (b *withoutBody) WriteHeader(status int) {
	if b.wrote {
		return
	}
	b.wrote = true
	if status >= http.StatusOK && status < http.StatusMultipleChoices {
		b.drop = true
		b.Header().Set("Preference-Applied", "return=minimal")
		b.Header().Del("Content-Type")
		b.Header().Del("Content-Length")
		if status == http.StatusOK {
			status = http.StatusNoContent
		}
	}
	b.ResponseWriter.WriteHeader(status)
}

func (b *withoutBody) Write(p []byte) (int, error) {
	b.WriteHeader(http.StatusOK)
	if b.drop {
		return len(p), nil
	}
	return b.ResponseWriter.Write(p)
}
