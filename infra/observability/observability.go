// Package observability holds what watches a running Nudge: alert rules for Prometheus
// and a dashboard for Grafana.
package observability

import "embed"

// Files are prometheus/*.yaml and grafana/*.json.
//
//go:embed prometheus/*.yaml grafana/*.json
var Files embed.FS
