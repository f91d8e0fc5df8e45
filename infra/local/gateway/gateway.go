// Package gateway is the one address that the browser sees: it gives each path to
// the part that serves it, and the page to everything else. Streams pass
// unbuffered, web sockets pass.
package gateway

import (
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Options name the parts behind the gateway.
type Options struct {
	// Auth is the Better Auth server: /api/auth/….
	Auth *url.URL
	// Functions are the functions: /api/…, /chatkit, /mcp with its metadata, and /feeds/…. Their events and
	// health stay inside.
	Functions *url.URL
	// Page serves everything else: [Static] or [Vite].
	Page http.Handler
	// Mail serves /_mail, the mail catcher's letters. Nil leaves it out.
	Mail http.Handler
	// Hosts are the names that a request may call this address by. A page of
	// another name that resolves to this machine must not get at the data
	// (DNS rebinding).
	Hosts []string
	// Log receives what the parts behind fail to answer. Nil discards it.
	Log *slog.Logger
}

// New makes the gateway's handler.
func New(o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	functions := proxy(o.Functions, "the functions", o.Log)
	mux := http.NewServeMux()
	mux.Handle("/api/auth/", proxy(o.Auth, "the sign-in server", o.Log))
	for _, path := range []string{"/api/", "/chatkit", "/chatkit/", "/mcp", "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/", "/feeds/"} {
		mux.Handle(path, functions)
	}
	if o.Mail != nil {
		mux.Handle("/_mail/", http.StripPrefix("/_mail", o.Mail))
		mux.Handle("/_mail", http.RedirectHandler("/_mail/", http.StatusFound))
	}
	mux.Handle("/", o.Page)
	return onlyHosts(o.Hosts, mux)
}

func onlyHosts(hosts []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if !slices.Contains(hosts, strings.Trim(strings.ToLower(host), "[]")) {
			problem(w, http.StatusMisdirectedRequest, "This address answers to "+strings.Join(hosts, ", ")+" only.")
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// proxy passes requests on. The Host header stays the browser's; the forwarding
// headers are the gateway's own, never the client's.
func proxy(target *url.URL, name string, log *slog.Logger) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
		FlushInterval: -1,
		Transport:     transport,
		ErrorLog:      slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() != nil {
				return // the browser went away
			}
			log.Warn("no answer", "from", name, "path", r.URL.Path, "error", err)
			w.Header().Set("Retry-After", "1")
			problem(w, http.StatusServiceUnavailable, name+" cannot be reached just now; try again in a moment.")
		},
	}
}

// transport never asks a proxy of the environment for a local part, and leaves
// compression to the two ends.
var transport = &http.Transport{
	DialContext:         (&net.Dialer{Timeout: 2 * time.Second}).DialContext,
	MaxIdleConnsPerHost: 64,
	IdleConnTimeout:     90 * time.Second,
	DisableCompression:  true,
}

// problem answers as RFC 9457 says.
func problem(w http.ResponseWriter, status int, detail string) {
	body, _ := json.Marshal(map[string]any{ // strings and a number: never fails
		"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail,
	})
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
