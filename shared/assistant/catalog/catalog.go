// Package catalog holds what the assistant says, in each language that it speaks: a key
// for each whole sentence, and the sentence with named holes in braces. A language is one
// JSON file in data/ with the keys of en.json; a sentence that counts has the forms "one"
// and "other" (CLDR plural categories), chosen by the hole {n}.
package catalog

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

//go:embed data/*.json
var files embed.FS

// Languages are the tags of the languages there are, the default first.
var Languages = []string{"en", "de", "es", "fr", "it", "pt"}

// Catalog is one language. It is safe for concurrent use.
type Catalog struct {
	Language string // a BCP 47 tag, one of Languages
	texts    map[string]text
}

// text is a sentence, or its forms by number.
type text struct{ plain, one, other string }

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, &t.plain)
	}
	var forms struct{ One, Other string }
	err := json.Unmarshal(data, &forms)
	t.one, t.other = forms.One, forms.Other
	return err
}

var (
	catalogs = load()
	matcher  = language.NewMatcher(tags())
)

func tags() []language.Tag {
	var list []language.Tag
	for _, name := range Languages {
		list = append(list, language.MustParse(name))
	}
	return list
}

// load reads the embedded files. A broken one is a defect of the build, which the tests
// of this package find.
func load() map[string]*Catalog {
	all := map[string]*Catalog{}
	for _, name := range Languages {
		c := &Catalog{Language: name}
		data, err := files.ReadFile("data/" + name + ".json")
		if err == nil {
			err = json.Unmarshal(data, &c.texts)
		}
		if err != nil {
			panic(fmt.Sprintf("the embedded catalog %s cannot be read: %v", name, err))
		}
		all[name] = c
	}
	return all
}

// Speaks tells whether there is a catalog for the language of a BCP 47 tag.
func Speaks(tag string) bool {
	_, ok := catalogs[base(tag)]
	return ok
}

// For is the catalog of a BCP 47 tag, of which the base matters; English where there is
// none.
func For(tag string) *Catalog {
	if c, ok := catalogs[base(tag)]; ok {
		return c
	}
	return catalogs[Languages[0]]
}

func base(tag string) string {
	tag, _, _ = strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	return strings.ToLower(tag)
}

// Accepted is the language of an Accept-Language header (RFC 9110, section 12.5.4) that
// is spoken here and wanted most, region included; empty where there is none.
func Accepted(header string) string {
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return ""
	}
	for _, tag := range wanted {
		if _, _, confidence := matcher.Match(tag); confidence >= language.High && Speaks(tag.String()) {
			return tag.String()
		}
	}
	return ""
}

// Text is the sentence of a key, with its holes filled: name, value, name, value, ….
func (c *Catalog) Text(key string, holes ...any) string {
	t, ok := c.texts[key]
	if !ok {
		return key
	}
	sentence := t.plain
	pairs := make([]string, 0, len(holes))
	for i := 0; i+1 < len(holes); i += 2 {
		if n, isNumber := holes[i+1].(int); isNumber && holes[i] == "n" && sentence == "" {
			sentence = t.form(c.Language, n)
		}
		name, value := "{"+fmt.Sprint(holes[i])+"}", fmt.Sprint(holes[i+1])
		if short, ends := strings.CutSuffix(value, "."); ends && !strings.HasSuffix(short, ".") {
			pairs = append(pairs, name+".", value) // "am 1." ends the sentence too
		}
		pairs = append(pairs, name, value)
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// form chooses by number as CLDR does for whole numbers below a million: French and
// Portuguese say zero like one.
func (t text) form(tag string, n int) string {
	if n == 1 || n == 0 && (tag == "fr" || tag == "pt") {
		return t.one
	}
	return t.other
}

// KeyOf finds the key of an English sentence without holes among those that begin with a
// prefix.
func KeyOf(prefix, english string) (key string, found bool) {
	for key, t := range catalogs[Languages[0]].texts {
		if t.plain == english && strings.HasPrefix(key, prefix) {
			return key, true
		}
	}
	return "", false
}
