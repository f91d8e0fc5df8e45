package language

import (
	_ "embed" // for the names of zones
	"fmt"
	"strings"
	"sync"
	"time"

	"function/shared/language/token"
)

// preference reads a setting: "set my time zone to Europe/Berlin", "my week
// starts on Sunday", "quiet hours from 10pm to 7am".
func (r *request) preference() (map[string]string, bool) {
	if at, _ := r.findOne(0, settingWordsTable); at < 0 {
		return nil, false
	}
	if at, n := r.find(r.at, "time zone", "timezone", "time - zone"); at >= 0 {
		if r.has("what", "which", "what's", "convert", "from", "difference") || r.starts(r.at, "set", "change", "my", "use", "switch", "update") == 0 {
			return nil, false
		}
		i := at + n
		i += r.starts(i, "to", "is", ":", "as", "from")
		name := strings.TrimSpace(r.piece(i, r.end))
		if zone := r.zone(name); zone != "" {
			return map[string]string{"time_zone": zone}, true
		}
		if name != "" && i < r.end {
			return map[string]string{"time_zone": ""}, true
		}
		return nil, true
	}
	if n := r.starts(r.at, "i'm in", "i am in", "i'm now in", "i am now in"); n > 0 {
		end := r.end
		for end > r.at+n && r.starts(end-1, "now", "today", "currently", "this", "week", "time") > 0 {
			end--
		}
		if zone := r.zone(strings.TrimSpace(r.piece(r.at+n, end))); zone != "" {
			return map[string]string{"time_zone": zone}, true
		}
		return nil, false
	}
	if r.has("week") && r.has("start", "starts", "begin", "begins") {
		for i := r.at; i < r.end; i++ {
			for d := time.Sunday; d <= time.Saturday; d++ {
				if name := strings.ToLower(d.String()); r.word(i) == name || r.word(i) == name+"s" {
					return map[string]string{"week_start": name}, true
				}
			}
		}
	}
	if quiet := r.quietFrom(); quiet != "" {
		return map[string]string{"quiet_hours": quiet}, true
	}
	if r.has("24 hour", "24 - hour", "24h", "24 h", "12 hour", "12 - hour", "12h", "12 h", "twelve hour", "military") && r.has("time", "times", "clock", "format") && !r.asks() && r.starts(r.at, "use", "switch to", "set", "change", "show", "write", "display", "i want", "i prefer", "i'd like", "give me") > 0 {
		return map[string]string{"clock": ""}, true
	}
	if r.has("quiet hours", "quiet time") && (r.starts(r.at, "turn off", "switch off", "no", "remove", "clear", "disable", "stop", "end", "delete", "cancel", "no more", "i want no", "i don't want") > 0 || r.word(r.end-1) == "off") {
		return map[string]string{"quiet_hours": "off"}, true
	}
	if r.has("quiet hours", "do not disturb", "don't disturb", "no notifications", "no reminders", "quiet time") {
		for _, w := range Dates(r.rest(r.at), r.c) {
			if w.HasTime && w.End != nil {
				return map[string]string{"quiet_hours": w.Start.String()[11:16] + "-" + w.End.String()[11:16]}, true
			}
		}
		if hours := r.bareHours(); hours != "" {
			return map[string]string{"quiet_hours": hours}, true
		}
		return nil, r.has("quiet hours")
	}
	if r.starts(r.at, "speak", "set the language to", "set my language to", "change the language to", "change my language to", "answer in", "answer me in", "reply in", "reply to me in", "respond in", "talk to me in", "talk in", "write in", "use", "switch to") > 0 {
		for i := r.at; i < r.end; i++ {
			if tag := languages[r.word(i)]; tag != "" {
				return map[string]string{"language": tag}, true
			}
		}
	}
	if r.has("date", "dates") && !r.asks() {
		if r.has("day first", "day - first", "day before month", "day month", "day before the month", "day / month", "european dates", "european date format", "british dates", "british date format", "dd / mm") {
			return map[string]string{"date_order": "day_first"}, true
		}
		if r.has("month first", "month - first", "month before day", "month day", "month before the day", "month / day", "american dates", "american date format", "us dates", "us date format", "mm / dd") {
			return map[string]string{"date_order": "month_first"}, true
		}
	}
	return nil, false
}

// quietOpenings begin what wants no messages, with a time behind.
var quietOpenings = []string{
	"no notifications", "no reminders", "no messages", "don't notify me", "do not notify me", "don't send me notifications", "don't send me reminders", "don't send me anything", "do not send me anything", "don't send notifications", "don't disturb me", "do not disturb me",
	"don't bother me", "do not bother me", "stop notifications", "stop all notifications", "mute notifications", "mute all notifications", "mute reminders", "mute everything", "silence notifications", "no more notifications", "no more reminders", "be quiet",
}

