package outbound

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOnlyAddressesOfThePublicInternetAreCalled(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"127.0.0.1", "127.8.9.1", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
		"192.0.0.8", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
		"::127.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
		"2001:0:1::", "2001:db8::1",
	} {
		require.False(t, public(netip.MustParseAddr(text)), text)
	}
	for _, text := range []string{"1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "::ffff:1.1.1.1", "2606:4700::1111", "2a00:1450::1"} {
		require.True(t, public(netip.MustParseAddr(text)), text)
	}
}

func TestWhatIsNoAddressToCallIsSaid(t *testing.T) {
	t.Parallel()
	strict := Policy{}
	for _, address := range []string{
		"", "nudge", "/hook", "http://example.com/hook", "ftp://example.com", "https://", "https://user:pw@example.com/", "https://example.com/#x",
		"https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.1]/", "https://example.com/" + strings.Repeat("x", 2048),
		"https://exa mple.com/", "https://:443/",
	} {
		require.Error(t, strict.Check(address), address)
	}
	require.NoError(t, strict.Check("https://example.com:8443/hook?x=1"))
	require.NoError(t, Policy{AllowPrivate: true}.Check("http://127.0.0.1:9/hook"))
}

// The check is on what a name resolves to, when it is dialled.
func TestANameThatLeadsInsideIsNotDialled(t *testing.T) {
	t.Parallel()
	called := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	t.Cleanup(server.Close)
	for _, address := range []string{server.URL, strings.Replace(server.URL, "127.0.0.1", "localhost", 1), strings.Replace(server.URL, "127.0.0.1", "2130706433", 1)} {
		response, err := Policy{}.Client().Get(address)
		if err == nil {
			Discard(response)
		}
		require.Error(t, err, address)
	}
	require.False(t, called)
	response, err := Policy{AllowPrivate: true}.Client().Get(server.URL)
	require.NoError(t, err)
	Discard(response)
	require.True(t, called)
}

func TestNoRedirectIsFollowedAndAnswersAreBounded(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/other", http.StatusTemporaryRedirect)
			return
		}
		_, _ = w.Write(make([]byte, maxResponse+1))
	}))
	t.Cleanup(server.Close)
	client := Policy{AllowPrivate: true}.Client()
	response, err := client.Get(server.URL)
	require.NoError(t, err)
	require.Equal(t, http.StatusTemporaryRedirect, response.StatusCode)
	Discard(response)
	response, err = client.Get(server.URL + "/other")
	require.NoError(t, err)
	_, err = io.ReadAll(response.Body)
	require.Error(t, err)
	Discard(response)
}
