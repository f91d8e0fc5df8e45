package httpapi

import (
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"function/shared/problem"
	"function/shared/todo"
)

// window is what a limit is named over, in RateLimit-Policy.
const window = time.Minute

// maxKnown bounds how many people's limits an instance remembers; the rest start anew.
const maxKnown = 10_000

// limits gives each person so many requests a minute, on each instance
// (draft-ietf-httpapi-ratelimit-headers).
type limits struct {
	perMinute int
	now       func() time.Time
	log       *slog.Logger

	mu    sync.Mutex
	known map[string]*rate.Limiter
}

func (l *limits) of(owner string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if found, ok := l.known[owner]; ok {
		return found
	}
	if len(l.known) >= maxKnown {
		clear(l.known)
	}
	made := rate.NewLimiter(rate.Limit(float64(l.perMinute)/window.Seconds()), l.perMinute)
	l.known[owner] = made
	return made
}

// handler refuses what is over a person's limit; 0 a minute is no limit.
func (l *limits) handler(next http.Handler) http.Handler {
	if l.perMinute == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		owner := Owner(r.Context())
		if owner == "" {
			next.ServeHTTP(w, r)
			return
		}
		limiter, now := l.of(owner), l.now()
		allowed := limiter.AllowN(now, 1)
		left := math.Max(limiter.TokensAt(now), 0)
		full := (float64(l.perMinute) - left) / float64(limiter.Limit())
		w.Header().Set("RateLimit-Policy", fmt.Sprintf(`"person";q=%d;w=%d`, l.perMinute, int(window.Seconds())))
		w.Header().Set("RateLimit", fmt.Sprintf(`"person";r=%d;t=%d`, int(left), int(math.Ceil(full))))
		if !allowed {
			w.Header().Set("Retry-After", fmt.Sprint(int(math.Ceil((1-left)/float64(limiter.Limit())))))
			problem.Write(w, r, l.log, todo.Errorf(todo.CodeRateLimited, "at most %d requests a minute", l.perMinute))
			return
		}
		next.ServeHTTP(w, r)
	})
}
