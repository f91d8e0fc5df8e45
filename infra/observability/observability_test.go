package observability_test

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"function/infra/observability"
	"function/shared/telemetry"
)

// expression is PromQL with where it stands.
type expression struct{ where, text string }

func rules(t *testing.T) []expression {
	t.Helper()
	names, err := fs.Glob(observability.Files, "prometheus/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	var list []expression
	for _, name := range names {
		raw, err := fs.ReadFile(observability.Files, name)
		require.NoError(t, err)
		var file struct {
			Groups []struct {
				Name  string
				Rules []struct {
					Alert, Expr, For    string
					Labels, Annotations map[string]string
				}
			}
		}
		decoder := yaml.NewDecoder(strings.NewReader(string(raw)))
		decoder.KnownFields(true)
		require.NoError(t, decoder.Decode(&file), name)
		seen := map[string]bool{}
		for _, g := range file.Groups {
			require.NotEmpty(t, g.Name)
			for _, r := range g.Rules {
				require.Regexp(t, `^Nudge[A-Z][A-Za-z]+$`, r.Alert)
				require.False(t, seen[r.Alert], "%s is there twice", r.Alert)
				seen[r.Alert] = true
				require.Contains(t, []string{"info", "warning", "critical"}, r.Labels["severity"], r.Alert)
				require.NotEmpty(t, r.Annotations["summary"], r.Alert)
				require.NotEmpty(t, r.Annotations["description"], r.Alert)
				if r.For != "" {
					_, err := time.ParseDuration(r.For)
					require.NoError(t, err, r.Alert)
				}
				list = append(list, expression{r.Alert, r.Expr})
			}
		}
	}
	return list
}

func panels(t *testing.T) []expression {
	t.Helper()
	names, err := fs.Glob(observability.Files, "grafana/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	var list []expression
	for _, name := range names {
		raw, err := fs.ReadFile(observability.Files, name)
		require.NoError(t, err)
		var dashboard struct {
			Title, UID string
			Panels     []struct {
				ID      int
				Title   string
				GridPos struct{ H, W, X, Y int }
				Targets []struct{ RefID, Expr string }
			}
		}
		require.NoError(t, json.Unmarshal(raw, &dashboard), name)
		require.NotEmpty(t, dashboard.UID)
		ids, places := map[int]bool{}, map[[2]int]bool{}
		for _, p := range dashboard.Panels {
			require.False(t, ids[p.ID], "two panels have the id %d", p.ID)
			place := [2]int{p.GridPos.X, p.GridPos.Y}
			require.False(t, places[place], "%s covers another panel", p.Title)
			require.True(t, p.GridPos.W > 0 && p.GridPos.H > 0 && p.GridPos.X+p.GridPos.W <= 24, p.Title)
			ids[p.ID], places[place] = true, true
			require.NotEmpty(t, p.Targets, p.Title)
			for _, target := range p.Targets {
				list = append(list, expression{p.Title, strings.ReplaceAll(target.Expr, "$__rate_interval", "5m")})
			}
		}
	}
	return list
}

var (
	quoted     = regexp.MustCompile(`"[^"]*"`)
	grouping   = regexp.MustCompile(`\b(by|without|on|ignoring)\s*\(([^)]*)\)`)
	matchers   = regexp.MustCompile(`\{([^}]*)\}`)
	ranges     = regexp.MustCompile(`\[[0-9]+[smhd]\]`)
	identifier = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*`)
	words      = []string{"sum", "max", "min", "rate", "increase", "histogram_quantile", "max_over_time", "min_over_time", "and", "or", "unless"}
	labels     = []string{"le", "nudge_function", "http_response_status_code", "type", "channel", "outcome", "server", "reason"}
)

// Every series that a rule or a panel reads is one of an instrument in shared/telemetry,
// under the name that Prometheus gives it, and every label is one that is set.
func TestEveryExpressionNamesMetricsThatExist(t *testing.T) {
	t.Parallel()
	known := map[string]string{}
	for _, i := range telemetry.Instruments() {
		for _, name := range i.Series() {
			known[name] = i.Name
		}
	}
	used := map[string]bool{}
	for _, e := range slices.Concat(rules(t), panels(t)) {
		require.Equal(t, strings.Count(e.text, "("), strings.Count(e.text, ")"), e.where)
		rest := quoted.ReplaceAllString(e.text, `""`)
		for _, group := range slices.Concat(grouping.FindAllStringSubmatch(rest, -1), matchers.FindAllStringSubmatch(rest, -1)) {
			for _, label := range identifier.FindAllString(group[len(group)-1], -1) {
				require.Contains(t, labels, label, "%s: %s", e.where, e.text)
			}
		}
		rest = ranges.ReplaceAllString(matchers.ReplaceAllString(grouping.ReplaceAllString(rest, ""), ""), "")
		require.NotContains(t, rest, "[", "%s has a range of another form", e.where)
		found := false
		for _, name := range identifier.FindAllString(rest, -1) {
			if slices.Contains(words, name) {
				continue
			}
			require.Contains(t, known, name, "%s: %s", e.where, e.text)
			used[known[name]], found = true, true
		}
		require.True(t, found, "%s reads no metric", e.where)
	}
	for _, i := range telemetry.Instruments() {
		require.True(t, used[i.Name], "%s is measured and nobody looks at it", i.Name)
	}
}

func TestWhatMustNotHappenUnseenHasAnAlert(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for _, e := range rules(t) {
		text.WriteString(e.text + "\n")
	}
	for _, i := range []telemetry.Instrument{
		telemetry.DeadLettersOpen, telemetry.OutboxAge, telemetry.ReminderLateness, telemetry.RemindersOverdue,
		telemetry.Notifications, telemetry.AuditBroken,
	} {
		require.Contains(t, text.String(), i.Series()[0])
	}
}
