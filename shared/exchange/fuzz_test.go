package exchange_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"function/shared/exchange"
	"function/shared/todo"
)

var now = time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)

// Whatever a file holds, it is read or refused with a reason, and what is read has ids.
func reads(t *testing.T, format exchange.Format, raw []byte) {
	file, err := exchange.Read(format, raw, todo.DefaultPreferences("ada"), now)
	if err != nil {
		var refused *todo.Error
		require.True(t, errors.As(err, &refused), "%v", err)
		require.NotEqual(t, todo.CodeInternal, refused.Code)
		return
	}
	file.Ends("ada")
	in, index, skipped := file.Import("ada", map[string]string{})
	require.Len(t, index, len(in.Tasks))
	require.Equal(t, len(file.Items), len(in.Tasks)+skipped)
	for _, d := range in.Tasks {
		require.NoError(t, uuid.Validate(d.ID))
	}
}

func FuzzTodoist(f *testing.F) {
	f.Add([]byte("TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\ntask,Buy milk @shop,two litres,1,1,,,every monday at 9,en,Europe/Paris\ntask,oat,,4,2,,,2026-02-30,en,\nnote,said,,,,,,,,\n"))
	f.Add([]byte("\ufeff\"TYPE\",\"CONTENT\"\r\nsection,Home\r\ntask,\"a \"\"b\"\"\nc\"\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) { reads(t, exchange.Todoist, raw) })
}

func FuzzVikunja(f *testing.F) {
	f.Add([]byte(`[{"id":1,"title":"Home","tasks":[{"id":7,"title":"Rent","description":"<p>pay</p>","done":false,"due_date":"2026-02-01T09:00:00Z","repeat_after":86400,"repeat_mode":2,"priority":5,"labels":[{"title":"money"}],"related_tasks":{"subtask":[{"id":8}],"blocked":[{"id":9}]},"reminders":[{"reminder":"2026-01-31T09:00:00Z"}]}]}]`))
	f.Add([]byte("PK\x03\x04 no archive"))
	f.Fuzz(func(t *testing.T, raw []byte) { reads(t, exchange.Vikunja, raw) })
}

func FuzzICalendar(f *testing.F) {
	f.Add([]byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:a\r\nSUMMARY:Water\\, the\r\n  roses\r\nDTSTART;TZID=Europe/Paris:20260105T090000\r\nDUE;VALUE=DATE:20260106\r\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3\r\nEXDATE:20260112T090000\r\nCATEGORIES:home,garden\r\nBEGIN:VALARM\r\nTRIGGER;RELATED=END:-PT15M\r\nEND:VALARM\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VTODO\nRELATED-TO;RELTYPE=PARENT:b\nDURATION:P1W\nEND:VCALENDAR"))
	f.Fuzz(func(t *testing.T, raw []byte) { reads(t, exchange.ICalendar, raw) })
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"format":"nudge","version":1,"settings":{"time_zone":"Europe/Paris"},"tasks":[{"id":"01a20b7b-68e3-7ce8-9ce0-fda720b2c1ad","title":"Rent","priority":"high","due":{"local":"2026-02-01","zone":"UTC"},"series_id":"s","slot":"2026-02-01","reminders":[{"before":"P2D","clock":"09:00","repeat":"PT10M","state":"pending"}]}],"series":[{"id":"s","rule":"FREQ=MONTHLY","start":"2026-02-01","zone":"UTC","template":{"title":"Rent","priority":"low","parent":"x","reminders":[{"offset":-60000000000}]}}]}`))
	f.Add([]byte(`{"format":"nudge","version":1,"tasks":[null,{},{"id":"a","parent":"a"}],"series":[{}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) { reads(t, exchange.JSON, raw) })
}
