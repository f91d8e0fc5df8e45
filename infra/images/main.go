// Command images builds the images that func does not, without a container engine, and
// pushes them: the page, the sign-in server and the migrations. It prints one line for
// each, its name and its reference by digest. Who has a container engine finds the same
// in frontend/Dockerfile and frontend/auth/Dockerfile.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"function/infra/local/build"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

// builder makes images of one source tree for one registry.
type builder struct {
	tree          build.Tree
	registry      string
	insecure      bool
	architectures []string
	modified      time.Time // of the last commit: the same sources, the same image
	log           io.Writer
}

func run(ctx context.Context) error {
	root := flag.String("root", ".", "the source tree")
	registry := flag.String("registry", "", "registry and path in it")
	insecure := flag.Bool("registry-insecure", false, "the registry speaks plain HTTP")
	architectures := flag.String("architectures", "amd64,arm64", "of the cluster's nodes")
	which := flag.String("images", "page,auth,migrate", "which to build")
	flag.Parse()
	absolute, err := filepath.Abs(*root)
	if err != nil {
		return err
	}
	if *registry == "" || flag.NArg() > 0 {
		return errors.New("say where the images go: -registry=ghcr.io/you")
	}
	b := builder{
		tree: build.Tree{Root: absolute, Out: filepath.Join(absolute, ".build")}, registry: *registry, insecure: *insecure,
		architectures: strings.Split(*architectures, ","), log: os.Stderr,
	}
	if b.modified, err = lastCommit(ctx, absolute); err != nil {
		return err
	}
	makers := map[string]func(context.Context) (pushable, error){"page": b.page, "auth": b.auth, "migrate": b.migrate}
	for _, image := range strings.Split(*which, ",") {
		maker, known := makers[image]
		if !known {
			return fmt.Errorf("%q is no image of page, auth and migrate", image)
		}
		made, err := maker(ctx)
		if err != nil {
			return fmt.Errorf("the image %s: %w", image, err)
		}
		reference, err := b.push(ctx, "nudge-"+image, made)
		if err != nil {
			return fmt.Errorf("push the image %s: %w", image, err)
		}
		fmt.Println(image, reference)
	}
	return nil
}

// lastCommit is when what the images hold was last changed.
func lastCommit(ctx context.Context, root string) (time.Time, error) {
	git := exec.CommandContext(ctx, "git", "log", "-1", "--format=%ct", "--", "frontend", "infra/images", "infra/migrate", "shared/postgres")
	git.Dir = root
	output, err := git.Output()
	if err != nil {
		return time.Time{}, fmt.Errorf("ask git for the last commit: %w", err)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(output)), 10, 64)
	return time.Unix(seconds, 0).UTC(), err
}

// build makes a target of the laptop's runner, unless it is fresh.
func (b builder) build(ctx context.Context, target build.Target) error {
	if b.tree.Fresh(target) {
		return nil
	}
	_, _ = fmt.Fprintf(b.log, "building the %s\n", target.Name)
	var said bytes.Buffer
	if err := b.tree.Build(ctx, target, &said); err != nil {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(said.String()))
	}
	return nil
}

// goProgram compiles a program for an architecture, with the functions' own flags, so
// that what they have in common is compiled once.
func (b builder) goProgram(ctx context.Context, dir, pkg, program, architecture string) (string, error) {
	output := filepath.Join(b.tree.Out, "images", program+"-"+architecture)
	compiler := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s", "-o", output, pkg)
	compiler.Dir = filepath.Join(b.tree.Root, dir)
	compiler.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+architecture, "GOWORK=off", "GOFLAGS=")
	if said, err := compiler.CombinedOutput(); err != nil {
		return "", fmt.Errorf("compile %s for %s: %w: %s", program, architecture, err, strings.TrimSpace(string(said)))
	}
	return output, nil
}

// config is what an image says of the program in it.
func (b builder) config(architecture string, entrypoint ...string) *v1.ConfigFile {
	return &v1.ConfigFile{
		Architecture: architecture, OS: "linux", Created: v1.Time{Time: b.modified},
		Config: v1.Config{User: "65532:65532", WorkingDir: "/", Entrypoint: entrypoint},
		RootFS: v1.RootFS{Type: "layers"},
	}
}

