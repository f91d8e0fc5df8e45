package stack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"function/eventing"
	"function/infra/local/bridge"
	"function/infra/local/broker"
	"function/infra/local/gateway"
	"function/infra/local/mail"
	"function/infra/local/supervise"
)

// The names of the supervised parts, as progress lines and status.json show them.
const (
	unitPostgres  = "postgres"
	unitKafka     = "kafka"
	unitBridge    = "events"
	unitMail      = "mail"
	unitAuth      = "auth"
	unitDaprd     = "daprd"
	unitFunctions = "functions"
	unitGateway   = "gateway"
	unitVite      = "vite"
)

func local(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

func localURL(port int) *url.URL { return &url.URL{Scheme: "http", Host: local(port)} }

// add starts a unit, keeps status.json in step with it and says how long the
// first start took.
func (s *Stack) add(ctx context.Context, name, address, about string, start func(context.Context) (supervise.Running, error)) error {
	step := s.report.Step(name)
	defer step.Drop()
	err := s.supervisor.Add(ctx, supervise.Unit{Name: name, Start: func(ctx context.Context) (supervise.Running, error) {
		run, err := start(ctx)
		if err != nil {
			return nil, err
		}
		service := Service{Address: address, Log: filepath.Join(s.paths.log, name+".log")}
		if process, ok := run.(interface{ PID() int }); ok {
			service.PID = process.PID()
		}
		s.status.up(name, service)
		return run, nil
	}})
	if err != nil {
		return err
	}
	step.Done("%s", about)
	return nil
}

// process is a part that is a program: its log is a file, it is ready when its
// address answers.
func (s *Stack) process(name string, health *url.URL, p supervise.Process) func(context.Context) (supervise.Running, error) {
	return func(ctx context.Context) (supervise.Running, error) {
		log, err := s.log(name)
		if err != nil {
			return nil, err
		}
		p := p
		p.Log, p.Ready = log, func(ctx context.Context) error { return healthy(ctx, health) }
		run, err := p.Start(ctx)
		if err != nil {
			return nil, errors.Join(err, log.Close())
		}
		go func() { // the file is the run's
			<-run.Done()
			_ = log.Close()
		}()
		return run, nil
	}
}

// healthClient keeps no connections: a part may be another process next time.
var healthClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// healthy says whether an address answers with a status of success.
func healthy(ctx context.Context, address *url.URL) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return err
	}
	response, err := healthClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s answered %s", address, response.Status)
	}
	return nil
}

func (s *Stack) runMail(ctx context.Context) error {
	logger, err := s.logger(unitMail)
	if err != nil {
		return err
	}
	address := local(s.ports.smtp)
	return s.add(ctx, unitMail, address, "catching mail in "+s.paths.mail, func(ctx context.Context) (supervise.Running, error) {
		return mail.Start(ctx, mail.Options{
			Dir: s.paths.mail, Address: address, Now: s.options.Now, Log: logger, Caught: func(l mail.Letter) {
				s.report.Line("mail to %s: %s (%s)", strings.Join(l.To, ", "), l.Subject, l.File)
				logger.Info("caught", "file", l.File)
			},
		})
	})
}

// runKafka runs the broker in this process, unless a real one was named.
func (s *Stack) runKafka(ctx context.Context) error {
	if len(s.brokers) > 0 {
		s.report.Line("kafka: using %s", strings.Join(s.brokers, ", "))
		return nil
	}
	logger, err := s.logger(unitKafka)
	if err != nil {
		return err
	}
	s.brokers = []string{local(s.ports.kafka)}
	return s.add(ctx, unitKafka, s.brokers[0], "in this process", func(ctx context.Context) (supervise.Running, error) {
		kafka, err := broker.Start(broker.Options{Dir: filepath.Join(s.paths.data, "kafka"), Port: s.ports.kafka, Log: logger})
		if err != nil {
			return nil, err
		}
		return supervise.Routine(ctx, func(ctx context.Context) error {
			<-ctx.Done()
			return kafka.Close()
		}), nil
	})
}

// runBridge runs the event bridge: its ingress is what K_SINK names.
func (s *Stack) runBridge(ctx context.Context) error {
	logger, err := s.logger(unitBridge)
	if err != nil {
		return err
	}
	return s.add(ctx, unitBridge, localURL(s.ports.bridge).String(), "carrying events as eventing/ says", func(ctx context.Context) (supervise.Running, error) {
		events, err := bridge.New(bridge.Options{
			Manifests: eventing.Manifests(), Brokers: s.brokers, Namespace: namespace, Resolve: s.resolve, Log: logger,
		})
		if err != nil {
			return nil, err
		}
		listener, err := listen(ctx, local(s.ports.bridge))
		if err != nil {
			return nil, err
		}
		run := supervise.Routine(ctx, func(ctx context.Context) error {
			ingress := serve(ctx, events.Handler(), logger, listener)
			defer ingress.Stop()
			return events.Run(ctx)
		})
		select {
		case <-events.Ready():
			return run, nil
		case <-run.Done():
			return nil, run.Err()
		case <-ctx.Done():
			run.Stop()
			return nil, ctx.Err()
		}
	})
}

