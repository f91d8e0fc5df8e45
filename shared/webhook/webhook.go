// Package webhook sends messages to programs, signed as the Standard Webhooks
// specification says.
package webhook

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"function/shared/channel"
	"function/shared/outbound"
)

// secretPrefix and the 24 random bytes behind it are a signing secret.
const secretPrefix = "whsec_"

// NewSecret makes a signing secret of random bytes.
func NewSecret(random func([]byte)) string {
	raw := make([]byte, 24)
	random(raw)
	return secretPrefix + base64.StdEncoding.EncodeToString(raw)
}

// Sender implements channel.Channel. The key is the webhook-id.
type Sender struct {
	Client *http.Client
	Now    func() time.Time
}

// body is what a webhook is sent.
type body struct {
	Type      string          `json:"type"` // nudge.reminder, nudge.digest, nudge.code or nudge.test
	Timestamp time.Time       `json:"timestamp"`
	Data      channel.Message `json:"data"`
}

// Send implements channel.Channel.
func (s *Sender) Send(ctx context.Context, to channel.Address, m channel.Message, key string) error {
	signer, err := standardwebhooks.NewWebhook(to.Secret)
	if err != nil {
		return err
	}
	now := s.Now().UTC().Truncate(time.Second)
	raw, err := json.Marshal(body{"nudge." + m.Kind, m.At.UTC(), m})
	if err != nil {
		return err
	}
	signature, err := signer.Sign(key, now, raw)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to.To, bytes.NewReader(raw))
	if err != nil {
		return &channel.Failure{Reason: channel.Refused, Final: true, Cause: err}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Nudge-Webhooks/1")
	request.Header.Set(standardwebhooks.HeaderWebhookID, key)
	request.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	request.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	response, err := s.Client.Do(request) //nolint:bodyclose // Discard closes it
	if err != nil {
		return channel.Unanswered(err, errors.Is(err, outbound.ErrForbidden))
	}
	defer outbound.Discard(response)
	if response.StatusCode == http.StatusGone {
		return &channel.Failure{Reason: channel.Gone, Final: true, Gone: true} // Standard Webhooks: disable the endpoint
	}
	return channel.Answered(response, now)
}
