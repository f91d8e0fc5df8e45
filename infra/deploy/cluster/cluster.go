// Package cluster puts Nudge on a Kubernetes cluster with Knative and Dapr, by kubectl
// and the func CLI, and takes it away again. It looks before it leaps: what the
// cluster lacks is said, all of it, before anything is changed.
package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"function/infra/deploy/command"
)

// Target is where to deploy.
type Target struct {
	Root      string // of the source tree
	Namespace string
	Overlay   string // a folder of infra/kubernetes/overlays
	Issuer    string // cert-manager's ClusterIssuer that certifies the address; empty: none, or that of the overlay
	Host      string // of the address that people see; Deploy takes it from the ConfigMap
	Collector string // where traces go, OTLP over HTTP; Deploy takes it from the ConfigMap; empty: nowhere
	Run       command.Run
	Log       io.Writer
}

// kubectl runs it in the target's namespace.
func (t Target) kubectl(ctx context.Context, input []byte, args ...string) ([]byte, error) {
	c := command.Command{Name: "kubectl", Args: append(args, "--namespace", t.Namespace), Dir: t.Root}
	if input != nil {
		c.Input = bytes.NewReader(input)
	}
	return t.Run(ctx, c)
}

func (t Target) say(format string, args ...any) { _, _ = fmt.Fprintf(t.Log, format+"\n", args...) }

// overlays is where the overlays are, below the root.
var overlays = filepath.Join("infra", "kubernetes", "overlays")

// Overlays names those that there are.
func Overlays(root string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(root, overlays, "*", "kustomization.yaml"))
	if err != nil {
		return nil, err
	}
	names := make([]string, len(found))
	for i, path := range found {
		names[i] = filepath.Base(filepath.Dir(path))
	}
	return names, nil
}

// checkNames refuses what would be a wrong argument of other programs later.
func (t Target) checkNames() error {
	names, err := Overlays(t.Root)
	if err != nil {
		return err
	}
	if !slices.Contains(names, t.Overlay) {
		return fmt.Errorf("OVERLAY is %q; it must be one of %s", t.Overlay, strings.Join(names, ", "))
	}
	if t.Namespace == "" || len(t.Namespace) > 63 || strings.Trim(t.Namespace, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.Trim(t.Namespace, "-") != t.Namespace {
		return fmt.Errorf("NAMESPACE is %q; it must be lower-case letters, digits and hyphens (RFC 1123)", t.Namespace)
	}
	return nil
}

// kustomization moves an overlay to another namespace, with the one address that names it.
const kustomization = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: %[1]q
resources:
  - %[2]s
patches:
  - target: {kind: HTTPEndpoint, name: auth}
    patch: '[{"op": "replace", "path": "/spec/baseUrl", "value": "http://nudge-auth.%[1]s.svc"}]'
`

// Images are the references, by digest, of what func does not build.
type Images struct{ Page, Auth, Migrate string }

// kustomized gives the part of a kustomization that puts the images in. Without them
// the names stand for themselves, which is enough to look at the manifests.
func (i Images) kustomized() string {
	text := ""
	for name, reference := range map[string]string{"nudge-page": i.Page, "nudge-auth": i.Auth} {
		if at, digest, found := strings.Cut(reference, "@"); found {
			text += fmt.Sprintf("  - {name: %s, newName: %q, digest: %q}\n", name, at, digest)
		}
	}
	if text == "" {
		return ""
	}
	return "images:\n" + text
}

// Manifests renders the overlay for the target's namespace, with images. It needs
// kubectl and no cluster.
func (t Target) Manifests(ctx context.Context, images Images) ([]byte, error) {
	if err := t.checkNames(); err != nil {
		return nil, err
	}
	// A kustomization of its own beside the sources: an overlay may not name
	// the namespace of somebody else's cluster.
	dir := filepath.Join(t.Root, ".build", "deploy", "manifests", t.Namespace, t.Overlay)
	relative, err := filepath.Rel(dir, filepath.Join(t.Root, overlays, t.Overlay))
	if err != nil {
		return nil, err
	}
	tracing, err := t.tracing()
	if err != nil {
		return nil, err
	}
	text := fmt.Sprintf(kustomization, t.Namespace, filepath.ToSlash(relative)) + tracing + t.tls(filepath.ToSlash(relative)) + images.kustomized()
	if err := errors.Join(os.MkdirAll(dir, 0o750), os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(text), 0o600)); err != nil {
		return nil, err
	}
	rendered, err := t.Run(ctx, command.Command{Name: "kubectl", Args: []string{"kustomize", dir}, Dir: t.Root})
	if err != nil {
		return nil, fmt.Errorf("the manifests of the overlay %s cannot be rendered: %w", t.Overlay, err)
	}
	return rendered, nil
}

// tls has the certificate name the address, and includes it where an issuer is named.
func (t Target) tls(overlay string) string {
	text := ""
	if t.Host != "" {
		text += fmt.Sprintf("  - target: {kind: Certificate, name: %s}\n    patch: '[{\"op\": \"replace\", \"path\": \"/spec/dnsNames\", \"value\": [%q]}]'\n", certificate, t.Host)
	}
	if t.Issuer != "" {
		text += fmt.Sprintf("  - target: {kind: Certificate, name: %s}\n    patch: '[{\"op\": \"replace\", \"path\": \"/spec/issuerRef/name\", \"value\": %q}]'\n", certificate, t.Issuer)
		text += fmt.Sprintf("components:\n  - %s\n", path.Join(overlay, "..", "..", "components", "tls"))
	}
	return text
}

// tracing has the sidecars add their spans to the functions' traces.
func (t Target) tracing() (string, error) {
	if t.Collector == "" {
		return "", nil
	}
	collector, err := url.Parse(t.Collector)
	if err != nil || collector.Host == "" {
		return "", fmt.Errorf("otlp-endpoint in the configmap nudge is %q; it must be an address such as http://otel-collector.monitoring:4318", t.Collector)
	}
	return fmt.Sprintf(`  - target: {kind: Configuration, name: nudge}
    patch: '[{"op": "add", "path": "/spec/tracing", "value": {"samplingRate": "1", "otel": {"endpointAddress": %q, "isSecure": %t, "protocol": "http"}}}]'
`, collector.Host, collector.Scheme == "https"), nil
}

// Architectures names those of the cluster's nodes; whoever may not see nodes gets both
// that there usually are.
func (t Target) Architectures(ctx context.Context) []string {
	output, err := t.kubectl(ctx, nil, "get", "nodes", `--output=go-template={{range .items}}{{.status.nodeInfo.architecture}}{{"\n"}}{{end}}`)
	names := strings.Fields(string(output))
	slices.Sort(names)
	if names = slices.Compact(names); err != nil || len(names) == 0 {
		return []string{"amd64", "arm64"}
	}
	return names
}
