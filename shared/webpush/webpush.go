// Package webpush sends messages to browsers: Web Push (RFC 8030), encrypted so that
// only the browser reads them (RFC 8291), from a server that identifies itself with a
// key of its own (RFC 8292).
package webpush

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	push "github.com/SherClockHolmes/webpush-go"

	"function/shared/channel"
	"function/shared/outbound"
)

// maxPayload leaves room in a record of 4096 bytes for what the encryption adds.
const maxPayload = 3900

// timeToLive is how long a push service keeps a message for a browser that sleeps.
const timeToLive = 24 * time.Hour

// Keys are the server's own (VAPID).
type Keys struct {
	private, public string // base64url
}

// ParseKeys reads the private key: 32 bytes in base64url.
func ParseKeys(private string) (Keys, error) {
	raw, err := base64.RawURLEncoding.DecodeString(private)
	if err != nil {
		return Keys{}, errors.New("the key is no base64url")
	}
	key, err := ecdh.P256().NewPrivateKey(raw)
	if err != nil {
		return Keys{}, errors.New("the key is no private key of P-256")
	}
	return Keys{private, base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes())}, nil
}

// Public is what a browser needs to subscribe (applicationServerKey), in base64url;
// empty where there is no key.
func (k Keys) Public() string { return k.public }

// CheckSubscription looks at the keys of a subscription: a point of P-256 and 16 bytes.
func CheckSubscription(p256dh, auth string) error {
	point, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(p256dh, "="))
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(point)
	}
	if err != nil {
		return errors.New("p256dh is no public key of P-256 in base64url")
	}
	if secret, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(auth, "=")); err != nil || len(secret) != 16 {
		return errors.New("auth is not 16 bytes in base64url")
	}
	return nil
}

// Sender implements channel.Channel. The key becomes the Topic: a push service replaces
// a waiting message by another of its topic.
type Sender struct {
	Keys    Keys
	Subject string // whom a push service can write to: an e-mail address or https URL
	Client  *http.Client
	Now     func() time.Time
}

// Send implements channel.Channel.
func (s *Sender) Send(ctx context.Context, to channel.Address, m channel.Message, key string) error {
	if s.Keys.public == "" {
		return &channel.Failure{Reason: channel.Unavailable, Final: true}
	}
	payload, err := encode(m)
	if err != nil {
		return err
	}
	urgency := push.UrgencyHigh
	if m.Kind == channel.Digest {
		urgency = push.UrgencyNormal
	}
	response, err := push.SendNotificationWithContext(ctx, payload, //nolint:bodyclose // Discard closes it
		&push.Subscription{Endpoint: to.To, Keys: push.Keys{P256dh: to.P256dh, Auth: to.Auth}},
		&push.Options{
			HTTPClient: s.Client, Subscriber: s.Subject, Topic: topic(key), TTL: int(timeToLive / time.Second), Urgency: urgency,
			VAPIDPublicKey: s.Keys.public, VAPIDPrivateKey: s.Keys.private,
		})
	if err != nil {
		return channel.Unanswered(err, errors.Is(err, outbound.ErrForbidden))
	}
	defer outbound.Discard(response)
	if response.StatusCode == http.StatusNotFound || response.StatusCode == http.StatusGone {
		return &channel.Failure{Reason: channel.Gone, Final: true, Gone: true} // RFC 8030 §7.3
	}
	return channel.Answered(response, s.Now())
}

// topic is at most 32 characters of base64url (RFC 8030 §5.4): a UUID without dashes.
func topic(key string) string {
	key = strings.ReplaceAll(key, "-", "")
	return key[:min(len(key), 32)]
}

// payload is what the page's service worker reads.
type payload struct {
	Kind         string `json:"kind"`
	Title        string `json:"title"`
	Text         string `json:"text,omitempty"`
	TaskID       string `json:"task_id,omitempty"`
	Notification string `json:"notification_id,omitempty"`
	ChannelID    string `json:"channel_id,omitempty"`
	Code         string `json:"code,omitempty"`
	Language     string `json:"language,omitempty"`
}

// encode shortens the text until it fits.
func encode(m channel.Message) ([]byte, error) {
	p := payload{m.Kind, clip(m.Title, 400), m.Text, m.TaskID, m.Notification, m.ChannelID, m.Code, m.Language}
	for {
		raw, err := json.Marshal(p)
		if err != nil || len(raw) <= maxPayload {
			return raw, err
		}
		if p.Text == "" {
			p.Title = clip(p.Title, len(p.Title)/2)
		}
		p.Text = clip(p.Text, len(p.Text)/2)
	}
}

// clip keeps at most n bytes, and no broken character.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
