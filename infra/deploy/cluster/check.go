package cluster

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"function/infra/deploy/command"
)

// need is a part of the cluster that must be there, by a kind that it defines.
type need struct{ part, kind, cure string }

var needs = []need{
	{"Knative Serving", "services.serving.knative.dev", "install it: https://knative.dev/docs/install/"},
	{"Knative Eventing", "brokers.eventing.knative.dev", "install it: https://knative.dev/docs/install/"},
	{"Knative Eventing's sources", "sinkbindings.sources.knative.dev", "install all of Knative Eventing: https://knative.dev/docs/install/"},
	{"Dapr", "components.dapr.io", "install it: dapr init --kubernetes, or its Helm chart (https://docs.dapr.io/operations/hosting/kubernetes/)"},
}

// brokerConfigs is the ConfigMap in knative-eventing that says a broker class is
// installed, by overlay.
var brokerConfigs = map[string]need{
	"kafka":   {"the Kafka broker class", "kafka-broker-config", "install Knative's Kafka broker, or deploy with OVERLAY=channel"},
	"channel": {"the channel-based broker class", "config-br-default-channel", "install Knative's MTChannelBasedBroker with a channel, or deploy with OVERLAY=kafka"},
}

const certificateKind = "certificates.cert-manager.io"

// object is a ConfigMap or Secret that must hold certain keys.
type object struct {
	kind, name string
	keys       []string
}

var objects = []object{
	{"secret", "nudge", []string{"DATABASE_URL", "KEYSET"}},
	{"secret", "nudge-statestore", []string{"DATABASE_URL"}},
	{"secret", "nudge-auth", []string{"DATABASE_URL", "BETTER_AUTH_SECRET"}},
	{"secret", "nudge-migrate", []string{"MIGRATE_URL"}},
	{"secret", "nudge-mail", []string{"host", "port", "user", "password", "from"}},
	{"configmap", "nudge", []string{"auth-issuer", "auth-audience", "auth-jwks-url"}},
}

// Reachable reports whether a cluster answers, in one sentence if not.
func (t Target) Reachable(ctx context.Context) error {
	if err := t.checkNames(); err != nil {
		return err
	}
	_, err := t.kubectl(ctx, nil, "get", "--raw", "/version", "--request-timeout=10s")
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return errors.New("kubectl is not on the PATH: install it (https://kubernetes.io/docs/tasks/tools/) and point it at the cluster")
	case err != nil:
		return fmt.Errorf("no Kubernetes cluster answers (%s): start it, or point kubectl at one with KUBECONFIG or `kubectl config use-context`", command.Said(err))
	}
	return nil
}

// Check finds all that keeps a deployment from working: one error per lack, each a
// sentence that says what to do. It changes nothing. The cluster must be Reachable.
func (t Target) Check(ctx context.Context) []error {
	lacks := t.checkParts(ctx)
	if _, err := t.kubectl(ctx, nil, "get", "namespace", t.Namespace, "--output=name"); err != nil {
		return append(lacks, fmt.Errorf("the namespace %s cannot be used (%s): kubectl create namespace %[1]s, and put the secrets and the ConfigMap of docs/deploy.md into it",
			t.Namespace, command.Said(err)))
	}
	for _, o := range objects {
		if err := t.checkObject(ctx, o); err != nil {
			lacks = append(lacks, err)
		}
	}
	if len(lacks) > 0 {
		return lacks
	}
	if _, err := t.ingressClass(ctx); err != nil {
		lacks = append(lacks, err)
	}
	if _, err := t.address(ctx); err != nil {
		lacks = append(lacks, err)
	}
	if len(lacks) > 0 {
		return lacks
	}
	if err := t.dryRun(ctx); err != nil {
		return []error{err}
	}
	if err := t.admits(ctx); err != nil {
		return []error{err}
	}
	return nil
}