// namespace is the Kubernetes namespace that the manifests are read for.
const namespace = "nudge"

// resolve finds the address of a Knative Service: all are one process here.
func (s *Stack) resolve(ref bridge.Ref, uri string) (string, error) {
	switch {
	case ref.Kind == "Service" && strings.HasPrefix(ref.Name, "nudge-"):
		return localURL(s.ports.functions).String() + uri, nil
	case ref.Kind == "Broker":
		return fmt.Sprintf("%s/%s/%s%s", localURL(s.ports.bridge), namespace, ref.Name, uri), nil
	}
	return "", fmt.Errorf("the manifests name a %s %s, which the laptop does not run", ref.Kind, ref.Name)
}

func (s *Stack) runAuth(ctx context.Context) error {
	node, err := exec.LookPath("node")
	if err != nil {
		return err
	}
	health := localURL(s.ports.auth)
	health.Path = "/api/auth/ok"
	return s.add(ctx, unitAuth, localURL(s.ports.auth).String(), "signing people in", s.process(unitAuth, health, supervise.Process{
		Path: node, Args: []string{"server.js"}, Dir: filepath.Join(s.tree.Root, "frontend", "auth"),
		Env: environment([]string{"NODE_OPTIONS"}, map[string]string{
			"HOST": "127.0.0.1", "PORT": strconv.Itoa(s.ports.auth), "NODE_ENV": "production",
			"DATABASE_URL":       s.postgres.url(roleAuth),
			"BETTER_AUTH_SECRET": s.secrets.Auth.BetterAuthSecret, "BETTER_AUTH_URL": s.address,
			"AUTH_ISSUER": s.address, "AUTH_AUDIENCE": audience, "AUTH_TRUSTED_ORIGINS": s.address,
		}),
	}))
}

// audience is whom the tokens are for.
const audience = "nudge"

func (s *Stack) runFunctions(ctx context.Context) error {
	health := localURL(s.ports.functions)
	health.Path = "/health/readiness"
	own := localURL(s.ports.functions).String()
	return s.add(ctx, unitFunctions, own, "serving", s.process(unitFunctions, health, supervise.Process{
		Path: s.tree.Functions().Output, Dir: s.paths.run,
		Env: environment(
			// What another project left in the shell must not win over the secret store.
			[]string{"DATABASE_URL", "DATABASE_READ_URL", "KEYSET", "AUDIT_SIGNING_KEY", "VAPID_PRIVATE_KEY", "PORT", "ADDRESS", "CAPABILITY", "K_SERVICE", "K_CE_OVERRIDES"},
			map[string]string{
				"LISTEN_ADDRESS": local(s.ports.functions), "SELF_URL": own,
				"K_SINK":             fmt.Sprintf("%s/%s/default", localURL(s.ports.bridge), namespace),
				"DAPR_HTTP_ENDPOINT": s.ports.dapr.HTTPEndpoint(), "DAPR_GRPC_ENDPOINT": s.ports.dapr.GRPCEndpoint(), "DAPR_API_TOKEN": s.daprToken,
				"AUTH_ISSUER": s.address, "AUTH_AUDIENCE": audience,
				// Through the sidecar: its resiliency policies hold for this call.
				"AUTH_JWKS_URL": s.ports.dapr.HTTPEndpoint() + "/v1.0/invoke/auth/method/api/auth/jwks",
			}),
	}))
}

func (s *Stack) runGateway(ctx context.Context) error {
	logger, err := s.logger(unitGateway)
	if err != nil {
		return err
	}
	page := gateway.Static(os.DirFS(filepath.Join(s.tree.Root, "frontend", "dist")))
	if s.options.Dev {
		page = gateway.Vite(localURL(s.ports.vite), logger)
	}
	handler := gateway.New(gateway.Options{
		Auth: localURL(s.ports.auth), Functions: localURL(s.ports.functions), Page: page,
		Mail: mail.Box(s.paths.mail), Hosts: []string{"localhost", "127.0.0.1", "::1"}, Log: logger,
	})
	listeners := s.listeners // taken when the stack was opened; a later run listens anew
	return s.add(ctx, unitGateway, s.address, "page, API and chat at "+s.address, func(ctx context.Context) (supervise.Running, error) {
		if listeners == nil {
			if err := s.listen(ctx); err != nil {
				return nil, err
			}
			listeners = s.listeners
		}
		run := serve(ctx, handler, logger, listeners...)
		listeners, s.listeners = nil, nil
		return run, nil
	})
}

// serve runs an HTTP server on the listeners. Streams may last: nothing but the
// header has a time limit.
func serve(ctx context.Context, handler http.Handler, logger *slog.Logger, listeners ...net.Listener) supervise.Running {
	return supervise.Routine(ctx, func(ctx context.Context) error {
		server := &http.Server{
			Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
			ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		}
		ended := make(chan error, len(listeners))
		for _, listener := range listeners {
			go func() { ended <- server.Serve(listener) }()
		}
		select {
		case err := <-ended:
			return errors.Join(err, server.Close())
		case <-ctx.Done():
			return server.Close() // streams would hold a graceful end up for minutes
		}
	})
}
