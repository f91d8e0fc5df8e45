package stack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Clean removes all data and all that was built. It refuses while a stack runs on
// the data, and removes no folder that does not look like a stack's.
func Clean(options Options) error {
	root, err := filepath.Abs(options.Root)
	if err != nil {
		return err
	}
	data := options.Data
	if data == "" {
		data = filepath.Join(root, ".nudge")
	}
	if err := cleanData(data); err != nil {
		return err
	}
	built := filepath.Join(root, ".build")
	if err := os.RemoveAll(built); err != nil {
		return fmt.Errorf("remove what was built: %w", err)
	}
	_, _ = fmt.Fprintf(options.Out, "removed %s and %s\n", data, built)
	return nil
}

func cleanData(data string) error {
	entries, err := os.ReadDir(data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove the data: %w", err)
	}
	run := filepath.Join(data, "run")
	if _, err := os.Stat(run); len(entries) > 0 && err != nil {
		return fmt.Errorf("%s does not look like Nudge's data folder (it has no folder run): remove it yourself if it is", data)
	}
	unlock, err := lock(paths{data: data, run: run})
	if err != nil {
		return err
	}
	defer unlock()
	if err := os.RemoveAll(data); err != nil {
		return fmt.Errorf("remove the data: %w", err)
	}
	return nil
}
