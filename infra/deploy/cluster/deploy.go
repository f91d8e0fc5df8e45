package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Deploy applies the overlay's manifests and deploys every function with the image,
// name@sha256:…, which must be in its registry. It may be repeated: what is as it
// should be stays. The manifests come first: a function is ready only with its
// Dapr components, and func asks for its service account.
func (t Target) Deploy(ctx context.Context, cli, image string) error {
	functions, err := Functions(t.Root)
	if err != nil {
		return err
	}
	manifests, err := t.Manifests(ctx)
	if err != nil {
		return err
	}
	t.say("applying the manifests of the overlay %s", t.Overlay)
	if _, err := t.kubectl(ctx, manifests, "apply", "--filename=-"); err != nil {
		return fmt.Errorf("apply the manifests: %w", err)
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
	if err := t.wait(ctx, "triggers.eventing.knative.dev", "sinkbindings.sources.knative.dev"); err != nil {
		return err
	}
	t.say("all %d functions are ready in the namespace %s", len(functions), t.Namespace)
	return nil
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
	manifests, err := t.Manifests(ctx)
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
	if failed != nil {
		return fmt.Errorf("not all could be removed: %w", failed)
	}
	t.say("removed from the namespace %s; its secrets, its ConfigMap and the database are as they were", t.Namespace)
	return nil
}
