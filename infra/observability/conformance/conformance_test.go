// Package conformance has Prometheus itself read the alert rules, and every expression
// of the dashboard. It is a module of its own, so that what Prometheus needs stays here.
package conformance_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"
)

func files(t *testing.T, pattern string) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", pattern))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	found := map[string][]byte{}
	for _, name := range names {
		found[name], err = os.ReadFile(name)
		require.NoError(t, err)
	}
	return found
}

// What `promtool check rules` says.
func TestPrometheusTakesTheRules(t *testing.T) {
	for name, text := range files(t, "prometheus/*.yaml") {
		groups, errs := rulefmt.Parse(text, false)
		require.Empty(t, errs, name)
		require.NotEmpty(t, groups.Groups, name)
	}
	_, errs := rulefmt.Parse([]byte("groups: [{name: n, rules: [{alert: A, expr: 'sum(rate(x[5m])'}]}]"), false)
	require.NotEmpty(t, errs, "a slip of the pen is found")
}

func TestPrometheusReadsEveryPanel(t *testing.T) {
	read := 0
	for name, text := range files(t, "grafana/*.json") {
		var dashboard struct {
			Panels []struct {
				Title   string
				Targets []struct{ Expr string }
			}
		}
		require.NoError(t, json.Unmarshal(text, &dashboard), name)
		for _, panel := range dashboard.Panels {
			for _, target := range panel.Targets {
				// Grafana fills this in.
				_, err := parser.ParseExpr(strings.ReplaceAll(target.Expr, "$__rate_interval", "5m"))
				require.NoError(t, err, "%s: %s", panel.Title, target.Expr)
				read++
			}
		}
	}
	require.Positive(t, read)
}
