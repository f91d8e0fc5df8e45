package mail

import (
	"html/template"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

var words mime.WordDecoder

// newest is how many letters the box shows.
const newest = 200

var box = template.Must(template.New("box").Parse(`<!doctype html><meta charset="utf-8"><title>Caught mail</title>
<h1>Caught mail</h1>{{if not .}}<p>No mail yet.</p>{{end}}<ul>{{range .}}
<li><a href="{{.Name}}">{{if .Subject}}{{.Subject}}{{else}}(no subject){{end}}</a> to {{.To}}, {{.Date}}</li>{{end}}
</ul>
`))

type entry struct{ Name, Subject, To, Date string }

// Box shows the letters of a folder: the list at /, the newest first, and each
// letter as it came at /<file>.
func Box(dir string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		secure(w.Header(), "text/html; charset=utf-8")
		_ = box.Execute(w, entries(dir)) // an error is the browser gone
	})
	mux.HandleFunc("GET /{name}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		if !strings.HasSuffix(name, ".eml") || name != filepath.Base(name) {
			http.NotFound(w, r)
			return
		}
		text, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // a bare name, see above
		if err != nil {
			http.NotFound(w, r)
			return
		}
		secure(w.Header(), "text/plain; charset=utf-8")
		_, _ = w.Write(text) //nolint:gosec // plain text, never sniffed
	})
	return mux
}

func secure(header http.Header, contentType string) {
	header.Set("Content-Type", contentType)
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
}

func entries(dir string) []entry {
	files, _ := filepath.Glob(filepath.Join(dir, "*.eml")) // the pattern is well formed
	sort.Sort(sort.Reverse(sort.StringSlice(files)))
	list := make([]entry, 0, min(len(files), newest))
	for _, file := range files[:min(len(files), newest)] {
		header, err := headers(file)
		if err != nil {
			list = append(list, entry{Name: filepath.Base(file)})
			continue
		}
		list = append(list, entry{
			Name: filepath.Base(file), Subject: decode(header.Get("Subject")), To: decode(header.Get("To")), Date: decode(header.Get("Date")),
		})
	}
	return list
}
