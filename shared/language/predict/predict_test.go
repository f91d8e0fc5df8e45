package predict_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/language/predict"
)

func answer(t *testing.T, kind, in string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, predict.Run(kind, strings.NewReader(in), &out))
	return strings.TrimSpace(out.String())
}

func TestEachKind(t *testing.T) {
	t.Parallel()
	require.Equal(t, `{"id":"a","start":"2026-11-24T17:00:00","end":null}`,
		answer(t, "datetime", `{"id":"a","ref":"2026-11-23T12:00:00","text":"call at 5pm tomorrow"}`))
	require.Equal(t, `{"id":"a","start":null,"end":null}`,
		answer(t, "datetime", `{"id":"a","ref":"2026-11-23T12:00:00","text":"call"}`))
	require.Equal(t, `{"id":"a","rrule":"FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0"}`,
		answer(t, "recurrence", `{"id":"a","text":"every monday at 9","lang":"en"}`))
	require.Equal(t, `{"id":"a","rrule":"FREQ=DAILY;BYHOUR=9;BYMINUTE=0","exrule":["FREQ=DAILY;BYDAY=SA,SU;BYHOUR=9;BYMINUTE=0"]}`,
		answer(t, "recurrence", `{"id":"a","text":"daily at 9 except on weekends","lang":"en"}`))
	require.Equal(t, `{"id":"a","rrule":"FREQ=DAILY","exdate":["2025-07-04T00:00:00"]}`,
		answer(t, "recurrence", `{"id":"a","text":"every day except july 4","lang":"en"}`))
	require.Equal(t, `{"id":"a","occurrences":["2026-03-28","2026-03-29"]}`,
		answer(t, "rrule", `{"id":"a","rrule":"FREQ=DAILY;COUNT=2","dtstart":"2026-03-28","tz":"Europe/Berlin"}`))
	require.Equal(t, `{"id":"a","occurrences":"reject"}`,
		answer(t, "rrule", `{"id":"a","rrule":"FREQ=NEVER","dtstart":"2026-03-28T00:00:00"}`))
	require.Equal(t, `{"id":"a","text":"every other week"}`, answer(t, "words", `{"id":"a","rrule":"FREQ=WEEKLY;INTERVAL=2","lang":"en"}`))
	require.Equal(t, `{"id":"a","tasks":[{"title":"call Bob","due":"2026-11-24","rrule":null,"reminders":[],"tags":["work"],"priority":"high"}]}`,
		answer(t, "task", `{"id":"a","ref":"2026-11-23T12:00:00","text":"call Bob tomorrow #work !high"}`))
}

func TestErrorsNameTheLine(t *testing.T) {
	t.Parallel()
	err := predict.Run("datetime", strings.NewReader("{}\nnonsense\n"), &bytes.Buffer{})
	require.ErrorContains(t, err, "line 2")
	require.ErrorContains(t, predict.Run("tea", strings.NewReader(""), &bytes.Buffer{}), "unknown kind")
	require.ErrorContains(t, predict.Run("datetime", strings.NewReader(`{"id":"x","ref":"yesterday"}`), &bytes.Buffer{}), "x")
}

func TestWordsOfARuleThatNeverHappens(t *testing.T) {
	t.Parallel()
	require.Contains(t, answer(t, "words", `{"id":"a","rrule":"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30","lang":"en"}`), `"text":"","error":"recurrence: RRULE=FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30: it never happens`)
}
