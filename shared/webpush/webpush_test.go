package webpush

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	push "github.com/SherClockHolmes/webpush-go"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jwt"
	"github.com/stretchr/testify/require"

	"function/shared/channel"
	"function/shared/outbound"
)

// browser is a subscription with its private key.
type browser struct {
	key  *ecdh.PrivateKey
	auth []byte
}

func newBrowser(t *testing.T) browser {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	require.NoError(t, err)
	auth := make([]byte, 16)
	_, _ = rand.Read(auth)
	return browser{key, auth}
}

func (b browser) address(endpoint string) channel.Address {
	return channel.Address{To: endpoint, P256dh: base64.RawURLEncoding.EncodeToString(b.key.PublicKey().Bytes()), Auth: base64.RawURLEncoding.EncodeToString(b.auth)}
}

// open decrypts a body as a browser does (RFC 8188 and RFC 8291), in the words of the RFCs.
func (b browser) open(body []byte) ([]byte, error) {
	if len(body) < 21 {
		return nil, errors.New("too short")
	}
	salt, recordSize, idLength := body[:16], binary.BigEndian.Uint32(body[16:20]), int(body[20])
	sender, err := ecdh.P256().NewPublicKey(body[21 : 21+idLength])
	if err != nil {
		return nil, err
	}
	record := body[21+idLength:]
	if len(record) > int(recordSize) {
		return nil, errors.New("more than one record")
	}
	shared, err := b.key.ECDH(sender)
	if err != nil {
		return nil, err
	}
	info := "WebPush: info\x00" + string(b.key.PublicKey().Bytes()) + string(sender.Bytes())
	ikm, err := hkdf.Key(sha256.New, shared, b.auth, info, 32)
	if err != nil {
		return nil, err
	}
	contentKey, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(contentKey)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(nil, nonce, record, nil)
	if err != nil {
		return nil, err
	}
	text := strings.TrimRight(string(plain), "\x00")
	if !strings.HasSuffix(text, "\x02") {
		return nil, errors.New("not the last record")
	}
	return []byte(strings.TrimSuffix(text, "\x02")), nil
}

// identify checks who sends (RFC 8292) and gives the claims.
func identify(r *http.Request) (jwt.Token, error) {
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts[name] = value
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts["k"])
	if err != nil || scheme != "vapid" || len(raw) != 65 {
		return nil, errors.New("no vapid key")
	}
	key, err := jwk.ParseKey([]byte(`{"kty":"EC","crv":"P-256","x":"` + base64.RawURLEncoding.EncodeToString(raw[1:33]) + `","y":"` + base64.RawURLEncoding.EncodeToString(raw[33:]) + `"}`))
	if err != nil {
		return nil, err
	}
	return jwt.Parse([]byte(parts["t"]), jwt.WithKey(jwa.ES256, key), jwt.WithValidate(true), jwt.WithAudience("http://"+r.Host))
}

func sender(t *testing.T) *Sender {
	private, public, err := push.GenerateVAPIDKeys()
	require.NoError(t, err)
	keys, err := ParseKeys(private)
	require.NoError(t, err)
	require.Equal(t, public, keys.Public())
	return &Sender{Keys: keys, Subject: "push@nudge.test", Client: outbound.Policy{AllowPrivate: true}.Client(), Now: time.Now}
}

func TestABrowserReadsWhatAPushServiceCannot(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	type got struct {
		header http.Header
		body   []byte
		claims jwt.Token
		err    error
	}
	received := make(chan got, 1)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		claims, err := identify(r)
		received <- got{r.Header, body, claims, err}
		w.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(service.Close)
	s := sender(t)
	m := channel.Message{Kind: channel.Reminder, Title: "Pay rent", Text: "Due tomorrow at 9:00.", TaskID: "0197", Notification: "0198"}
	require.NoError(t, s.Send(t.Context(), b.address(service.URL+"/push/1"), m, "01970000-1111-7222-8333-444444444444"))
	g := <-received
	require.NoError(t, g.err)
	require.Equal(t, "mailto:push@nudge.test", g.claims.Subject())
	require.WithinDuration(t, time.Now().Add(12*time.Hour), g.claims.Expiration(), 13*time.Hour)
	require.Equal(t, "01970000111172228333444444444444", g.header.Get("Topic"))
	require.Equal(t, "86400", g.header.Get("TTL"))
	require.Equal(t, "high", g.header.Get("Urgency"))
	require.Equal(t, "aes128gcm", g.header.Get("Content-Encoding"))
	require.LessOrEqual(t, len(g.body), 4096)
	require.NotContains(t, string(g.body), "rent")
	plain, err := b.open(g.body)
	require.NoError(t, err)
	var p payload
	require.NoError(t, json.Unmarshal(plain, &p))
	require.Equal(t, payload{Kind: "reminder", Title: "Pay rent", Text: "Due tomorrow at 9:00.", TaskID: "0197", Notification: "0198"}, p)
	_, err = newBrowser(t).open(g.body)
	require.Error(t, err, "another browser")

	require.NoError(t, s.Send(t.Context(), b.address(service.URL), channel.Message{Kind: channel.Digest, Title: strings.Repeat("é", 500), Text: strings.Repeat("€\x01", 9000)}, "k"))
	g = <-received
	plain, err = b.open(g.body)
	require.NoError(t, err, "a long message is shortened")
	require.NoError(t, json.Unmarshal(plain, &p))
	require.NotContains(t, p.Text+p.Title, "\ufffd")
}

func TestAPushServicesAnswersAreUnderstood(t *testing.T) {
	t.Parallel()
	var status atomic.Int64
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(int(status.Load()))
	}))
	t.Cleanup(service.Close)
	s, b := sender(t), newBrowser(t)
	send := func(code int) *channel.Failure {
		status.Store(int64(code))
		return channel.FailureOf(s.Send(t.Context(), b.address(service.URL), channel.Message{Title: "x"}, "k"))
	}
	for _, code := range []int{http.StatusGone, http.StatusNotFound} {
		require.True(t, send(code).Gone)
		require.True(t, send(code).Final)
	}
	require.Equal(t, 7*time.Second, send(http.StatusTooManyRequests).After)
	require.False(t, send(http.StatusInternalServerError).Final)
	require.True(t, send(http.StatusForbidden).Final)
	require.True(t, send(http.StatusRequestEntityTooLarge).Final)
	service.Close()
	require.False(t, send(http.StatusOK).Final, "nobody there")
	s.Client = outbound.Policy{}.Client()
	require.Equal(t, channel.Forbidden, send(http.StatusOK).Reason)
	require.Equal(t, channel.Unavailable, channel.FailureOf((&Sender{}).Send(t.Context(), b.address(service.URL), channel.Message{}, "k")).Reason)
}

func TestKeysAreChecked(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "short", strings.Repeat("A", 43), "!!"} {
		_, err := ParseKeys(text)
		require.Error(t, err, text)
	}
	a := newBrowser(t).address("")
	require.NoError(t, CheckSubscription(a.P256dh, a.Auth))
	require.Error(t, CheckSubscription(a.P256dh[:40], a.Auth))
	require.Error(t, CheckSubscription(strings.Repeat("A", 87), a.Auth))
	require.Error(t, CheckSubscription(a.P256dh, "AAAA"))
}
