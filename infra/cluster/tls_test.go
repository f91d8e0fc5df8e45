package cluster_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const certificateKind = "customresourcedefinitions.apiextensions.k8s.io/certificates.cert-manager.io"

// tls deploys with an issuer. The cluster gets cert-manager's kind and not its controller:
// the certificate that it would issue is made here.
func (r *rig) tls(t *testing.T) {
	if _, err := run(t, nil, "kubectl", "get", certificateKind); err == nil {
		t.Skip("there is a cert-manager, with issuers of its own")
	}
	_, err := run(t, certificateDefinition(t), "kubectl", "apply", "--server-side", "--filename=-")
	require.NoError(t, err)
	defer func() { _, _ = run(t, nil, "kubectl", "delete", certificateKind) }()
	roots := r.issue(t)
	defer kubectl(t, "delete", "secret", "nudge-tls", "--ignore-not-found")
	said, err := r.deployed(t, "-tls-issuer", "internal")
	require.NoError(t, err, said)
	require.Equal(t, host+" internal", kubectl(t, "get", "certificates.cert-manager.io", "nudge-tls", "--output=jsonpath={.spec.dnsNames[0]} {.spec.issuerRef.name}"))
	require.Equal(t, "Redirected", kubectl(t, "get", "ingresses.networking.internal.knative.dev", "nudge-address", "--output=jsonpath={.spec.httpOption}"))

	p := r.signUp(t)
	ingress, err := url.Parse(r.ingress)
	require.NoError(t, err)
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, ingress.Host)
		},
	}}
	for _, path := range []string{"/", "/api/tasks"} {
		eventually(t, time.Minute, time.Second, path+" by TLS", func() bool {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+host+path, nil)
			require.NoError(t, err)
			request.Header.Set("Authorization", "Bearer "+p.bearer())
			response, err := client.Do(request)
			if err != nil {
				t.Log(err)
				return false
			}
			_ = response.Body.Close()
			return response.StatusCode == http.StatusOK
		})
	}
	r.figure(t, "by TLS, with a certificate that was issued for the address", "the page and the API")
	r.lastRequest = time.Now()
}

// certificateDefinition is that of the cert-manager that ./task check reads too. It is
// the source of a chart, with a few names to be filled in.
func certificateDefinition(t *testing.T) []byte {
	t.Helper()
	output, err := run(t, nil, "env", "GOFLAGS=", "go", "-C", filepath.Join("infra", "tools", "func"), "mod", "download", "-json", "github.com/cert-manager/cert-manager@v1.18.2")
	require.NoError(t, err)
	var module struct{ Dir string }
	require.NoError(t, json.Unmarshal([]byte(output), &module))
	text, err := os.ReadFile(filepath.Join(module.Dir, "deploy", "crds", "crd-certificates.yaml"))
	require.NoError(t, err)
	return regexp.MustCompile(`"?\{\{[^}]*\}\}"?`).ReplaceAll(text, []byte("nudge"))
}

// issue makes a certificate of the address and puts it where cert-manager would.
func (r *rig) issue(t *testing.T) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	apply(t, map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "nudge-tls", "namespace": namespace}, "type": "kubernetes.io/tls",
		"stringData": map[string]string{"tls.crt": string(certificate), "tls.key": strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))},
	})
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(certificate))
	return roots
}
