package bridge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"go.yaml.in/yaml/v3"

	"function/infra/local/bridge/filter"
)

// Ref names a Kubernetes object, as a manifest's `ref` does.
type Ref struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Namespace  string `yaml:"namespace"` // the manifest's own where it says none
	Name       string `yaml:"name"`
}

// destination is where events go: an object, with a path on it, or an absolute URI.
type destination struct {
	Ref *Ref   `yaml:"ref"`
	URI string `yaml:"uri"`
}

func (d destination) empty() bool { return d.Ref == nil && d.URI == "" }

type metadata struct {
	Name        string            `yaml:"name"`
	Namespace   string            `yaml:"namespace"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

type delivery struct {
	Retry          *int        `yaml:"retry"`
	BackoffPolicy  string      `yaml:"backoffPolicy"`
	BackoffDelay   string      `yaml:"backoffDelay"`
	Timeout        string      `yaml:"timeout"`
	RetryAfterMax  string      `yaml:"retryAfterMax"`
	DeadLetterSink destination `yaml:"deadLetterSink"`
}

type head struct {
	APIVersion string   `yaml:"apiVersion"`
	Kind       string   `yaml:"kind"`
	Metadata   metadata `yaml:"metadata"`
}

type brokerManifest struct {
	head `yaml:",inline"`
	Spec struct {
		Config   Ref      `yaml:"config"` // the cluster's; the laptop has one Kafka
		Delivery delivery `yaml:"delivery"`
	} `yaml:"spec"`
}

type triggerManifest struct {
	head `yaml:",inline"`
	Spec struct {
		Broker     string        `yaml:"broker"`
		Filters    []filter.Spec `yaml:"filters"`
		Subscriber destination   `yaml:"subscriber"`
		Delivery   delivery      `yaml:"delivery"`
	} `yaml:"spec"`
}

type pingManifest struct {
	head `yaml:",inline"`
	Spec struct {
		Schedule    string      `yaml:"schedule"`
		Timezone    string      `yaml:"timezone"`
		ContentType string      `yaml:"contentType"`
		Data        string      `yaml:"data"`
		DataBase64  string      `yaml:"dataBase64"`
		Sink        destination `yaml:"sink"`
	} `yaml:"spec"`
}

type manifests struct {
	brokers  []brokerManifest
	triggers []triggerManifest
	pings    []pingManifest
}

// readManifests reads every document of *.yaml in the root of files. A field or a kind
// of the eventing groups that it cannot honour is an error: to ignore one would make
// the laptop behave unlike a cluster in silence.
func readManifests(files fs.FS, namespace string) (manifests, error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return manifests{}, err
	}
	var m manifests
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return manifests{}, err
		}
		if err := m.addFile(raw, namespace); err != nil {
			return manifests{}, fmt.Errorf("manifest %s: %w", name, err)
		}
	}
	return m, nil
}

func (m *manifests) addFile(raw []byte, namespace string) error {
	documents := yaml.NewDecoder(bytes.NewReader(raw))
	for {
		var node yaml.Node
		err := documents.Decode(&node)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := m.add(&node, namespace); err != nil {
			return err
		}
	}
}

func (m *manifests) add(node *yaml.Node, namespace string) error {
	var h head
	if err := node.Decode(&h); err != nil {
		return err
	}
	group, _, _ := strings.Cut(h.APIVersion, "/")
	switch group + " " + h.Kind {
	case "eventing.knative.dev Broker":
		var b brokerManifest
		err := decodeStrictly(node, &b)
		b.Metadata.inherit(namespace)
		b.Spec.Delivery.DeadLetterSink.inherit(b.Metadata.Namespace)
		m.brokers = append(m.brokers, b)
		return err
	case "eventing.knative.dev Trigger":
		var t triggerManifest
		err := decodeStrictly(node, &t)
		t.Metadata.inherit(namespace)
		t.Spec.Subscriber.inherit(t.Metadata.Namespace)
		t.Spec.Delivery.DeadLetterSink.inherit(t.Metadata.Namespace)
		m.triggers = append(m.triggers, t)
		return err
	case "sources.knative.dev PingSource":
		var p pingManifest
		err := decodeStrictly(node, &p)
		p.Metadata.inherit(namespace)
		p.Spec.Sink.inherit(p.Metadata.Namespace)
		m.pings = append(m.pings, p)
		return err
	case "sources.knative.dev SinkBinding": // whoever starts the functions sets K_SINK
		return nil
	}
	if group == "eventing.knative.dev" || group == "sources.knative.dev" {
		return fmt.Errorf("the laptop's bridge does not know the kind %s of %s", h.Kind, h.APIVersion)
	}
	return nil
}

// decodeStrictly refuses fields that the target does not have.
func decodeStrictly(node *yaml.Node, into any) error {
	raw, err := yaml.Marshal(node)
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	return d.Decode(into)
}

func (m *metadata) inherit(namespace string) {
	if m.Namespace == "" {
		m.Namespace = namespace
	}
}

func (d *destination) inherit(namespace string) {
	if d.Ref != nil && d.Ref.Namespace == "" {
		d.Ref.Namespace = namespace
	}
}
