package cluster

import (
	"context"
	"encoding/json"
)

// Routing gives what route applies, where the cluster's ingress is of a class.
func (t Target) Routing(ctx context.Context, class, host string) ([]byte, error) {
	made, err := t.ingress(ctx, class, host)
	if err != nil {
		return nil, err
	}
	return json.Marshal([]any{made, t.certificate(host)})
}
