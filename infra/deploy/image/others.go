package image

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"function/infra/deploy/command"
)

// Others builds and pushes the images that are no functions, by infra/images, and gives
// their references by name: page, auth and migrate. Those of names are built.
func Others(ctx context.Context, run command.Run, root string, registry Registry, architectures, names []string, log io.Writer) (map[string]string, error) {
	program := filepath.Join(root, ".build", "bin", "images")
	_, err := run(ctx, command.Command{
		Name: "go", Args: []string{"build", "-o", program, "."}, Dir: filepath.Join(root, "infra", "images"), Env: []string{"GOWORK=off", "GOFLAGS="},
	})
	if err != nil {
		return nil, fmt.Errorf("build infra/images: %w", err)
	}
	output, err := run(ctx, command.Command{Name: program, Log: log, Args: []string{
		"-root", root, "-registry", registry.Name, "-registry-insecure=" + strconv.FormatBool(registry.Insecure),
		"-architectures", strings.Join(architectures, ","), "-images", strings.Join(names, ","),
	}})
	if err != nil {
		return nil, err
	}
	references := map[string]string{}
	for line := range strings.Lines(string(output)) {
		name, reference, _ := strings.Cut(strings.TrimSpace(line), " ")
		references[name] = reference
	}
	return references, nil
}
