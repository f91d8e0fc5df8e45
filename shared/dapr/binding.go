package dapr

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"github.com/dapr/go-sdk/client"
)

// Send hands data to an output binding. Operation and metadata are the
// component's own. Whether a failed call should be repeated tells Retryable; a
// call that failed may have had its effect.
//
// Calls for one binding go one at a time: some components (smtp) keep the
// metadata of the last request in a place that all requests share, and two
// requests at once could mix their receivers.
func (c *Client) Send(ctx context.Context, binding, operation string, data []byte, metadata map[string]string) error {
	ctx, cancel := deadline(ctx, sendTimeout)
	defer cancel()
	turn := c.turn(binding)
	turn.Lock()
	defer turn.Unlock()
	var answer error
	err := c.faults.Provider(ctx, func(ctx context.Context) error {
		answer = c.sdk.InvokeOutputBinding(ctx, &client.InvokeBindingRequest{Name: binding, Operation: operation, Data: data, Metadata: metadata})
		return answer
	})
	if answer == nil && err != nil {
		return fmt.Errorf("dapr: send through %s: %w: %w", binding, ErrUnavailable, err)
	}
	return failure(ctx, "send through "+binding, err)
}

// turn is held by the request that a binding is serving.
func (c *Client) turn(binding string) *sync.Mutex {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sending[binding] == nil {
		c.sending[binding] = &sync.Mutex{}
	}
	return c.sending[binding]
}

// Mail is one message to one person.
type Mail struct {
	// To is the receiver's address, without a name and in ASCII: the component
	// does not speak SMTPUTF8 (RFC 6531) and would garble another.
	To string
	// Subject is one line of plain text.
	Subject string
	// HTML is the body.
	HTML string
}

// SendMail sends through a binding of type smtp. A receiver or subject that
// could change the message's head is ErrRejected, as is a message that the mail
// server refuses for good.
func (c *Client) SendMail(ctx context.Context, binding string, mail Mail) error {
	// The component splits receivers at semicolons and keeps the last receiver
	// when a request names none.
	if mail.To == "" || strings.Count(mail.To, "@") != 1 || strings.ContainsAny(mail.To, ";,<>\"") || strings.ContainsFunc(mail.To, notInAddress) {
		return fmt.Errorf("dapr: send through %s: %w: not one mail address", binding, ErrRejected)
	}
	if mail.Subject == "" || strings.ContainsFunc(mail.Subject, unicode.IsControl) {
		return fmt.Errorf("dapr: send through %s: %w: the subject is not one line", binding, ErrRejected)
	}
	return c.Send(ctx, binding, "create", []byte(mail.HTML), map[string]string{"emailTo": mail.To, "subject": mail.Subject})
}

func notInAddress(r rune) bool { return r <= ' ' || r >= unicode.MaxASCII }
