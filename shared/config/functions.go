package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"function/shared/fault"
)

// Functions is the environment of the functions process. On a laptop one
// process holds every capability; on a cluster each Knative Service sets
// CAPABILITY and gets the rest from its manifest, Knative, Dapr or the secret
// store.
type Functions struct {
	// Capability is the one capability to serve; empty serves all.
	Capability string `envconfig:"CAPABILITY"`
	// Port and ListenAddress are where func-go listens; it reads them itself,
	// here they tell the process its own address.
	Port          int    `envconfig:"PORT" default:"8080"`
	ListenAddress string `envconfig:"LISTEN_ADDRESS"`
	// SelfURL is the process's own base address; see Self.
	SelfURL string `envconfig:"SELF_URL"`
	// Service is the name of the Knative Service, set by Knative.
	Service string `envconfig:"K_SERVICE"`

	// DatabaseURL is the PostgreSQL address with role `nudge`.
	DatabaseURL string `envconfig:"DATABASE_URL" required:"true" secret:"true"`
	// DatabaseMaxConns bounds the pool; many small processes share one server.
	DatabaseMaxConns int32 `envconfig:"DB_MAX_CONNS" default:"4"`
	// DatabaseReadURL is a streaming replica of it, which then answers lists, searches and
	// exports from a pool of the same size. Empty: the primary does.
	DatabaseReadURL string `envconfig:"DATABASE_READ_URL" secret:"true"`
	// Keyset is the Tink keyset (JSON) that wraps the data keys.
	Keyset string `envconfig:"KEYSET" required:"true" secret:"true"`
	// AuditSigningKey is the private JWK (Ed25519) that signs the checkpoints of the
	// audit chains, or a JWK Set that holds its predecessors too. Empty: none are made.
	AuditSigningKey string `envconfig:"AUDIT_SIGNING_KEY" secret:"true"`
	// AuditRetention is how long the chains keep the text of their entries; 0 is for
	// ever. Only what a checkpoint covers goes.
	AuditRetention time.Duration `envconfig:"AUDIT_RETENTION"`

	// Sink is where events are sent (SinkBinding's K_SINK). Empty keeps them in
	// the outbox.
	Sink string `envconfig:"K_SINK"`
	// CloudEventOverrides is the JSON object {"extensions":{…}} whose extensions
	// SinkBinding wants on every event that is sent.
	CloudEventOverrides string `envconfig:"K_CE_OVERRIDES"`

	Dapr
	Auth
	Limits
	Channels
	Model

	// Faults makes the process go wrong on purpose (shared/fault); empty: not at all.
	Faults string `envconfig:"FAULTS"`

	// LogLevel is DEBUG, INFO, WARN or ERROR.
	LogLevel slog.Level `envconfig:"LOG_LEVEL" default:"INFO"`
}

// Dapr says where the sidecar is and which components to use.
type Dapr struct {
	// HTTPEndpoint is the sidecar's HTTP address, for service invocation.
	HTTPEndpoint string `envconfig:"DAPR_HTTP_ENDPOINT" default:"http://127.0.0.1:3500"`
	// GRPCEndpoint is host:port or a URL of the sidecar's gRPC API; empty means
	// this host at GRPCPort, which the sidecar injector sets.
	GRPCEndpoint string `envconfig:"DAPR_GRPC_ENDPOINT"`
	GRPCPort     int    `envconfig:"DAPR_GRPC_PORT" default:"50001"`
	// APIToken is sent with every call when it is not empty. It opens the secret
	// store, so it cannot come from there.
	APIToken string `envconfig:"DAPR_API_TOKEN"`
	// SecretStore and SecretName are the component and the secret in it whose
	// keys are the variables tagged secret.
	SecretStore string `envconfig:"SECRET_STORE" default:"secretstore"`
	SecretName  string `envconfig:"SECRET_NAME" default:"nudge"`
	// StateStore is the component that holds conversation state.
	StateStore string `envconfig:"STATE_STORE" default:"statestore"`
}

// Auth says whose tokens are trusted.
type Auth struct {
	// Issuer and Audience must equal `iss` and be contained in `aud`.
	Issuer   string `envconfig:"AUTH_ISSUER" required:"true"`
	Audience string `envconfig:"AUTH_AUDIENCE" required:"true"`
	// JWKSURL serves the public keys of the issuer.
	JWKSURL string `envconfig:"AUTH_JWKS_URL" required:"true"`
}

