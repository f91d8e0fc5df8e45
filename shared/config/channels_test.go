package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBindingsBecomeChannels(t *testing.T) {
	t.Parallel()
	c := Channels{Bindings: `{"sms": {"binding": "twilio", "label": "SMS", "pattern": "\\+[0-9]{6,15}",
		"metadata": {"toNumber": "{{.Address}}", "Idempotency-Key": "{{.Key}}"}, "data": "{{.Title}}"}, "ntfy": {"binding": "ntfy", "operation": "post", "label": "ntfy"}}`}
	list, err := c.Outputs()
	require.NoError(t, err)
	sms := list["sms"]
	require.Equal(t, "create", sms.Operation)
	require.True(t, sms.Accepts("+49123456789"))
	require.False(t, sms.Accepts("+49123456789\nX"))
	data, metadata, err := sms.Fill(Message{Title: "Pay rent", Address: "+49123456789", Key: "k"})
	require.NoError(t, err)
	require.Equal(t, "Pay rent", string(data))
	require.Equal(t, map[string]string{"toNumber": "+49123456789", "Idempotency-Key": "k"}, metadata)
	require.False(t, list["ntfy"].Accepts("a/../b"), "nothing that means something in a URL")
	data, _, err = list["ntfy"].Fill(Message{Message: `{"title":"x"}`})
	require.NoError(t, err)
	require.JSONEq(t, `{"title":"x"}`, string(data))

	for _, wrong := range []string{
		`[]`, `{"a": {}}`, `{"a": {"binding": "b", "label": "l", "data": "{{.Nothing}}"}}`, `{"a": {"binding": "b", "label": "l", "data": "{{"}}`,
		`{"a": {"binding": "b", "label": "l", "pattern": "("}}`, `{"a": {"binding": "b", "label": "l", "colour": "red"}}`,
	} {
		_, err := Channels{Bindings: wrong}.Outputs()
		require.Error(t, err, wrong)
	}
}
