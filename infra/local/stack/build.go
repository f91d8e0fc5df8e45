package stack

import (
	"context"
	"path/filepath"
	"time"

	"function/infra/local/build"
	"function/infra/local/progress"
)

// Build makes what a stack runs, and starts nothing.
func Build(ctx context.Context, options Options) error {
	if options.Now == nil {
		options.Now = time.Now
	}
	root, err := projectRoot(options.Root)
	if err != nil {
		return err
	}
	if err := checkNode(ctx); err != nil {
		return err
	}
	out := filepath.Join(root, ".build")
	s := &Stack{
		options: options, tree: build.Tree{Root: root, Out: out}, report: progress.New(options.Out, options.Now),
		paths: paths{log: out}, // the tools' words go beside what they build
	}
	if err := s.do(ctx, s.builds()); err != nil {
		return err
	}
	s.report.Line("built")
	return nil
}
