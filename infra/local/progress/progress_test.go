package progress_test

import (
	"bytes"
	"testing"
	"time"

	"function/infra/local/progress"

	"github.com/stretchr/testify/require"
)

func TestStepsAndHeartbeat(t *testing.T) {
	var out bytes.Buffer
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	reporter := progress.New(&out, func() time.Time { return now })
	daprd, page := reporter.Step("daprd"), reporter.Step("page")
	now = now.Add(8 * time.Second)
	ticks := make(chan time.Time, 2)
	ticks <- now
	ticks <- now
	close(ticks)
	reporter.Heartbeat(ticks, map[string]string{"daprd": "built once"})
	now = now.Add(4 * time.Second)
	page.Done("built")
	daprd.Drop()
	reporter.Line("http://localhost:%d", 8787)
	require.Equal(t, "    8.0s  … daprd (8.0 s): built once, page (8.0 s)\n"+
		"    8.0s  … daprd (8.0 s), page (8.0 s)\n"+
		"   12.0s  page: built (12 s)\n"+
		"   12.0s  http://localhost:8787\n", out.String())
}
