// Package dapr is the functions' side of the Dapr sidecar: secrets, state,
// output bindings and the way out through HTTPEndpoints, over one gRPC
// connection. Connecting never waits, so a function starts without its sidecar
// and says that it is not ready instead of hanging.
package dapr

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/dapr/go-sdk/client"
	"go.opentelemetry.io/otel/propagation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"function/shared/fault"
)

// Deadlines of calls whose context has none.
const (
	callTimeout = 5 * time.Second
	sendTimeout = 30 * time.Second
)

// Options say where the sidecar is; config.Dapr has the same values.
type Options struct {
	// GRPCEndpoint is host:port, or a URL with the scheme http or https.
	GRPCEndpoint string
	// HTTPEndpoint is the base URL of the HTTP API.
	HTTPEndpoint string
	// APIToken is sent with each call when it is not empty.
	APIToken string
}

// Client speaks with one sidecar. It is safe for concurrent use.
type Client struct {
	options    Options
	connection *grpc.ClientConn
	sdk        client.Client

	faults *fault.Faults

	mu      sync.Mutex
	sending map[string]*sync.Mutex // by binding
}

// quiet stops the SDK from writing lines that are not JSON to standard output.
var quiet = sync.OnceFunc(func() { client.SetLogger(nil) })

// Connect returns a client without waiting for the sidecar: calls fail with
// ErrUnavailable until it is there. An error means that the endpoint cannot be
// understood.
func Connect(options Options) (*Client, error) {
	quiet()
	target, secure := strings.CutPrefix(options.GRPCEndpoint, "https://")
	target = strings.TrimSuffix(strings.TrimPrefix(target, "http://"), "/")
	if target == "" {
		return nil, fmt.Errorf("dapr: no gRPC endpoint")
	}
	transport := insecure.NewCredentials()
	if secure {
		transport = credentials.NewTLS(nil)
	}
	connection, err := grpc.NewClient(target,
		grpc.WithTransportCredentials(transport),
		grpc.WithChainUnaryInterceptor(authorize(options.APIToken), trace),
		// A sidecar starts within seconds of its function; gRPC's own pauses grow
		// to two minutes.
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 2 * time.Second},
			MinConnectTimeout: 2 * time.Second,
		}),
	)
	if err != nil {
		return nil, fmt.Errorf("dapr: endpoint %q: %w", options.GRPCEndpoint, err)
	}
	return &Client{
		options:    options,
		connection: connection,
		sdk:        client.NewClientWithConnection(connection),
		sending:    map[string]*sync.Mutex{},
	}, nil
}

// Inject makes calls of output bindings go wrong as the switches say. It comes before
// the first call.
func (c *Client) Inject(f *fault.Faults) { c.faults = f }

// authorize adds the API token: the SDK does so only on connections it makes.
func authorize(token string) grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, request, reply any, connection *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
		if token != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, tokenHeader, token)
		}
		return invoke(ctx, method, request, reply, connection, options...)
	}
}

// trace passes the trace of what is under way on to the sidecar (W3C Trace Context).
func trace(ctx context.Context, method string, request, reply any, connection *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	for name, value := range carrier {
		ctx = metadata.AppendToOutgoingContext(ctx, name, value)
	}
	return invoke(ctx, method, request, reply, connection, options...)
}

const tokenHeader = "dapr-api-token" //nolint:gosec // the header's name, not a token

// Ready returns nil when the sidecar has loaded its components; otherwise an
// error that says why not.
func (c *Client) Ready(ctx context.Context) error {
	ctx, cancel := deadline(ctx, callTimeout)
	defer cancel()
	_, err := c.sdk.GetMetadata(ctx)
	return failure(ctx, "reach the sidecar", err)
}

// Close ends the connection.
func (c *Client) Close() error { return c.connection.Close() }

// MethodURL is the address by which path of the application or HTTPEndpoint app
// is called through the sidecar, under its resiliency policies.
func (c *Client) MethodURL(app, path string) string {
	return fmt.Sprintf("%s/v1.0/invoke/%s/method/%s", strings.TrimSuffix(c.options.HTTPEndpoint, "/"), app, strings.TrimPrefix(path, "/"))
}

// HTTPClient calls such addresses: it adds the API token to requests for the
// sidecar and follows no redirect.
func (c *Client) HTTPClient() *http.Client {
	return &http.Client{
		Transport:     tokenTransport{c.options},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type tokenTransport struct{ options Options }

// RoundTrip sends the token and the trace to the sidecar and to nobody else.
func (t tokenTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	sidecar := strings.TrimSuffix(t.options.HTTPEndpoint, "/") + "/"
	if strings.HasPrefix(request.URL.String(), sidecar) {
		request = request.Clone(request.Context())
		propagation.TraceContext{}.Inject(request.Context(), propagation.HeaderCarrier(request.Header))
		if t.options.APIToken != "" {
			request.Header.Set(tokenHeader, t.options.APIToken)
		}
	}
	return http.DefaultTransport.RoundTrip(request)
}

// deadline bounds a call that its caller has not bounded.
func deadline(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if _, bounded := ctx.Deadline(); bounded {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, timeout)
}
