package token

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func kinds(text string) string {
	var b strings.Builder
	for _, t := range Scan(nil, text) {
		if !t.Glued && b.Len() > 0 {
			b.WriteByte(' ')
		}
		if t.Kind == Opaque {
			b.WriteString("<" + text[t.Start:t.End] + ">")
			continue
		}
		if t.Quoted {
			b.WriteByte('~')
		}
		b.WriteString(t.Text)
		b.WriteByte('|')
	}
	return b.String()
}

func TestScan(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"at 3pm":                          "at| 3|pm|",
		"Jul24, 16h30":                    "jul|24|,| 16|h|30|",
		"New Year’s Eve":                  "new| year's| eve|",
		"see https://x.org/a?b=3pm, ok":   "see| <https://x.org/a?b=3pm>,| ok|",
		"mail a.b@c.org tomorrow.":        "mail| <a.b@c.org> tomorrow|.|",
		"buy \"Friday night\" dvd":        "buy| ~\"|~friday| ~night|~\"| dvd|",
		"Ärger im März":                   "ärger| im| märz|",
		"run `at 3pm` now":                "run| <`at 3pm`> now|",
		"don't wait":                      "don't| wait|",
		"12345678901":                     "12345678901|",
		"3–5":                             "3|-|5|",
		"the '70s and '80s":               "the| '|70|s| and| '|80|s|",
		"read example.org/today or today": "read| <example.org/today> or| today|",
		"call Ann@3pm":                    "call| ann|@|3|pm|",
	} {
		require.Equal(t, want, kinds(text), text)
	}
}

func FuzzScan(f *testing.F) {
	f.Add("a \"b\" 3pm\xff\xfe ’’ http://")
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, tok := range Scan(nil, text) {
			if tok.Start < at || tok.End <= tok.Start || tok.End > len(text) {
				t.Fatalf("token %+v after %d in %q", tok, at, text)
			}
			at = tok.End
		}
	})
}

func TestSameFolded(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{{"füge", "fuge"}, {"mañana", "manana"}, {"", ""}, {"à", "a"}, {"año", "año"}, {"an\u0303o", "ano"}} {
		require.True(t, SameFolded(pair[0], pair[1]), pair)
		require.Equal(t, Fold(pair[0]), Fold(pair[1]))
	}
	for _, pair := range [][2]string{{"für", "fü"}, {"a", "b"}, {"ño", "na"}, {"日", "本"}} {
		require.False(t, SameFolded(pair[0], pair[1]), pair)
	}
}