// single is an image for one architecture.
func (b builder) single(config *v1.ConfigFile, contents ...files) (v1.Image, error) {
	image, err := mutate.ConfigFile(mutate.MediaType(empty.Image, types.OCIManifestSchema1), config)
	if err != nil {
		return nil, err
	}
	image = mutate.ConfigMediaType(image, types.OCIConfigJSON)
	for _, content := range contents {
		made, err := layer(content, b.modified)
		if err != nil {
			return nil, err
		}
		if image, err = mutate.Append(image, mutate.Addendum{Layer: made, MediaType: types.OCILayer, History: v1.History{Created: v1.Time{Time: b.modified}}}); err != nil {
			return nil, err
		}
	}
	return image, nil
}

// pushable is an image, or an index of several.
type pushable struct {
	image v1.Image
	index v1.ImageIndex
}

// forEach makes an index of one image for each architecture.
func (b builder) forEach(make func(architecture string) (v1.Image, error)) (pushable, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, architecture := range b.architectures {
		image, err := make(architecture)
		if err != nil {
			return pushable{}, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: architecture}},
		})
	}
	return pushable{index: index}, nil
}

func (b builder) page(ctx context.Context) (pushable, error) {
	if err := errors.Join(b.build(ctx, b.tree.PagePackages()), b.build(ctx, b.tree.Page())); err != nil {
		return pushable{}, err
	}
	page := files{}
	if err := page.addTree(filepath.Join(b.tree.Root, "frontend", "dist"), "app/page", nil); err != nil {
		return pushable{}, err
	}
	return b.forEach(func(architecture string) (v1.Image, error) {
		program, err := b.goProgram(ctx, "infra/images", "./page", "page", architecture)
		if err != nil {
			return nil, err
		}
		return b.single(b.config(architecture, "/app/serve"), files{"app/serve": program}, page)
	})
}

func (b builder) migrate(ctx context.Context) (pushable, error) {
	return b.forEach(func(architecture string) (v1.Image, error) {
		program, err := b.goProgram(ctx, ".", "./infra/migrate", "migrate", architecture)
		if err != nil {
			return nil, err
		}
		return b.single(b.config(architecture, "/app/migrate"), files{"app/migrate": program}, authorities())
	})
}

// auth is for this machine's architecture only: its Node.js is this machine's.
func (b builder) auth(ctx context.Context) (pushable, error) {
	runtime, architecture, err := node()
	if err != nil {
		return pushable{}, err
	}
	for _, wanted := range b.architectures {
		if wanted != architecture && len(b.architectures) == 1 {
			return pushable{}, fmt.Errorf("this machine's Node.js is for %s, the cluster's nodes are %s: build frontend/auth/Dockerfile with a container engine, and deploy with AUTH_IMAGE=…", architecture, wanted)
		}
	}
	if err := b.build(ctx, b.tree.SignIn()); err != nil {
		return pushable{}, err
	}
	server := files{}
	err = server.addTree(filepath.Join(b.tree.Root, "frontend", "auth"), "app", func(name string) bool {
		return strings.HasPrefix(name, ".") || name == "Dockerfile" || strings.HasSuffix(name, ".md") || strings.HasSuffix(name, ".map") || strings.HasSuffix(name, ".d.ts") || strings.HasSuffix(name, ".d.mts")
	})
	if err != nil {
		return pushable{}, err
	}
	config := b.config(architecture, "/usr/bin/node", "server.js")
	config.Config.WorkingDir = "/app"
	config.Config.Env = []string{"NODE_ENV=production", "HOST=0.0.0.0", "PORT=8080"}
	image, err := b.single(config, runtime, server, authorities())
	return pushable{image: image}, err
}

// authorities are the certificates that this machine trusts: a database may show one that
// they signed.
func authorities() files {
	const bundle = "etc/ssl/certs/ca-certificates.crt"
	if _, err := os.Stat("/" + bundle); err != nil {
		return files{}
	}
	return files{bundle: "/" + bundle}
}

func (b builder) push(ctx context.Context, image string, made pushable) (string, error) {
	options := []name.Option{name.WeakValidation}
	if b.insecure {
		options = append(options, name.Insecure)
	}
	tag, err := name.NewTag(b.registry+"/"+image+":latest", options...)
	if err != nil {
		return "", err
	}
	with := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)}
	var digest v1.Hash
	if made.image != nil {
		err = remote.Write(tag, made.image, with...)
		if err == nil {
			digest, err = made.image.Digest()
		}
	} else {
		err = remote.WriteIndex(tag, made.index, with...)
		if err == nil {
			digest, err = made.index.Digest()
		}
	}
	return tag.Context().Name() + "@" + digest.String(), err
}
