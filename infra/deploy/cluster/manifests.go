package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// manifest is one Kubernetes object as it is applied.
type manifest = map[string]any

// decode reads the objects of a rendered overlay.
func decode(manifests []byte) (objects []manifest, err error) {
	for decoder := yaml.NewDecoder(bytes.NewReader(manifests)); ; {
		var object manifest
		switch err := decoder.Decode(&object); {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, fmt.Errorf("read the manifests: %w", err)
		case object != nil:
			objects = append(objects, object)
		}
	}
}

// encode writes objects for kubectl.
func encode(objects []manifest) ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	for _, object := range objects {
		if err := encoder.Encode(object); err != nil {
			return nil, fmt.Errorf("write the manifests: %w", err)
		}
	}
	return out.Bytes(), encoder.Close()
}

// rehearsal leaves out who the pods of Knative Services are. In a dry run, Knative has
// the cluster judge a pod too, and that is refused while its ServiceAccount, which is
// among the manifests, is not there yet.
func rehearsal(objects []manifest) []manifest {
	for _, object := range objects {
		if version, _ := object["apiVersion"].(string); strings.HasPrefix(version, "serving.knative.dev/") {
			delete(section(section(section(object, "spec"), "template"), "spec"), "serviceAccountName")
		}
	}
	return objects
}

// divide takes the Triggers from the rest. They come after the functions that they lead
// to: a Trigger that finds no subscriber looks for it again ever more seldom, and would
// be minutes late.
func divide(objects []manifest) (first, triggers []manifest) {
	for _, object := range objects {
		if object["kind"] == "Trigger" {
			triggers = append(triggers, object)
		} else {
			first = append(first, object)
		}
	}
	return first, triggers
}
