package notifications

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"

	"function/shared/channel"
	"function/shared/config"
)

// binder implements channel.Channel by the Dapr output bindings that the configuration
// offers.
type binder struct{ *function }

// Send implements channel.Channel.
func (b *binder) Send(ctx context.Context, to channel.Address, m channel.Message, key string) error {
	output, ok := b.outputs[to.Binding]
	if !ok {
		return &channel.Failure{Reason: channel.Unavailable, Final: true}
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	data, metadata, err := output.Fill(config.Message{Title: m.Title, Text: m.Text, Link: m.Link, Address: to.To, Key: key, Message: string(raw)})
	if err != nil {
		return &channel.Failure{Reason: channel.Unavailable, Final: true, Cause: err}
	}
	err = b.Dapr.Send(ctx, output.Binding, output.Operation, data, metadata)
	if status := answeredStatus(err); status != 0 {
		return channel.Answered(&http.Response{StatusCode: status, Header: http.Header{}}, b.Now())
	}
	return daprFailure(err)
}

// httpStatus is how bindings.http tells that it was answered no.
var httpStatus = regexp.MustCompile(`received status code (\d{3})`)

// answeredStatus gives the HTTP status that a binding was answered with; 0: none is told.
func answeredStatus(err error) int {
	if err == nil {
		return 0
	}
	if found := httpStatus.FindStringSubmatch(err.Error()); found != nil {
		status, _ := strconv.Atoi(found[1])
		return status
	}
	return 0
}
