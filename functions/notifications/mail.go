package notifications

import (
	"context"
	"errors"
	"html"
	"strings"

	"function/shared/channel"
	"function/shared/dapr"
)

// mailBinding is the Dapr output binding that takes mail (infra/dapr).
const mailBinding = "mail"

// mailer implements channel.Channel by mail. The binding takes no Message-ID, so the key
// stands in the body where nobody sees it.
type mailer struct{ *function }

// Send implements channel.Channel.
func (m *mailer) Send(ctx context.Context, to channel.Address, message channel.Message, key string) error {
	subject, body := compose(message, key)
	return daprFailure(m.Dapr.SendMail(ctx, mailBinding, dapr.Mail{To: to.To, Subject: subject, HTML: body}))
}

// compose writes the mail: HTML, as Dapr's SMTP binding sends it, of escaped text.
func compose(m channel.Message, key string) (subject, body string) {
	say := phrasesFor(m.Language)
	subject = m.Title
	if m.Kind == channel.Reminder {
		subject = say.text("reminder", m.Title)
	}
	var out strings.Builder
	out.WriteString(`<!-- ` + html.EscapeString(key) + ` --><p><strong>` + html.EscapeString(m.Title) + `</strong></p>`)
	for line := range strings.SplitSeq(m.Text, "\n") {
		if line != "" {
			out.WriteString("<p>" + html.EscapeString(line) + "</p>")
		}
	}
	if m.Link != "" {
		out.WriteString(`<p><a href="` + html.EscapeString(m.Link) + `">` + html.EscapeString(say.text("open")) + `</a></p>`)
	}
	return singleLine(subject), out.String()
}

// daprFailure gives an error of the sidecar its failure.
func daprFailure(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, dapr.ErrNotFound):
		return &channel.Failure{Reason: channel.Unavailable, Final: true, Cause: err}
	case !dapr.Retryable(err):
		return &channel.Failure{Reason: channel.Refused, Final: true, Cause: err}
	default:
		return &channel.Failure{Reason: channel.Unreachable, Cause: err}
	}
}
