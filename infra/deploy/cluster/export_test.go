package cluster

import (
	"context"
	"encoding/json"
)

// Routing gives what route applies, where the cluster's ingress is of a class.
func (t Target) Routing(ctx context.Context, class, host string, certified bool) ([]byte, error) {
	made, err := t.ingress(ctx, class, host, certified)
	if err != nil {
		return nil, err
	}
	return json.Marshal(made)
}
