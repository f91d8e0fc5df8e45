package image

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Registry is a container registry and the place in it where images go.
type Registry struct {
	Name     string // host and path, as func takes it: ghcr.io/someone, localhost:5000/nudge
	Insecure bool   // plain HTTP, or a certificate that nobody signed
}

// ParseRegistry reads what a person gave as REGISTRY. A host on the loopback is
// always insecure.
func ParseRegistry(name string, insecure bool) (Registry, error) {
	name = strings.Trim(name, "/")
	if name == "" {
		return Registry{}, errors.New("say where the image goes: REGISTRY=ghcr.io/you (a registry and a path in it)")
	}
	r := Registry{Name: name, Insecure: insecure}
	if strings.Contains(name, "://") || strings.ContainsAny(name, " \t\n@?#") {
		return Registry{}, fmt.Errorf("REGISTRY is %q; write a host and a path without a scheme, such as ghcr.io/you", name)
	}
	if !strings.Contains(name, "/") && strings.ContainsAny(name, ".:") {
		r.Name = name + "/nudge" // func takes a host alone for a name at Docker Hub
	}
	host := r.Host()
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		r.Insecure = true
	}
	return r, nil
}

// Host is the registry's address. A name without one means Docker Hub, as for every
// container tool.
func (r Registry) Host() string {
	host, _, _ := strings.Cut(r.Name, "/")
	if strings.ContainsAny(host, ".:") || host == "localhost" {
		return host
	}
	return "index.docker.io"
}

// Check asks whether the registry answers as one (distribution specification,
// GET /v2/). One that wants to know who asks is there, too.
func (r Registry) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var err error
	for _, scheme := range r.schemes() {
		if err = ask(ctx, (&url.URL{Scheme: scheme, Host: r.Host(), Path: "/v2/"}).String()); err == nil {
			return nil
		}
	}
	hint := ""
	if !r.Insecure {
		hint = "; if it speaks plain HTTP, add REGISTRY_INSECURE=true"
	}
	return fmt.Errorf("the registry %s does not answer (%w): start it, or name another with REGISTRY=…%s", r.Host(), err, hint)
}

func (r Registry) schemes() []string {
	if r.Insecure {
		return []string{"http", "https"}
	}
	return []string{"https"}
}

func ask(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			return wrapped.Err
		}
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusUnauthorized {
		return fmt.Errorf("GET /v2/ is answered with %s, which no registry does", response.Status)
	}
	return nil
}
