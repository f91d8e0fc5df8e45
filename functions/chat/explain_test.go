package chat_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/stretchr/testify/require"
)

// explained asks how a text is understood.
func (p *person) explained(status int, text, language string) map[string]any {
	p.t.Helper()
	query := url.Values{"text": {text}}
	if language != "" {
		query.Set("language", language)
	}
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.rig.url+"/api/language/explain?"+query.Encode(), nil)
	require.NoError(p.t, err)
	request.Header.Set("Authorization", "Bearer "+p.rig.token(p.id))
	response, err := http.DefaultClient.Do(request)
	require.NoError(p.t, err)
	raw := p.read(response)
	require.Equal(p.t, status, response.StatusCode, string(raw))
	var object map[string]any
	require.NoError(p.t, json.Unmarshal(raw, &object))
	return object
}

func explaining(r *rig) {
	p := r.person()
	said := p.explained(http.StatusOK, "pay rent every month on the 1st at 9am", "")
	act := said["acts"].([]any)[0].(map[string]any)
	require.Equal(r, "add", act["intent"])
	require.Equal(r, []any{"pay rent"}, act["titles"])
	require.NotEmpty(r, act["why"])
	require.Equal(r, "FREQ=MONTHLY;BYMONTHDAY=1", said["recurrences"].([]any)[0].(map[string]any)["rrule"])
	require.Contains(r, said["report"], "because")

	when := p.explained(http.StatusOK, "Zahnarzt morgen um 17:00", "de")["dates"].([]any)[0].(map[string]any)
	require.Equal(r, "2026-11-24T17:00:00", when["from"])
	require.Contains(r, when["text"], "morgen")

	require.Equal(r, "urn:nudge:problem:validation", p.explained(http.StatusUnprocessableEntity, strings.Repeat("é", 3000), "")["type"])
	require.Equal(r, "urn:nudge:problem:validation", p.explained(http.StatusUnprocessableEntity, "  ", "")["type"])
	require.Empty(r, r.tasks(p.id), "it changes nothing")
}
