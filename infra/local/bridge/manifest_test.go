package bridge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"function/eventing"
	"function/infra/local/bridge"
)

func anywhere(bridge.Ref, string) (string, error) { return "http://127.0.0.1:1", nil }

func TestTheSystemsOwnManifestsAreHonoured(t *testing.T) {
	t.Parallel()
	b, err := bridge.New(bridge.Options{Manifests: eventing.Manifests(), Brokers: []string{"127.0.0.1:1"}, Resolve: anywhere})
	require.NoError(t, err)
	for _, name := range []string{"audit", "chat", "notifications", "recurrence", "reminders"} {
		require.Contains(t, b.Stats().Triggers, name)
	}
}

func TestManifestMistakesAreNamed(t *testing.T) {
	t.Parallel()
	for want, manifest := range map[string]string{
		`no broker "default"`:            oneTrigger("a", "[]"),
		"no subscriber":                  oneBroker + "---\n{apiVersion: eventing.knative.dev/v1, kind: Trigger, metadata: {name: a}, spec: {broker: default}}",
		"no dead-letter sink":            oneBroker + "---\n{apiVersion: eventing.knative.dev/v1, kind: Trigger, metadata: {name: a}, spec: {broker: default, subscriber: {uri: 'http://x'}}}",
		"has no name":                    oneBroker + "---\n{apiVersion: eventing.knative.dev/v1, kind: Trigger, spec: {broker: default}}",
		"does not know the kind Channel": "{apiVersion: eventing.knative.dev/v1, kind: Channel, metadata: {name: a}}",
		"field filter not found":         "{apiVersion: eventing.knative.dev/v1, kind: Trigger, spec: {filter: {attributes: {type: x}}}}",
		"two triggers are named a":       oneBroker + oneTrigger("a", "[]") + oneTrigger("a", "[]"),
		"names 2":                        oneBroker + oneTrigger("a", "[{exact: {type: x}, prefix: {type: y}}]"),
		"no broker other":                oneBroker + "---\n{apiVersion: sources.knative.dev/v1, kind: PingSource, metadata: {name: p}, spec: {schedule: '@daily', sink: {ref: {kind: Broker, name: other}}}}",
		"manifest all.yaml":              "kind: [",
	} {
		_, err := bridge.New(bridge.Options{Manifests: files(manifest), Brokers: []string{"127.0.0.1:1"}, Resolve: anywhere})
		require.ErrorContains(t, err, want)
	}
	_, err := bridge.New(bridge.Options{})
	require.ErrorContains(t, err, "needs manifests")
}

func TestOtherManifestsArePassedOver(t *testing.T) {
	t.Parallel()
	_, err := bridge.New(bridge.Options{
		Manifests: files("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\n# nothing\n---\n{resources: [a]}"),
		Brokers:   []string{"127.0.0.1:1"}, Resolve: anywhere,
	})
	require.NoError(t, err)
}

func TestTickGoesThroughTheBroker(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", "[{exact: {type: "+bridge.PingType+"}}]"), `
---
apiVersion: sources.knative.dev/v1
kind: PingSource
metadata: {name: tick}
spec: {schedule: "0 0 1 1 *", contentType: application/json, data: "{}", sink: {ref: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: default}}}
`)
	c := r.next(t)
	require.Equal(t, "/apis/v1/namespaces/"+r.namespace+"/pingsources/tick", c.event.Source())
}
