package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"function/infra/deploy/command"
)

// Route leads the paths with a beginning to a Knative Service; the longest beginning wins.
type Route struct{ Path, Service string }

// Routes are the one address that people see. What is not here (events, health, a
// function's own requests) has no way in from outside.
var Routes = []Route{
	{"/api/auth", "nudge-auth"},
	{"/api/activity", "nudge-audit"},
	{"/api/notifications", "nudge-notifications"},
	{"/api/language", "nudge-chat"},
	{"/api", "nudge-tasks"},
	{"/feeds", "nudge-tasks"},
	{"/chatkit", "nudge-chat"},
	{"/mcp", "nudge-chat"},
	{"/.well-known/oauth-protected-resource", "nudge-chat"}, // tells a program how /mcp is protected
	{"/", "nudge-page"},
}

const (
	ingressKind  = "ingresses.networking.internal.knative.dev"
	ingressName  = "nudge-address"
	defaultClass = "istio.ingress.networking.knative.dev" // Knative's own, where nothing is said
	certificate  = "nudge-tls"                            // a Certificate (infra/kubernetes/components/tls), and the secret that it makes
	traefikClass = "traefik.ingress.networking.knative.dev"
)

// ingress is the resource by which Knative tells the cluster's ingress, whichever it
// is, what to serve: Knative makes one for each Service. It has no Service for several
// paths, so this one is ours.
type ingress struct {
	APIVersion string         `json:"apiVersion,omitempty"`
	Kind       string         `json:"kind,omitempty"`
	Metadata   map[string]any `json:"metadata,omitempty"`
	Spec       ingressSpec    `json:"spec"`
}

type ingressSpec struct {
	HTTPOption string        `json:"httpOption,omitempty"`
	TLS        []ingressTLS  `json:"tls,omitempty"`
	Rules      []ingressRule `json:"rules"`
}

type ingressTLS struct {
	Hosts           []string `json:"hosts"`
	SecretName      string   `json:"secretName"`
	SecretNamespace string   `json:"secretNamespace"`
}

type ingressRule struct {
	Hosts      []string `json:"hosts"`
	Visibility string   `json:"visibility"`
	HTTP       struct {
		Paths []ingressPath `json:"paths"`
	} `json:"http"`
}

type ingressPath struct {
	Path        string         `json:"path,omitempty"`
	RewriteHost string         `json:"rewriteHost,omitempty"`
	Splits      []ingressSplit `json:"splits"`
}

type ingressSplit struct {
	ServiceNamespace string            `json:"serviceNamespace"`
	ServiceName      string            `json:"serviceName"`
	ServicePort      any               `json:"servicePort"`
	Percent          int               `json:"percent"`
	AppendHeaders    map[string]string `json:"appendHeaders,omitempty"`
}

// ingressClass asks which ingress Knative uses here.
func (t Target) ingressClass(ctx context.Context) (string, error) {
	output, err := t.Run(ctx, command.Command{Name: "kubectl", Dir: t.Root, Args: []string{
		"get", "configmap", "config-network", "--namespace", "knative-serving", `--output=go-template={{index .data "ingress-class"}}`,
	}})
	if err != nil {
		return "", fmt.Errorf("Knative does not say which ingress it uses (ConfigMap config-network in knative-serving: %s): ask who runs the cluster for the right to read it", command.Said(err)) //nolint:staticcheck // begins with a name
	}
	if class := strings.TrimSpace(string(output)); class != "" && class != "<no value>" {
		return class, nil
	}
	return defaultClass, nil
}

// address is what people type, from the ConfigMap that the functions read.
func (t Target) address(ctx context.Context) (*url.URL, error) {
	output, err := t.kubectl(ctx, nil, "get", "configmap", "nudge", `--output=go-template={{index .data "auth-issuer"}}`)
	if err != nil {
		return nil, err
	}
	address, err := url.Parse(strings.TrimSpace(string(output)))
	if err != nil || address.Hostname() == "" || address.Scheme != "http" && address.Scheme != "https" || strings.Trim(address.Path, "/") != "" {
		return nil, fmt.Errorf("auth-issuer in the configmap nudge is %q; it must be the address that people see, such as https://nudge.example.com", output)
	}
	return address, nil
}

