package acceptance_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const rent = "pay rent every month on the 1st at 9am, remind me 2 days before #home !high"

// The whole loop: words → task → completion → Kafka → next occurrence → activity.
func TestRentIsUnderstoodAndComesAgain(t *testing.T) {
	p := signUp(t)
	events := p.live(t)
	stream := p.say(t, rent)
	require.Contains(t, stream, `"type":"widget"`)

	open := p.list(t, "all")
	require.Len(t, open, 1)
	first := open[0]
	require.Equal(t, "pay rent", first.Title)
	require.Equal(t, "high", first.Priority)
	require.Equal(t, []string{"home"}, first.Tags)
	require.Equal(t, "09:00", first.Due.Time)
	require.Equal(t, "Europe/Paris", first.Due.Zone)
	require.True(t, strings.HasSuffix(first.Due.Date, "-01"), first.Due.Date)
	require.Equal(t, "FREQ=MONTHLY;BYMONTHDAY=1", first.Recurrence.RRule)
	require.Equal(t, "P2D", first.Reminders[0].Before)

	p.complete(t, first)
	await(t, events, time.Minute, "next occurrence", func(event) bool { return len(p.list(t, "all")) == 1 })
	next := p.list(t, "all")[0]
	due, err := time.Parse(time.DateOnly, first.Due.Date)
	require.NoError(t, err)
	require.Equal(t, due.AddDate(0, 1, 0).Format(time.DateOnly), next.Due.Date)
	require.Equal(t, first.Tags, next.Tags)

	var types []string
	eventually(t, time.Minute, "the chain has every step", func() bool {
		var page struct {
			Data []struct{ Type, Actor, Title string }
		}
		p.do(t, http.MethodGet, "/api/activity", "").into(t, &page)
		types = nil
		for _, e := range page.Data {
			require.Equal(t, "pay rent", e.Title)
			types = append(types, e.Type+" by "+e.Actor)
		}
		return len(types) == 3
	})
	slices.Sort(types)
	require.Equal(t, []string{"task.completed by person", "task.created by assistant", "task.created by recurrence"}, types)
	var verdict struct {
		OK    bool
		Count int
	}
	p.do(t, http.MethodGet, "/api/activity/verification", "").into(t, &verdict)
	require.True(t, verdict.OK)
	require.Equal(t, 3, verdict.Count)
}

// A reminder fires on its second, stands in the page, and goes out as mail.
func TestAReminderComesOnItsSecond(t *testing.T) {
	p := signUp(t)
	p.proveMail(t)
	events := p.live(t)
	at := time.Now().Add(4 * time.Second).UTC().Truncate(time.Second)
	p.add(t, fmt.Sprintf(`{"title":"Take the cake out","reminders":[{"at":%q}]}`, at.Format(time.RFC3339)))
	came := await(t, events, time.Minute, "notification", func(e event) bool { return e.Name == "notification" })
	require.False(t, came.At.Before(at), "never early")
	require.Contains(t, string(came.Data), "Take the cake out")
	p.mail(t, "Take the cake out")
	eventually(t, time.Minute, "both channels say delivered", func() bool {
		var page struct {
			Data []struct {
				Deliveries []struct{ Channel, State string }
			}
		}
		p.do(t, http.MethodGet, "/api/notifications", "").into(t, &page)
		if len(page.Data) != 1 || len(page.Data[0].Deliveries) != 2 {
			return false
		}
		return page.Data[0].Deliveries[0].State == "delivered" && page.Data[0].Deliveries[1].State == "delivered"
	})
}

// proveMail makes the person's address a channel: a code goes there and comes back.
func (p *person) proveMail(t testing.TB) {
	t.Helper()
	const channels = "/api/notifications/channels"
	var made struct{ ID string }
	a := p.do(t, http.MethodPost, channels, fmt.Sprintf(`{"kind":"email","address":%q}`, p.email))
	require.Equal(t, http.StatusCreated, a.status, string(a.body))
	a.into(t, &made)
	a = p.do(t, http.MethodPost, channels+"/"+made.ID+"/verify", `{}`)
	require.Contains(t, string(a.body), `"sent"`)
	code := regexp.MustCompile(`Your code is (\d{6})`).FindStringSubmatch(p.mail(t, "Your code is"))
	require.Len(t, code, 2)
	a = p.do(t, http.MethodPost, channels+"/"+made.ID+"/verify", `{"code":"`+code[1]+`"}`)
	require.Contains(t, string(a.body), `"verified"`)
}

// mail waits for a mail to the person that holds some words, and gives it.
func (p *person) mail(t testing.TB, words string) (letter string) {
	t.Helper()
	eventually(t, time.Minute, "a mail was caught: "+words, func() bool {
		mails, _ := filepath.Glob(filepath.Join(running.data, "mail", "*.eml"))
		for _, name := range mails {
			if text, err := os.ReadFile(name); err == nil && strings.Contains(string(text), p.email) && strings.Contains(string(text), words) {
				letter = string(text)
				return true
			}
		}
		return false
	})
	return letter
}

func TestDeletionIsUndone(t *testing.T) {
	p := signUp(t)
	made := p.add(t, `{"title":"Water the plants"}`)
	a := p.do(t, http.MethodDelete, "/api/tasks/"+made.ID, "", "If-Match", `"1"`)
	require.Equal(t, http.StatusNoContent, a.status, string(a.body))
	require.Empty(t, p.list(t, "all"))
	a = p.do(t, http.MethodPost, "/api/changesets/"+a.header.Get("Nudge-Change-Set")+"/undo", "")
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	require.Len(t, p.list(t, "all"), 1)
}
