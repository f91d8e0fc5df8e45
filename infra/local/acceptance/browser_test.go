package acceptance_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The main job in a real browser: frontend/e2e against the stack. It also takes the
// README's pictures where UPDATE_SCREENSHOTS is set.
func TestTheMainJobInABrowser(t *testing.T) {
	status := theStack(t)
	run := exec.CommandContext(t.Context(), "npm", "run", "--silent", "e2e")
	run.Dir = filepath.Join("..", "..", "..", "frontend")
	run.Env = append(os.Environ(), "NUDGE_URL="+status.Address, "NO_COLOR=1")
	var out bytes.Buffer
	run.Stdout, run.Stderr = &out, &out
	err := run.Run()
	t.Log(out.String())
	require.NoError(t, err)
}
