package eventing_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"function/eventing"
)

type destination struct {
	Ref struct{ Kind, Name string }
	URI string
}

type filter struct {
	Exact, Prefix, Suffix map[string]string
	All, Any              []filter
}

type manifest struct {
	Kind     string
	Metadata struct {
		Name        string
		Annotations map[string]string
	}
	Spec struct {
		Broker     string
		Filters    []filter
		Subscriber destination
		Delivery   struct {
			Retry          int
			DeadLetterSink destination `yaml:"deadLetterSink"`
		}
	}
	Resources []string
}

func manifests(t *testing.T) map[string]manifest {
	t.Helper()
	names, err := fs.Glob(eventing.Manifests(), "*.yaml")
	require.NoError(t, err)
	out := map[string]manifest{}
	for _, name := range names {
		raw, err := fs.ReadFile(eventing.Manifests(), name)
		require.NoError(t, err)
		var m manifest
		require.NoError(t, yaml.Unmarshal(raw, &m), name)
		out[name] = m
	}
	return out
}

func TestKustomizationListsEveryManifest(t *testing.T) {
	t.Parallel()
	all := manifests(t)
	listed := all["kustomization.yaml"].Resources
	delete(all, "kustomization.yaml")
	require.Len(t, all, len(listed))
	for _, name := range listed {
		require.Contains(t, all, name)
	}
}

func TestTriggersNameTheirFunctionAndLoseNothing(t *testing.T) {
	t.Parallel()
	triggers := 0
	for name, m := range manifests(t) {
		if m.Kind != "Trigger" {
			continue
		}
		triggers++
		capability := m.Metadata.Name
		require.Equal(t, "trigger-"+capability+".yaml", name)
		require.Equal(t, "default", m.Spec.Broker)
		require.Equal(t, "nudge-"+capability, m.Spec.Subscriber.Ref.Name)
		require.Equal(t, "/events/"+capability, m.Spec.Subscriber.URI)
		require.Equal(t, "unordered", m.Metadata.Annotations["kafka.eventing.knative.dev/delivery.order"])
		require.Positive(t, m.Spec.Delivery.Retry)
		require.Equal(t, "nudge-deadletters", m.Spec.Delivery.DeadLetterSink.Ref.Name)
		require.Equal(t, "/events/deadletters", m.Spec.Delivery.DeadLetterSink.URI)
	}
	require.Equal(t, 5, triggers)
}

func TestEverySubscriberIsAFunction(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "functions")
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		t.Skip("this tree holds no functions/ (an image's build context, for instance)")
	}
	for _, m := range manifests(t) {
		if m.Kind == "Trigger" {
			require.DirExists(t, filepath.Join(folder, m.Metadata.Name))
		}
	}
}

func TestEveryFilterNamesTypesThatExist(t *testing.T) {
	t.Parallel()
	known := append(eventing.EventTypes(), "dev.knative.sources.ping", "dev.nudge-wake.notifications")
	var check func(name string, filters []filter) int
	check = func(name string, filters []filter) int {
		named := 0
		for _, f := range filters {
			for attribute, value := range f.Exact {
				require.Equal(t, "type", attribute)
				require.Contains(t, known, value, name)
				named++
			}
			for attribute, value := range f.Prefix {
				require.Equal(t, "type", attribute)
				require.True(t, slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(k, value) }), name)
				named++
			}
			named += check(name, f.All) + check(name, f.Any)
		}
		return named
	}
	for name, m := range manifests(t) {
		if m.Kind == "Trigger" {
			require.Positive(t, check(name, m.Spec.Filters), "%s lets everything through", name)
		}
	}
}