// Model is a language model that says unclear messages again; without ModelURL there is
// none, and no message leaves. All three come from the secret store where the environment
// has none: one place to turn it on, on a laptop and on a cluster.
type Model struct {
	// ModelURL is the base of an API of the shape of OpenAI's, such as
	// https://models.example/v1, or the sidecar's address of a Dapr HTTPEndpoint.
	ModelURL  string `envconfig:"MODEL_URL" secret:"true"`
	ModelName string `envconfig:"MODEL_NAME" secret:"true"`
	// ModelKey is its bearer token; empty for servers that want none.
	ModelKey string `envconfig:"MODEL_KEY" secret:"true"`
}

// Limits bounds what one request may take.
type Limits struct {
	// MaxBody is the largest request body in bytes.
	MaxBody int64 `envconfig:"HTTP_MAX_BODY" default:"1048576"`
	// RequestsPerMinute is how many requests to the API one person may make on one
	// instance; 0 is any number.
	RequestsPerMinute int `envconfig:"HTTP_REQUESTS_PER_MINUTE" default:"1200"`
	// RequestTimeout is how long one request may work.
	RequestTimeout time.Duration `envconfig:"HTTP_TIMEOUT" default:"25s"`
	// StreamTimeout is how long one stream stays open; Knative cuts every
	// request at 300 s, and a stream ends better by itself.
	StreamTimeout time.Duration `envconfig:"HTTP_STREAM_TIMEOUT" default:"280s"`
}

// Target is the address of the sidecar's gRPC API.
func (d Dapr) Target() string {
	if d.GRPCEndpoint != "" {
		return d.GRPCEndpoint
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(d.GRPCPort))
}

// namespaceFile is where Kubernetes tells a pod its namespace.
const namespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// Self is the base address at which this process reaches itself, without a
// slash at the end: SELF_URL, else the Knative Service's name with its own
// namespace, without which Knative's ingresses know no Service, else the loopback
// port.
func (f *Functions) Self() string {
	switch {
	case f.SelfURL != "":
		return f.SelfURL
	case f.Service != "":
		namespace, err := os.ReadFile(namespaceFile)
		if err != nil {
			return "http://" + f.Service // no token in the pod; SELF_URL would tell
		}
		return "http://" + f.Service + "." + strings.TrimSpace(string(namespace))
	case f.ListenAddress != "":
		return "http://" + f.ListenAddress
	default:
		return fmt.Sprintf("http://127.0.0.1:%d", f.Port)
	}
}

// Validate finds what is wrong with values that parse; Load calls it.
func (f *Functions) Validate() map[string]error {
	wrong := map[string]error{}
	for name, value := range map[string]string{
		"K_SINK": f.Sink, "SELF_URL": f.SelfURL, "AUTH_JWKS_URL": f.JWKSURL, "DAPR_HTTP_ENDPOINT": f.HTTPEndpoint, "MODEL_URL": f.ModelURL,
	} {
		if err := checkURL(value); value != "" && err != nil {
			wrong[name] = err
		}
	}
	if _, err := fault.Parse(f.Faults); err != nil {
		wrong["FAULTS"] = err
	}
	if f.CloudEventOverrides != "" {
		var overrides struct {
			Extensions map[string]string `json:"extensions"`
		}
		if err := json.Unmarshal([]byte(f.CloudEventOverrides), &overrides); err != nil {
			wrong["K_CE_OVERRIDES"] = fmt.Errorf("not a JSON object with text extensions: %w", err)
		}
	}
	if (f.ModelURL == "") != (f.ModelName == "") {
		wrong["MODEL_NAME"] = errors.New("MODEL_URL and MODEL_NAME are set together or not at all")
	}
	if f.AuditRetention < 0 {
		wrong["AUDIT_RETENTION"] = errors.New("must not be less than 0")
	}
	if _, err := f.Outputs(); err != nil {
		wrong["CHANNEL_BINDINGS"] = err
	}
	if f.RequestsPerMinute < 0 {
		wrong["HTTP_REQUESTS_PER_MINUTE"] = errors.New("must be 0 or more")
	}
	for name, positive := range map[string]bool{
		"DB_MAX_CONNS":        f.DatabaseMaxConns > 0,
		"HTTP_MAX_BODY":       f.MaxBody > 0,
		"HTTP_TIMEOUT":        f.RequestTimeout > 0,
		"HTTP_STREAM_TIMEOUT": f.StreamTimeout > 0,
	} {
		if !positive {
			wrong[name] = errors.New("must be more than 0")
		}
	}
	return wrong
}

func checkURL(value string) error {
	address, err := url.Parse(value)
	if err != nil {
		return errors.New("not a URL")
	}
	if (address.Scheme != "http" && address.Scheme != "https") || address.Host == "" {
		return errors.New("not an http or https URL")
	}
	return nil
}
