package image

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"function/infra/deploy/command"
)

// layout writes what func leaves: an OCI image layout of two platforms, and a name.
func layout(t *testing.T, dir, reference string) {
	t.Helper()
	write := func(name, text string) {
		path := filepath.Join(dir, ".func", name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	write("built-image", reference)
	write("builds/last/oci/index.json", `{"manifests":[
		{"digest":"sha256:aa","size":1000,"platform":{"os":"linux","architecture":"amd64"}},
		{"digest":"sha256:bb","size":2000,"platform":{"os":"linux","architecture":"arm","variant":"v7"}}]}`)
	write("builds/last/oci/blobs/sha256/aa", `{"config":{"size":20},"layers":[{"size":3},{"size":400}]}`)
	write("builds/last/oci/blobs/sha256/bb", `{"config":{"size":20},"layers":[{"size":31457280}]}`)
}

func TestSizesAreOfAllThatIsFetched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	layout(t, dir, "localhost:5000/fn/nudge@sha256:cc\n")
	image, err := read(dir)
	require.NoError(t, err)
	require.Equal(t, Image{
		Reference: "localhost:5000/fn/nudge@sha256:cc", Digest: "sha256:cc",
		Platforms: []Platform{{"linux/amd64", 1423}, {"linux/arm/v7", 31459300}},
	}, image)
	var report bytes.Buffer
	image.Report(&report)
	require.Contains(t, report.String(), "linux/arm/v7   30.0 MB compressed (more than the 30 MB")
}

func TestNoImageNoReport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := read(dir)
	require.ErrorContains(t, err, "func left no image")
	layout(t, dir, "x")
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".func/builds/last/oci/index.json"), []byte(`{}`), 0o600))
	_, err = read(dir)
	require.ErrorContains(t, err, "without a platform")
}

// The same sources for the same registry are built once; an image that was not pushed
// is not taken for one that is.
func TestSameSourcesAreBuiltOnce(t *testing.T) {
	t.Parallel()
	root, builds := repository(t), 0
	build := func(registry string, push bool) Image {
		parsed, err := ParseRegistry(registry, false)
		require.NoError(t, err)
		run := func(ctx context.Context, c command.Command) ([]byte, error) {
			if c.Name != "func" {
				return command.Exec(ctx, c)
			}
			builds++
			reference := registry + "/nudge:latest"
			if push {
				require.Contains(t, c.Args, "--push")
				reference = registry + "/nudge@sha256:cc"
			}
			require.True(t, filepath.IsAbs(c.Args[2]), "func fails with a relative path")
			require.FileExists(t, filepath.Join(c.Args[2], "function.go"))
			layout(t, c.Args[2], reference)
			return nil, nil
		}
		image, err := Build(t.Context(), Options{Root: root, Func: "func", Registry: parsed, Push: push, Run: run, Log: t.Output()})
		require.NoError(t, err)
		return image
	}
	require.False(t, build("ghcr.io/a", false).Reused)
	require.True(t, build("ghcr.io/a", false).Reused)
	require.False(t, build("ghcr.io/a", true).Reused, "not pushed yet")
	require.True(t, build("ghcr.io/a", true).Reused)
	require.False(t, build("ghcr.io/b", true).Reused)
	require.Equal(t, 3, builds)
}

func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"func.yaml", "function.go", "go.mod", "go.sum", "functions/a.go", "shared/a.go", "eventing/a.go"} {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(name), 0o600))
	}
	for _, args := range [][]string{
		{"init", "--quiet"}, {"add", "."},
		{"-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--no-gpg-sign", "--message=first"},
	} {
		_, err := command.Exec(t.Context(), command.Command{Name: "git", Args: args, Dir: root})
		require.NoError(t, err)
	}
	return root
}
