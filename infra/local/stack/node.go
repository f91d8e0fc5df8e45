package stack

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// The oldest Node that the page's tools run on.
const nodeMajor, nodeMinor = 20, 19

func checkNode(ctx context.Context) error {
	const get = "install Node.js 20.19 or newer from https://nodejs.org (or your package manager) and run ./task up again"
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%s is not installed, and Nudge's page and sign-in server need it: %s", program, get)
		}
	}
	out, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return fmt.Errorf("node --version failed (%w): %s", err, get)
	}
	major, minor, err := nodeVersion(string(out))
	if err != nil {
		return err
	}
	if major < nodeMajor || major == nodeMajor && minor < nodeMinor {
		return fmt.Errorf("node is version %d.%d here, which is too old: %s", major, minor, get)
	}
	return nil
}

// nodeVersion reads "v20.20.2".
func nodeVersion(text string) (major, minor int, err error) {
	parts := strings.Split(strings.TrimPrefix(strings.TrimSpace(text), "v"), ".")
	if len(parts) < 2 {
		return 0, 0, fmt.Errorf("unreadable answer of node --version: %q", text)
	}
	major, majorErr := strconv.Atoi(parts[0])
	minor, minorErr := strconv.Atoi(parts[1])
	if err := errors.Join(majorErr, minorErr); err != nil {
		return 0, 0, fmt.Errorf("unreadable answer of node --version: %q", text)
	}
	return major, minor, nil
}
