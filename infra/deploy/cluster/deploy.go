package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Deploy applies the overlay's manifests and deploys every function with the image,
// name@sha256:…, which must be in its registry, as the others must. It may be repeated:
// what is as it should be stays. The database comes first, and is looked at before
// anything is changed; then the manifests, for a function is ready only with its Dapr
// components, and func asks for its service account; then the functions, and the Triggers
// that lead events to them; the routes come last, so that nobody is led to what does
// not serve yet.
func (t Target) Deploy(ctx context.Context, cli, image string, images Images) error {
	functions, err := Functions(t.Root)
	if err != nil {
		return err
	}
	if t.Collector, err = t.collector(ctx); err != nil {
		return err
	}
	address, err := t.address(ctx)
	if err != nil {
		return err
	}
	t.Host = address.Hostname()
	manifests, err := t.Manifests(ctx, images)
	if err != nil {
		return err
	}
	if err := t.checkDatabase(ctx, images.Migrate); err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	if err := t.migrate(ctx, images.Migrate); err != nil {
		return err
	}
	objects, err := decode(manifests)
	if err != nil {
		return err
	}
	first, triggers := divide(objects)
	t.say("applying the manifests of the overlay %s", t.Overlay)
	if err := t.apply(ctx, first); err != nil {
		return err
	}
	for i, f := range functions {
		if err := t.deploy(ctx, cli, image, f); err != nil {
			return err
		}
		if i == 0 {
			if err := t.wait(ctx, "brokers.eventing.knative.dev/default", "pingsources.sources.knative.dev/tick"); err != nil {
				return err
			}
		}
	}
	if err := t.apply(ctx, triggers); err != nil {
		return err
	}
	if err := t.wait(ctx, "services.serving.knative.dev", "triggers.eventing.knative.dev", "sinkbindings.sources.knative.dev"); err != nil {
		return err
	}
	if err := t.route(ctx, address, certified(objects)); err != nil {
		return err
	}
	t.say("all %d functions are ready in the namespace %s", len(functions), t.Namespace)
	return nil
}

// apply makes objects on the cluster as they are said to be.
func (t Target) apply(ctx context.Context, objects []manifest) error {
	if len(objects) == 0 {
		return nil
	}
	manifests, err := encode(objects)
	if err != nil {
		return err
	}
	if _, err := t.kubectl(ctx, manifests, "apply", "--filename=-"); err != nil {
		return fmt.Errorf("apply the manifests: %w", err)
	}
	return nil
}

// collector asks the ConfigMap where traces and metrics go, if anywhere.
func (t Target) collector(ctx context.Context) (string, error) {
	output, err := t.kubectl(ctx, nil, "get", "configmap", "nudge", `--output=go-template={{with .data}}{{with index . "otlp-endpoint"}}{{.}}{{end}}{{end}}`)
	return strings.TrimSpace(string(output)), err
}

// wait waits until objects, or all of a kind, are ready.
func (t Target) wait(ctx context.Context, objects ...string) error {
	for _, object := range objects {
		args := []string{"wait", "--for=condition=Ready", "--timeout=120s", object}
		if !strings.Contains(object, "/") {
			args = append(args, "--all")
		}
		if _, err := t.kubectl(ctx, nil, args...); err != nil {
			return fmt.Errorf("%s is not ready after two minutes: %w\n(what it says: kubectl --namespace %s describe %[1]s)", object, err, t.Namespace)
		}
	}
	return nil
}

// Undeploy removes what Deploy made. Secrets, the ConfigMap, the namespace and the
// database stay; events that only the broker held are caused again by the next
// deployment's reconciliation, for what they were about is in the database.
func (t Target) Undeploy(ctx context.Context) error {
	if err := t.Reachable(ctx); err != nil {
		return err
	}
	functions, err := Functions(t.Root)
	if err != nil {
		return err
	}
	manifests, err := t.Manifests(ctx, Images{})
	if err != nil {
		return err
	}
	// Routing before functions: no event is sent to a function that is gone.
	_, failed := t.kubectl(ctx, manifests, "delete", "--filename=-", "--ignore-not-found")
	args := []string{"delete", "services.serving.knative.dev", "--ignore-not-found"}
	for _, f := range functions {
		args = append(args, f.Name)
	}
	if _, err := t.kubectl(ctx, nil, args...); err != nil {
		failed = errors.Join(failed, err)
	}
	made := []string{ingressKind, "jobs.batch"}
	kinds, _ := t.kubectl(ctx, nil, "api-resources", "--output=name", "--cached=false")
	if slices.Contains(strings.Fields(string(kinds)), certificateKind) { // whether or not this deployment had one
		made = append(made, certificateKind)
	}
	for _, made := range made {
		if _, err := t.kubectl(ctx, nil, "delete", made, "--ignore-not-found", "--selector", "app.kubernetes.io/part-of=nudge"); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	if failed != nil {
		return fmt.Errorf("not all could be removed: %w", failed)
	}
	t.say("removed from the namespace %s; its secrets, its ConfigMap and the database are as they were", t.Namespace)
	return nil
}
