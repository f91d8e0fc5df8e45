// Command deploy builds Nudge's image and puts it on a Kubernetes cluster with Knative
// and Dapr: ./task build, ./task deploy, ./task undeploy.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"function/infra/deploy/cluster"
	"function/infra/deploy/command"
	"function/infra/deploy/funccli"
	"function/infra/deploy/image"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "nudge:", err)
		os.Exit(1)
	}
}

// settings are what a person may say.
type settings struct {
	registry string
	insecure bool
	push     bool
	auth     string // an image of the sign-in server, built elsewhere
	target   cluster.Target
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("say what to do: build, deploy, undeploy or func")
	}
	s, err := parse(args[0], args[1:])
	if err != nil {
		return err
	}
	switch args[0] {
	case "func":
		_, err := funccli.Program(ctx, command.Exec, s.target.Root, os.Stderr)
		return err
	case "build":
		return s.build(ctx)
	case "deploy":
		return s.deploy(ctx)
	case "undeploy":
		return s.target.Undeploy(ctx)
	default:
		return fmt.Errorf("%q is not known: build, deploy, undeploy or func", args[0])
	}
}

func parse(name string, args []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.StringVar(&s.registry, "registry", "", "registry and path in it, such as ghcr.io/you")
	flags.BoolVar(&s.insecure, "registry-insecure", false, "the registry speaks plain HTTP")
	flags.BoolVar(&s.push, "push", false, "push the built image")
	flags.StringVar(&s.target.Namespace, "namespace", "nudge", "namespace of the cluster")
	flags.StringVar(&s.target.Issuer, "tls-issuer", "", "cert-manager's ClusterIssuer for the address")
	flags.StringVar(&s.auth, "auth-image", "", "image of the sign-in server, by digest, if it is built elsewhere")
	flags.StringVar(&s.target.Overlay, "overlay", "kafka", "folder of infra/kubernetes/overlays")
	root := flags.String("root", ".", "the source tree")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("%q is one argument too many", flags.Arg(0))
	}
	absolute, err := filepath.Abs(*root)
	s.target.Root, s.target.Run, s.target.Log = absolute, command.Exec, os.Stderr
	return s, err
}

func (s settings) build(ctx context.Context) error {
	registry, err := image.ParseRegistry(s.registry, s.insecure)
	if err != nil {
		return err
	}
	if s.push {
		if err := registry.Check(ctx); err != nil {
			return err
		}
	}
	_, _, err = s.image(ctx, registry, s.push)
	return err
}

// image builds the image and reports it on the standard output.
func (s settings) image(ctx context.Context, registry image.Registry, push bool) (built image.Image, cli string, err error) {
	cli, err = funccli.Program(ctx, command.Exec, s.target.Root, os.Stderr)
	if err != nil {
		return image.Image{}, "", err
	}
	built, err = image.Build(ctx, image.Options{Root: s.target.Root, Func: cli, Registry: registry, Push: push, Run: command.Exec, Log: os.Stderr})
	if err == nil {
		built.Report(os.Stdout)
	}
	return built, cli, err
}

// deploy finds everything that would go wrong before it begins.
func (s settings) deploy(ctx context.Context) error {
	if err := s.target.Reachable(ctx); err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	lacks := s.target.Check(ctx)
	registry, err := image.ParseRegistry(s.registry, s.insecure)
	if err == nil {
		err = registry.Check(ctx)
	}
	if err != nil {
		lacks = append(lacks, err)
	}
	if len(lacks) > 0 {
		return fmt.Errorf("nothing was changed: %w", errors.Join(lacks...))
	}
	built, cli, err := s.image(ctx, registry, true)
	if err != nil {
		return err
	}
	images, err := s.others(ctx, registry)
	if err != nil {
		return err
	}
	return s.target.Deploy(ctx, cli, built.Reference, images)
}

// others builds what is no function, for the machines that the cluster has.
func (s settings) others(ctx context.Context, registry image.Registry) (cluster.Images, error) {
	names := []string{"page", "migrate"}
	if s.auth == "" {
		names = append(names, "auth")
	}
	references, err := image.Others(ctx, command.Exec, s.target.Root, registry, s.target.Architectures(ctx), names, os.Stderr)
	if err != nil {
		return cluster.Images{}, err
	}
	if s.auth != "" {
		references["auth"] = s.auth
	}
	return cluster.Images{Page: references["page"], Auth: references["auth"], Migrate: references["migrate"]}, nil
}
