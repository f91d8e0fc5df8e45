package catalog

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/language/engine"
)

var hole = regexp.MustCompile(`\{[^{}]*\}`)

func holes(sentence string) []string {
	found := hole.FindAllString(sentence, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEveryCatalogHasEveryKeyWithTheSameHoles(t *testing.T) {
	english := catalogs["en"]
	files, err := files.ReadDir("data")
	require.NoError(t, err)
	require.Len(t, files, len(Languages))
	for _, name := range Languages {
		c := catalogs[name]
		require.Equal(t, slices.Sorted(maps.Keys(english.texts)), slices.Sorted(maps.Keys(c.texts)), name)
		for key, want := range english.texts {
			have := c.texts[key]
			require.Equal(t, want.plain == "", have.plain == "", "%s %s: counts in one language and not in the other", name, key)
			if want.plain != "" {
				require.Equal(t, holes(want.plain), holes(have.plain), "%s %s", name, key)
				continue
			}
			require.NotEmpty(t, have.one, "%s %s", name, key)
			require.Equal(t, holes(want.other), holes(have.other), "%s %s", name, key)
			require.Contains(t, holes(have.other), "{n}", "%s %s", name, key)
			for _, h := range holes(have.one) { // "one" may be said without its number
				require.Contains(t, holes(have.other), h, "%s %s", name, key)
			}
		}
	}
}

func TestNoKeyIsTwiceInAFile(t *testing.T) {
	for _, name := range Languages {
		data, err := files.ReadFile("data/" + name + ".json")
		require.NoError(t, err)
		lines := 0
		for line := range strings.Lines(string(data)) {
			if strings.HasPrefix(line, `  "`) {
				lines++
			}
		}
		var all map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(data, &all))
		require.Len(t, all, lines, name)
	}
}

// The keys in use are those that stand as literals in the two packages that speak.
func TestTheKeysAreThoseInUse(t *testing.T) {
	used := map[string]bool{}
	for _, pattern := range []string{"../*.go", "../../../functions/chat/*.go"} {
		names, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if text, err := strconv.Unquote(lit.Value); err == nil {
						used[text] = true
					}
				}
				if call, ok := n.(*ast.CallExpr); ok {
					requireKnown(t, call, name)
				}
				return true
			})
		}
	}
	for key := range catalogs["en"].texts {
		said := used[key]
		for prefix := range used { // "done." + intent
			said = said || strings.HasSuffix(prefix, ".") && strings.HasPrefix(key, prefix) || prefix != "" && strings.HasSuffix(prefix, "_") && strings.HasPrefix(key, prefix)
		}
		require.True(t, said, "nobody says %q", key)
	}
}

// requireKnown checks the key of a call that speaks.
func requireKnown(t *testing.T, call *ast.CallExpr, file string) {
	t.Helper()
	name := ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	if !slices.Contains([]string{"say", "text", "Text", "none"}, name) || len(call.Args) == 0 {
		return
	}
	lit, ok := call.Args[0].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return
	}
	key, err := strconv.Unquote(lit.Value)
	require.NoError(t, err)
	_, known := catalogs["en"].texts[key]
	require.True(t, known, "%s says %q, which is not there", file, key)
}

func TestText(t *testing.T) {
	require.Equal(t, "Delete 1 task", For("en-GB").Text("preview.delete", "n", 1))
	require.Equal(t, "Delete 0 tasks", For("").Text("preview.delete", "n", 0))
	require.Equal(t, "2 Aufgaben löschen", For("de-AT").Text("preview.delete", "n", 2))
	require.Equal(t, "Supprimer 0 tâche", For("fr").Text("preview.delete", "n", 0))
	require.Equal(t, "Excluir 0 tarefa", For("pt_BR").Text("preview.delete", "n", 0))
	require.Equal(t, "Eliminar 0 tareas", For("ES").Text("preview.delete", "n", 0))
	require.Equal(t, "Added {task}", strings.TrimSuffix(For("xx").Text("added.one", "task", "{task}"), "."), "a value is not read again")
}

func TestAccepted(t *testing.T) {
	for header, want := range map[string]string{
		"": "", "de": "de", "de-CH,de;q=0.9,en;q=0.8": "de-CH", "ja,fr;q=0.5": "fr", "en-US,en;q=0.9": "en-US", "ja": "", "*": "", "de;q=x": "", "q;;": "",
		"en;q=0.1, pt-BR": "pt-BR",
	} {
		require.Equal(t, want, Accepted(header), header)
	}
	require.True(t, Speaks("it-CH"))
	require.False(t, Speaks("ja"))
}

func TestEveryGuessCanBeSaidInEveryLanguage(t *testing.T) {
	for bit := range 32 {
		for _, text := range engine.Assumptions(1 << bit).Texts() {
			_, found := KeyOf("assumed.", text)
			require.True(t, found, "the engine assumes %q, which no catalog says", text)
		}
	}
}
