// Package outbound makes requests to addresses that people name, without letting them
// reach what only this machine or its network can (server-side request forgery).
//
// The check is made on the resolved address when a connection is dialled, so that a
// name which changes its answer between a look-up and the call gains nothing.
package outbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// Limits of one call.
const (
	timeout     = 10 * time.Second
	maxHeader   = 16 << 10
	maxResponse = 64 << 10
	maxURL      = 2048
)

// ErrForbidden is the refusal of an address that is not one of the public internet.
var ErrForbidden = errors.New("the address is not a public one")

// Policy says which addresses may be called.
type Policy struct {
	// AllowPrivate permits private, loopback and link-local addresses and plain http:
	// for development and tests.
	AllowPrivate bool
}

// Check looks at an address that somebody wants to be called: an absolute https URL with
// a host, without a user, of at most 2048 bytes. The error says what is wrong with it.
func (p Policy) Check(address string) error {
	if len(address) > maxURL {
		return fmt.Errorf("is longer than %d bytes", maxURL)
	}
	u, err := url.Parse(address)
	switch {
	case err != nil, u.Host == "", u.Hostname() == "":
		return errors.New("is no absolute URL")
	case u.Scheme != "https" && (u.Scheme != "http" || !p.AllowPrivate):
		return errors.New("must begin with https://")
	case u.User != nil:
		return errors.New("must not hold a user or password")
	case u.Fragment != "":
		return errors.New("must not have a fragment")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !p.allows(ip) {
		return ErrForbidden
	}
	return nil
}

// Client gives a client that keeps to the policy, follows no redirect, uses no proxy and
// gives up after ten seconds. Its responses are bounded: reading more fails.
func (p Policy) Client() *http.Client {
	dialer := &net.Dialer{Timeout: timeout, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		target, err := netip.ParseAddrPort(address)
		if err != nil || !p.allows(target.Addr()) {
			return ErrForbidden
		}
		return nil
	}}
	transport := &http.Transport{
		DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConns: 20, IdleConnTimeout: 30 * time.Second,
		TLSHandshakeTimeout: timeout, ResponseHeaderTimeout: timeout, MaxResponseHeaderBytes: maxHeader,
	}
	return &http.Client{
		Timeout: timeout, Transport: bounded{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type bounded struct{ next http.RoundTripper }

// RoundTrip bounds what can be read of an answer.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(r)
	if err == nil {
		response.Body = http.MaxBytesReader(nil, response.Body, maxResponse)
	}
	return response, err
}

// Discard reads what little an answer holds, so that its connection can serve again.
func Discard(response *http.Response) {
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
}

func (p Policy) allows(ip netip.Addr) bool { return p.AllowPrivate || public(ip) }

// special are the blocks of the IANA special-purpose registries (RFC 6890 and its
// updates) that netip has no word for, and those that hold an IPv4 address inside.
var special = func() []netip.Prefix {
	var list []netip.Prefix
	for _, text := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}()

// public reports whether an address is one of the public internet.
func public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	for _, prefix := range special {
		if prefix.Contains(ip) {
			return false
		}
	}
	return true
}
