// Package sidecar prepares and starts daprd on a laptop and in tests: it finds
// or builds the program, fills in the resource files of infra/dapr/local and
// knows the command line.
package sidecar

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"function/infra/dapr/local"
)

// Values are what the resource files need to know of this run.
type Values struct {
	// SecretsFile is the path of the JSON file of the secret store.
	SecretsFile string
	// SMTPHost and SMTPPort are where mail goes.
	SMTPHost string
	SMTPPort int
	// AuthURL is the base address of the sign-in server.
	AuthURL string
}

// Render writes config.yaml and resources/*.yaml below dir, which belongs to
// it: resource files of an earlier run are removed.
func Render(dir string, values Values) error {
	replacements := map[string]string{
		"NUDGE_SECRETS_FILE": values.SecretsFile,
		"SMTP_HOST":          values.SMTPHost,
		"SMTP_PORT":          fmt.Sprint(values.SMTPPort),
		"AUTH_URL":           values.AuthURL,
	}
	if err := os.RemoveAll(filepath.Join(dir, "resources")); err != nil {
		return fmt.Errorf("render Dapr's resources: %w", err)
	}
	return fs.WalkDir(local.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(path))
		if entry.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		template, err := fs.ReadFile(local.Files, path)
		if err != nil {
			return err
		}
		text, err := expand(string(template), replacements)
		if err != nil {
			return fmt.Errorf("render %s: %w", path, err)
		}
		return os.WriteFile(target, []byte(text), 0o600)
	})
}

// expand replaces every ${NAME}. A name without a value is an error: the
// sidecar would only say that a component does not work.
func expand(template string, values map[string]string) (string, error) {
	var missing []string
	text := os.Expand(template, func(name string) string {
		value := values[name]
		if value == "" || value == "0" {
			missing = append(missing, name)
		}
		return escape(value)
	})
	if len(missing) > 0 {
		slices.Sort(missing)
		return "", fmt.Errorf("no value for %s", strings.Join(slices.Compact(missing), ", "))
	}
	return text, nil
}

// escape makes a value safe inside a double-quoted YAML text.
func escape(value string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(value)
}
