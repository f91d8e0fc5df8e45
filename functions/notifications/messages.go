package notifications

import (
	"net/url"
	"strings"
	"time"

	"function/shared/channel"
	"function/shared/language/words"
	"function/shared/postgres"
	"function/shared/todo"
)

// lateAfter is how late a reminder is before it says so.
const lateAfter = time.Minute

func zoneOf(prefs todo.Preferences) *time.Location {
	zone, err := time.LoadLocation(prefs.Zone())
	if err != nil {
		return time.UTC
	}
	return zone
}

func (f *function) writeReminder(n postgres.Notification, prefs todo.Preferences) channel.Message {
	say, zone := phrasesFor(prefs.Language), zoneOf(prefs)
	now := f.Now()
	m := channel.Message{
		Kind: channel.Reminder, Title: singleLine(n.Title), Notification: n.ID, TaskID: n.TaskID, At: n.RemindAt, DueAt: n.DueAt,
		Link: f.link(n.TaskID), Language: say.language,
	}
	var lines []string
	if n.DueAt != nil {
		local := n.DueAt.In(zone)
		lines = append(lines, say.text("due", words.Due(local.Format(time.DateOnly), local.Format("15:04"), now.In(zone), say.language)))
	}
	// A nag in the night is not late: what is held for quiet hours comes as it should.
	if late := n.CreatedAt.Sub(n.RemindAt); late >= lateAfter {
		m.LateSeconds = int(late / time.Second)
		lines = append(lines, say.text("late", int(late/time.Minute)))
	}
	m.Text = strings.Join(lines, "\n")
	return m
}

func (f *function) writeDigest(n postgres.Notification, prefs todo.Preferences, d todo.Digest) channel.Message {
	say, now := phrasesFor(prefs.Language), f.Now().In(zoneOf(prefs))
	m := channel.Message{
		Kind: channel.Digest, Title: say.text("digest", len(d.Today), len(d.Overdue)), Notification: n.ID, At: n.RemindAt, Link: f.link(""), Language: say.language,
	}
	var lines []string
	list := func(heading string, tasks []todo.Task) (items []channel.Item) {
		if len(tasks) > 0 {
			lines = append(lines, say.text(heading))
		}
		for _, t := range tasks {
			clock := ""
			if !t.Due.AllDay() {
				clock = t.Due.At.In(now.Location()).Format("15:04")
			}
			date := t.Due.Date()
			if clock != "" {
				date = t.Due.At.In(now.Location()).Format(time.DateOnly)
			}
			item := channel.Item{TaskID: t.ID, Title: singleLine(t.Title), Due: words.Due(date, clock, now, say.language)}
			items = append(items, item)
			lines = append(lines, "• "+item.Title+" ("+item.Due+")")
		}
		return items
	}
	m.Overdue = list("overdue", d.Overdue)
	m.Today = list("today", d.Today)
	m.Text = strings.Join(lines, "\n")
	return m
}

func (f *function) writeCode(c postgres.Channel, prefs todo.Preferences, code string) channel.Message {
	say := phrasesFor(prefs.Language)
	return channel.Message{
		Kind: channel.Code, Title: say.text("code", code), Text: say.text("code.text"), Code: code, ChannelID: c.ID, At: f.Now(), Language: say.language,
	}
}

func (f *function) writeTest(c postgres.Channel, prefs todo.Preferences) channel.Message {
	say := phrasesFor(prefs.Language)
	return channel.Message{
		Kind: channel.Test, Title: say.text("test"), Text: say.text("test.text"), ChannelID: c.ID, Link: f.link(""), At: f.Now(), Language: say.language,
	}
}

// link is the page's address, which is also who issues the tokens.
func (f *function) link(taskID string) string {
	base := strings.TrimSuffix(f.Config.Issuer, "/") + "/today"
	if taskID == "" {
		return base
	}
	return base + "?task=" + url.QueryEscape(taskID)
}

// singleLine keeps a header from ending early, whatever a title holds.
func singleLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}