// route applies the routes; with a certificate among the manifests, by TLS.
func (t Target) route(ctx context.Context, address *url.URL, certified bool) error {
	class, err := t.ingressClass(ctx)
	if err != nil {
		return err
	}
	made, err := t.ingress(ctx, class, address.Hostname(), certified)
	if err != nil {
		return err
	}
	text, err := json.Marshal(made)
	if err != nil {
		return err
	}
	if _, err := t.kubectl(ctx, text, "apply", "--filename=-"); err != nil {
		return fmt.Errorf("apply the routes: %w", err)
	}
	if err := t.wait(ctx, ingressKind+"/"+ingressName); err != nil {
		return err
	}
	t.say("%s leads to the page and the functions, by %s", address, class)
	return nil
}

// certified says whether the manifests ask cert-manager for the address's certificate:
// infra/kubernetes/components/tls, by TLS_ISSUER or by the overlay.
func certified(objects []manifest) bool {
	return slices.ContainsFunc(objects, func(object manifest) bool {
		metadata, _ := object["metadata"].(map[string]any)
		return object["kind"] == "Certificate" && metadata["name"] == certificate
	})
}

func (t Target) ingress(ctx context.Context, class, host string, certified bool) (ingress, error) {
	made := ingress{
		APIVersion: "networking.internal.knative.dev/v1alpha1", Kind: "Ingress",
		Metadata: map[string]any{
			"name": ingressName, "namespace": t.Namespace, "labels": map[string]string{"app.kubernetes.io/part-of": "nudge"},
			"annotations": map[string]string{"networking.knative.dev/ingress.class": class},
		},
		Spec: ingressSpec{HTTPOption: "Enabled"},
	}
	if certified {
		made.Spec.HTTPOption = "Redirected"
		made.Spec.TLS = []ingressTLS{{Hosts: []string{host}, SecretName: certificate, SecretNamespace: t.Namespace}}
	}
	rule := ingressRule{Hosts: []string{host}, Visibility: "ExternalIP"}
	known := map[string]ingressPath{}
	for _, r := range Routes {
		path, seen := known[r.Service]
		if !seen {
			var err error
			if path, err = t.path(ctx, class, r.Service); err != nil {
				return ingress{}, err
			}
			known[r.Service] = path
		}
		path.Path = r.Path
		rule.HTTP.Paths = append(rule.HTTP.Paths, path)
	}
	made.Spec.Rules = []ingressRule{rule}
	return made, nil
}

// path leads to a Service as Knative's DomainMapping does: by the Service's own name,
// so that whatever it serves next is found. Traefik's provider cannot rewrite a host
// name; there a path leads where the Service leads now, and the next deployment leads
// it on.
func (t Target) path(ctx context.Context, class, service string) (ingressPath, error) {
	if class != traefikClass {
		return ingressPath{
			RewriteHost: fmt.Sprintf("%s.%s.svc.cluster.local", service, t.Namespace),
			Splits:      []ingressSplit{{ServiceNamespace: t.Namespace, ServiceName: service, ServicePort: 80, Percent: 100}},
		}, nil
	}
	output, err := t.kubectl(ctx, nil, "get", ingressKind, service, "--output=json")
	if err != nil {
		return ingressPath{}, fmt.Errorf("find where %s is served: %w", service, err)
	}
	var own ingress
	if err := json.Unmarshal(output, &own); err != nil {
		return ingressPath{}, err
	}
	if len(own.Spec.Rules) == 0 || len(own.Spec.Rules[0].HTTP.Paths) == 0 {
		return ingressPath{}, errors.New(service + " is not served")
	}
	paths := own.Spec.Rules[0].HTTP.Paths
	return ingressPath{Splits: paths[len(paths)-1].Splits}, nil
}
