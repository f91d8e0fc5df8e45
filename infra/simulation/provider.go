package main

import (
	"context"
	"net"
	"strings"
	"sync"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// provider is a sidecar whose output bindings keep what they are given: the world's mail
// server, as the functions' own client reaches it.
type provider struct {
	runtimev1.UnimplementedDaprServer
	server *grpc.Server
	addr   string

	mu    sync.Mutex // of calls by the client's goroutines; one runs at a time
	world *world
	sent  map[string]int // key → messages that went out
	wrong []string       // what must not have been sent
	away  map[string]int // key → answers that did not come back though it went out
}

func startProvider() (*provider, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // for the life of the program
	if err != nil {
		return nil, err
	}
	p := &provider{server: grpc.NewServer(), addr: listener.Addr().String()}
	runtimev1.RegisterDaprServer(p.server, p)
	go func() { _ = p.server.Serve(listener) }()
	return p, nil
}

// begin empties the provider for a world.
func (p *provider) begin(w *world) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.world, p.sent, p.away, p.wrong = w, map[string]int{}, map[string]int{}, nil
}

// InvokeBinding implements the Dapr API.
func (p *provider) InvokeBinding(_ context.Context, in *runtimev1.InvokeBindingRequest) (*runtimev1.InvokeBindingResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.world
	key, ok := strings.CutPrefix(string(in.GetData()), "<!-- ")
	key, _, ok2 := strings.Cut(key, " -->")
	if !ok || !ok2 || in.GetMetadata()["emailTo"] == "" {
		return nil, status.Error(codes.InvalidArgument, "no key, or nobody to send it to")
	}
	switch {
	case w.healed:
	case w.chance(0.05):
		w.count("provider refuses for the moment")
		w.note("provider refuses %q", key)
		return nil, status.Error(codes.Internal, "error invoking output binding mail: smtp binding error: 451 try again later")
	case w.chance(0.05): //nolint:gocritic // each case draws anew
		w.count("provider sends and does not say so")
		p.sent[key]++
		p.away[key]++
		w.note("provider sends %q and does not say so", key)
		return nil, status.Error(codes.DeadlineExceeded, "context deadline exceeded")
	}
	p.settled(key)
	p.sent[key]++
	w.note("provider sends %q", key)
	return &runtimev1.InvokeBindingResponse{}, nil
}

// settled looks for a message that is sent again though its record says that it was.
func (p *provider) settled(key string) {
	if p.sent[key] == 0 {
		return
	}
	var state string
	if err := p.world.worker.db.super.QueryRow(context.Background(), `SELECT state FROM nudge.deliveries WHERE id::text = $1`, key).Scan(&state); err != nil {
		state = err.Error()
	}
	if state == "delivered" {
		p.wrong = append(p.wrong, "message "+key+" was sent again though its record said that it was delivered")
	}
}

// GetMetadata implements the Dapr API.
func (p *provider) GetMetadata(context.Context, *runtimev1.GetMetadataRequest) (*runtimev1.GetMetadataResponse, error) {
	return &runtimev1.GetMetadataResponse{}, nil
}
