package gateway

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// contentSecurityPolicy lets the page use what comes from this address only, and
// nothing inline.
const contentSecurityPolicy = "default-src 'self'; script-src 'self'; style-src 'self'; " +
	"img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; " +
	"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func secure(h http.Header, policy string) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(self), payment=()")
}

// Static serves a built page. Files under assets/ carry a hash of their content
// in their name, so browsers keep them for good; everything else they ask for
// again. A path that is no file is one of the page's own and gets index.html. A
// file's .br or .gz sibling is sent to browsers that take it.
func Static(files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			problem(w, http.StatusMethodNotAllowed, "The page can be read only.")
			return
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		if !isFile(files, name) {
			if strings.HasPrefix(name, "assets/") || path.Ext(name) != "" {
				problem(w, http.StatusNotFound, "There is no such file.")
				return
			}
			name = "index.html"
		}
		secure(w.Header(), contentSecurityPolicy)
		w.Header().Set("Cache-Control", "no-cache")
		if strings.HasPrefix(name, "assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		if err := send(w, r, files, name); err != nil {
			problem(w, http.StatusServiceUnavailable, "The page is not built yet; try again in a moment.")
		}
	})
}

func isFile(files fs.FS, name string) bool {
	info, err := fs.Stat(files, name)
	return err == nil && info.Mode().IsRegular()
}

func send(w http.ResponseWriter, r *http.Request, files fs.FS, name string) error {
	opened, encoding, err := open(files, name, r.Header.Get("Accept-Encoding"))
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	info, err := opened.Stat()
	if err != nil {
		return err
	}
	content, ok := opened.(io.ReadSeeker)
	if !ok {
		return errors.New("not seekable")
	}
	w.Header().Add("Vary", "Accept-Encoding")
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		w.Header().Set("Content-Type", kind)
	}
	if encoding != "" {
		w.Header().Set("Content-Encoding", encoding)
	}
	w.Header().Set("ETag", fmt.Sprintf(`"%x-%x%s"`, info.ModTime().UnixNano(), info.Size(), encoding))
	http.ServeContent(w, r, name, info.ModTime(), content)
	return nil
}

func open(files fs.FS, name, accepted string) (file fs.File, encoding string, err error) {
	for _, sibling := range []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !accepts(accepted, sibling.encoding) || !isFile(files, name+sibling.suffix) {
			continue
		}
		if file, err := files.Open(name + sibling.suffix); err == nil {
			return file, sibling.encoding, nil
		}
	}
	file, err = files.Open(name)
	return file, "", err
}

// accepts reads an Accept-Encoding header. A quality of zero refuses (RFC 9110
// §12.5.3).
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		if strings.TrimSpace(name) == encoding {
			quality := strings.TrimSpace(parameters)
			return quality != "q=0" && quality != "q=0.0" && quality != "q=0.00" && quality != "q=0.000"
		}
	}
	return false
}

// Vite passes the page's requests and its web socket to Vite's development
// server, whose own inline script, styles and socket the policy allows.
func Vite(server *url.URL, log *slog.Logger) http.Handler {
	next := proxy(server, "the page's development server", log)
	policy := strings.NewReplacer(
		"script-src 'self'", "script-src 'self' 'unsafe-inline'",
		"style-src 'self'", "style-src 'self' 'unsafe-inline'",
		"connect-src 'self'", "connect-src 'self' ws: wss:",
	).Replace(contentSecurityPolicy)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header(), policy)
		next.ServeHTTP(w, r)
	})
}
