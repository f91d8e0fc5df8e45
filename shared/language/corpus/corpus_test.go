package corpus_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/language/corpus"
	"function/shared/language/predict"
)

// ask answers a case as the command predict does.
func ask(t *testing.T, kind string, c corpus.Case, answer any) {
	t.Helper()
	in, err := json.Marshal(map[string]string{"id": "1", "ref": c.Ref, "text": c.Text, "lang": c.Lang})
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, predict.Run(kind, bytes.NewReader(in), &out), c.Where)
	require.NoError(t, json.Unmarshal(out.Bytes(), answer), c.Where)
}

// checks compare the answer to a case with what is expected; "" is right.
var checks = map[string]func(*testing.T, corpus.Case) string{
	"date": func(t *testing.T, c corpus.Case) string {
		var got struct{ Start, End string }
		ask(t, "datetime", c, &got)
		return differ(c.Start+" to "+c.End, got.Start+" to "+got.End)
	},
	"recurrence": func(t *testing.T, c corpus.Case) string {
		var got struct {
			RRULE  string
			EXRULE []string
		}
		ask(t, "recurrence", c, &got)
		return differ(fmt.Sprint(c.RRULE, c.EXRULE), fmt.Sprint(got.RRULE, got.EXRULE))
	},
	"task": func(t *testing.T, c corpus.Case) string { return differ(describe(c.Tasks), describe(tasks(t, c))) },
	"trap": func(t *testing.T, c corpus.Case) string {
		return differ(describe([]corpus.Task{{Title: c.Text}}), describe(tasks(t, c)))
	},
}

func tasks(t *testing.T, c corpus.Case) []corpus.Task {
	var got struct{ Tasks []corpus.Task }
	ask(t, "task", c, &got)
	return got.Tasks
}

func describe(ts []corpus.Task) string {
	var b strings.Builder
	for _, x := range ts {
		fmt.Fprintf(&b, "[%s|%s|%s|%s|%s|%s|%s%s]", x.Title, x.Description, x.Due, x.RRULE, strings.Join(x.Reminders, ","), strings.Join(x.Tags, ","), x.Priority, describe(x.Subtasks))
	}
	return b.String()
}

func differ(want, got string) string {
	if want == got {
		return ""
	}
	return "want " + want + " got " + got
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	cases, err := corpus.Load()
	require.NoError(t, err)
	type score struct{ right, all int }
	groups := map[string]*score{}
	seen := map[string]string{}
	for _, c := range cases {
		check := checks[c.Kind]
		if check == nil {
			continue
		}
		require.NotEmpty(t, c.Ref, c.Where)
		_, err := time.LoadLocation(c.Zone)
		require.NoError(t, err, c.Where)
		id := c.Kind + c.Lang + c.Ref + c.Text
		require.Empty(t, seen[id], "%s repeats %s", c.Where, seen[id])
		seen[id] = c.Where
		name := c.Kind + " " + c.Lang + " " + c.Group
		if groups[name] == nil {
			groups[name] = &score{}
		}
		groups[name].all++
		if wrong := check(t, c); wrong == "" {
			groups[name].right++
		} else {
			t.Errorf("%s: %q at %s: %s", c.Where, c.Text, c.Ref, wrong)
		}
	}
	var names []string
	for n := range groups {
		names = append(names, n)
	}
	sort.Strings(names)
	total := score{}
	for _, n := range slices.Compact(names) {
		g := groups[n]
		total.right, total.all = total.right+g.right, total.all+g.all
		t.Logf("%-40s %4d of %4d  %5.1f %%", n, g.right, g.all, 100*float64(g.right)/float64(g.all))
	}
	t.Logf("%-40s %4d of %4d  %5.1f %%", "all", total.right, total.all, 100*float64(total.right)/float64(total.all))
}