var (
	quietTable = beginnings(quietOpenings)
	dailyTable = endsOf([]string{"every day", "each day", "any more", "every night", "every evening", "every morning"})
)

// quietFrom reads quiet hours of which one end is said, the other left open: "no
// notifications after 10pm", "don't notify me before 8".
func (r *request) quietFrom() string {
	n, _ := r.startsOne(r.at, quietTable)
	if n == 0 {
		return ""
	}
	end := r.end
	for end > r.at+n && r.starts(end-1, "please", "anymore", "daily", "o'clock") > 0 {
		end--
	}
	k, _ := r.endsOne(r.at+n, end, dailyTable)
	end -= k
	rest := r.piece(r.at+n, end)
	ws := Dates(rest, r.c)
	if len(ws) != 1 || !ws[0].HasTime || ws[0].End != nil || ws[0].Span != (Span{0, len(rest)}) {
		return ""
	}
	clock := ws[0].Start.String()[11:16]
	switch r.word(r.at + n) {
	case "after", "from", "past", "later", "since":
		return clock + "-"
	case "before", "until", "till", "earlier":
		return "-" + clock
	}
	return ""
}

// bareHours reads "between 22 and 7" as hours of the day.
func (r *request) bareHours() string {
	for i := r.at; i+2 < r.end; i++ {
		from, until := r.ts[i], r.ts[i+2]
		if from.Kind == token.Number && until.Kind == token.Number && from.Value < 24 && until.Value < 24 && r.starts(i+1, "and", "to", "until", "till", "-", "–") == 1 {
			return fmt.Sprintf("%02d:00-%02d:00", from.Value, until.Value)
		}
	}
	return ""
}

// settingWords are words of which no setting is without one.
var settingWords = []string{
	"time", "times", "clock", "timezone", "week", "quiet", "do", "don't", "no", "stop", "mute", "silence", "speak", "set the language", "set my language", "change the language", "change my language", "answer in", "answer me in", "reply in", "reply to me in", "respond in", "talk", "write in", "use", "switch to", "i'm in", "i am in", "date", "dates",
}

var settingWordsTable = beginnings(settingWords)

var languages = map[string]string{
	"english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es", "español": "es",
	"italian": "it", "italiano": "it", "portuguese": "pt", "português": "pt",
}

// zoneAsked is the zone behind "in", "of" or "for" in a question for the time.
func (r *request) zoneAsked() string {
	if !r.has("time", "timezone", "hour", "clock") || r.has("convert") {
		return ""
	}
	at, n := -1, 0
	for i := r.end - 2; i > r.at && i > r.end-8; i-- {
		if k := r.starts(i, "in", "of", "for", "in the", "for the"); k > 0 {
			at, n = i, k
		}
	}
	if at < 0 {
		return ""
	}
	end := r.end
	for end > at+n+1 && r.starts(end-1, "now", "right", "today", "currently", "time", "zone") > 0 || end > at+n+2 && r.starts(end-2, "right now", "time zone") == 2 {
		end--
	}
	return r.zone(strings.TrimSpace(r.piece(at+n, end)))
}

// zone is the IANA name of a zone, a city or an abbreviation, or empty.
func (r *request) zone(name string) string { return zoneOf(name, r.c) }

// zones.txt has the names of the IANA time zone database: looking one up opens no file.
//
//go:embed zones.txt
var zoneList string

var zoneNames = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(zoneList) {
		set[name] = true
	}
	return set
})

// zoneOf is the same in any language.
func zoneOf(name string, c Context) string {
	if name == "" || len(name) > 60 || strings.ContainsAny(name, ".\\") {
		return ""
	}
	words := strings.Fields(strings.ReplaceAll(asciiLower(name), "_", " "))
	for i, w := range words {
		parts := strings.Split(w, "/")
		for k, p := range parts {
			if p != "" {
				parts[k] = strings.ToUpper(p[:1]) + p[1:]
			}
		}
		words[i] = strings.Join(parts, "/")
	}
	city := strings.Join(words, "_")
	for _, try := range []string{city, strings.ToUpper(city), "Europe/" + city, "America/" + city, "Asia/" + city, "Africa/" + city, "Australia/" + city, "Pacific/" + city, "Atlantic/" + city} {
		if zoneNames()[try] {
			return try
		}
	}
	c.Language = "en" // the table of zones is the same everywhere
	if ws := Dates("at 5pm "+name, c); len(ws) > 0 {
		return ws[0].Zone
	}
	return ""
}
