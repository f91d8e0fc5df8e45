package sidecar

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"time"
)

// Address is the only host the sidecar listens on.
const Address = "127.0.0.1"

// Ports are the three that one sidecar needs.
type Ports struct {
	HTTP, GRPC, Internal int
}

// Args is the command line for the files that Render wrote to dir.
func Args(dir string, ports Ports) []string {
	return []string{
		"--app-id", "nudge",
		"--mode", "standalone",
		"--config", filepath.Join(dir, "config.yaml"),
		"--resources-path", filepath.Join(dir, "resources"),
		"--dapr-listen-addresses", Address,
		"--dapr-http-port", strconv.Itoa(ports.HTTP),
		"--dapr-grpc-port", strconv.Itoa(ports.GRPC),
		"--dapr-internal-grpc-listen-address", Address,
		"--dapr-internal-grpc-port", strconv.Itoa(ports.Internal),
		"--enable-metrics=false",
		"--log-as-json",
		"--log-level", "warn",
	}
}

// Env is what the sidecar's environment needs beside the inherited one. With
// the host address given it does not look for the network's. Callers that set
// token give the functions the same as DAPR_API_TOKEN.
func Env(token string) []string {
	env := []string{"DAPR_HOST_IP=" + Address}
	if token != "" {
		env = append(env, "DAPR_API_TOKEN="+token)
	}
	return env
}

// HTTPEndpoint is what the functions are told in DAPR_HTTP_ENDPOINT.
func (p Ports) HTTPEndpoint() string { return fmt.Sprintf("http://%s:%d", Address, p.HTTP) }

// GRPCEndpoint is what the functions are told in DAPR_GRPC_ENDPOINT.
func (p Ports) GRPCEndpoint() string { return fmt.Sprintf("%s:%d", Address, p.GRPC) }

// WaitReady returns when the sidecar serves its components, or when ctx ends.
func WaitReady(ctx context.Context, ports Ports) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	var last error
	for {
		if last = ready(ctx, ports); last == nil {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("daprd is not ready: %w (last answer: %w)", ctx.Err(), last)
		}
	}
}

func ready(ctx context.Context, ports Ports) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, ports.HTTPEndpoint()+"/v1.0/healthz/outbound", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<10))
	if response.StatusCode >= 300 {
		return fmt.Errorf("health answers %s", response.Status)
	}
	return nil
}
