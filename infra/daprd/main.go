// Command daprd is the Dapr sidecar with only the components that Nudge's
// component files use: the runtime of github.com/dapr/dapr with its own
// command-line flags, so that any other daprd can take its place. It exists
// because the full one takes minutes to build and twice the memory.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/dapr/dapr/cmd/daprd/options"
	"github.com/dapr/dapr/pkg/buildinfo"
	"github.com/dapr/dapr/pkg/healthz"
	"github.com/dapr/dapr/pkg/metrics"
	"github.com/dapr/dapr/pkg/modes"
	"github.com/dapr/dapr/pkg/runtime"
	"github.com/dapr/dapr/pkg/security"
	"github.com/dapr/kit/concurrency"
	"github.com/dapr/kit/logger"
	"github.com/dapr/kit/signals"
)

func main() {
	log := logger.NewLogger("nudge.daprd")
	opts, err := options.New(os.Args[1:])
	if err != nil {
		log.Fatalf("read the flags: %v", err)
	}
	if opts.RuntimeVersion {
		fmt.Println(buildinfo.Version())
		return
	}
	opts.Logger.SetAppID(opts.AppID)
	if err := logger.ApplyOptionsToLoggers(&opts.Logger); err != nil {
		log.Fatalf("set up logging: %v", err)
	}
	if err := run(signals.Context(), opts, log); err != nil {
		log.Fatalf("daprd stopped: %v", err)
	}
}

// run serves until ctx ends or a part of the runtime fails.
func run(ctx context.Context, opts *options.Options, log logger.Logger) error {
	health := healthz.New()
	provider, err := security.New(ctx, security.Options{
		SentryAddress:           opts.SentryAddress,
		ControlPlaneTrustDomain: opts.ControlPlaneTrustDomain,
		ControlPlaneNamespace:   opts.ControlPlaneNamespace,
		TrustAnchors:            opts.TrustAnchors,
		AppID:                   opts.AppID,
		MTLSEnabled:             opts.EnableMTLS,
		Mode:                    modes.DaprMode(opts.Mode),
		Healthz:                 health,
		JwtAudiences:            opts.SentryRequestJwtAudiences,
	})
	if err != nil {
		return fmt.Errorf("set up security: %w", err)
	}
	return concurrency.NewRunnerManager(provider.Run, func(ctx context.Context) error {
		handler, err := provider.Handler(ctx)
		if err != nil {
			return fmt.Errorf("wait for the identity: %w", err)
		}
		config := runtimeConfig(opts)
		config.Registry = newRegistry(log)
		config.Security = handler
		config.Healthz = health
		config.Metrics = metrics.Options{
			Enabled:       opts.Metrics.Enabled(),
			Log:           log,
			Port:          opts.Metrics.Port(),
			Namespace:     metrics.DefaultMetricNamespace,
			Healthz:       health,
			ListenAddress: opts.Metrics.ListenAddress(),
		}
		sidecar, err := runtime.FromConfig(ctx, config)
		if err != nil {
			return fmt.Errorf("read the configuration: %w", err)
		}
		return sidecar.Run(ctx)
	}).Run(ctx)
}