// pod is one like those of the functions, before Dapr adds its sidecar to it.
const pod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"nudge-rehearsal","annotations":{
"dapr.io/enabled":"true","dapr.io/app-id":"nudge-rehearsal","dapr.io/app-port":"8080","dapr.io/sidecar-seccomp-profile-type":"RuntimeDefault"}},
"spec":{"containers":[{"name":"function","image":"nudge","securityContext":{"runAsNonRoot":true,"allowPrivilegeEscalation":false,
"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}}]}}`

// admits asks whether the namespace's pod security standard lets a function in with its
// sidecar, which Dapr's injector shapes: what it refuses would only show when functions
// do not come up.
func (t Target) admits(ctx context.Context) error {
	_, err := t.kubectl(ctx, []byte(pod), "apply", "--filename=-", "--dry-run=server")
	if err != nil && strings.Contains(err.Error(), "PodSecurity") {
		return fmt.Errorf("the namespace %s lets in no function with its Dapr sidecar (%s): install Dapr with dapr_sidecar_injector.sidecarDropALLCapabilities=true, or let the namespace enforce the standard baseline",
			t.Namespace, command.Said(err))
	}
	return nil // whatever else speaks against this pod need not speak against ours
}

// checkParts asks for kinds by discovery, which everybody may do.
func (t Target) checkParts(ctx context.Context) (lacks []error) {
	kinds, err := t.kubectl(ctx, nil, "api-resources", "--output=name", "--cached=false")
	if err != nil && len(kinds) == 0 { // one broken aggregated API is not ours to judge
		return []error{fmt.Errorf("the cluster does not say what it can do (%s): ask who runs it", command.Said(err))}
	}
	installed := strings.Fields(string(kinds))
	for _, n := range needs {
		if !slices.Contains(installed, n.kind) {
			lacks = append(lacks, fmt.Errorf("the cluster has no %s (kind %s): %s", n.part, n.kind, n.cure))
		}
	}
	if !slices.Contains(installed, certificateKind) && t.wantsCertificate(ctx) {
		lacks = append(lacks, fmt.Errorf("the cluster has no cert-manager (kind %s): install it (https://cert-manager.io/docs/installation/), or deploy without TLS_ISSUER and without infra/kubernetes/components/tls", certificateKind))
	}
	broker, known := brokerConfigs[t.Overlay]
	if !known || !slices.Contains(installed, "brokers.eventing.knative.dev") {
		return lacks
	}
	_, err = t.Run(ctx, command.Command{Name: "kubectl", Args: []string{"get", "configmap", broker.kind, "--namespace", "knative-eventing", "--output=name"}, Dir: t.Root})
	if err != nil {
		lacks = append(lacks, fmt.Errorf("the cluster has no sign of %s (ConfigMap %s in knative-eventing: %s): %s", broker.part, broker.kind, command.Said(err), broker.cure))
	}
	return lacks
}

// wantsCertificate says whether one is among the manifests; that they cannot be rendered
// is dryRun's to say.
func (t Target) wantsCertificate(ctx context.Context) bool {
	manifests, err := t.Manifests(ctx, Images{})
	if err != nil {
		return false
	}
	objects, err := decode(manifests)
	return err == nil && certified(objects)
}

// checkObject asks for the names of keys only: a secret's values stay where they are.
func (t Target) checkObject(ctx context.Context, o object) error {
	output, err := t.kubectl(ctx, nil, "get", o.kind, o.name, `--output=go-template={{range $key, $_ := .data}}{{$key}}{{"\n"}}{{end}}`)
	if err != nil {
		return fmt.Errorf("the %s %s cannot be used (%s): make it as docs/deploy.md says, with %s", o.kind, o.name, command.Said(err), strings.Join(o.keys, ", "))
	}
	has := strings.Fields(string(output))
	var missing []string
	for _, key := range o.keys {
		if !slices.Contains(has, key) {
			missing = append(missing, key)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("the %s %s lacks %s: add it as docs/deploy.md says", o.kind, o.name, strings.Join(missing, ", "))
	}
	return nil
}

// dryRun has the cluster judge the manifests: schemas, webhooks and rights.
func (t Target) dryRun(ctx context.Context) error {
	manifests, err := t.Manifests(ctx, Images{})
	if err != nil {
		return err
	}
	objects, err := decode(manifests)
	if err != nil {
		return err
	}
	rehearsed, err := encode(rehearsal(objects))
	if err != nil {
		return err
	}
	if _, err := t.kubectl(ctx, rehearsed, "apply", "--filename=-", "--dry-run=server"); err != nil {
		return fmt.Errorf("the cluster refuses the manifests of the overlay %s: %w", t.Overlay, err)
	}
	return nil
}
