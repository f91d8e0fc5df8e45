package language_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/language"
	"function/shared/language/civil"
)

// moments are those at which dates go wrong: ends of months and years, leap
// days, the nights of both clock changes in two halves of the world.
var moments = [][6]int{
	{2026, 1, 31, 9, 15}, {2026, 2, 28, 23, 59}, {2026, 4, 30, 0, 0}, {2026, 12, 31, 23, 59}, {2027, 1, 1, 0, 0}, {2028, 2, 28, 8, 0}, {2028, 2, 29, 12, 0}, {2027, 12, 30, 18, 30},
	{2026, 3, 7, 23, 30}, {2026, 3, 8, 1, 30}, {2026, 3, 8, 3, 30}, {2026, 3, 28, 23, 30}, {2026, 3, 29, 1, 30}, {2026, 10, 24, 12, 0}, {2026, 10, 25, 0, 30}, {2026, 10, 31, 23, 30}, {2026, 11, 1, 0, 30}, {2026, 4, 4, 23, 0}, {2026, 10, 3, 23, 0},
}

// relative phrases and what they mean, on the calendar of the person.
var relative = map[string]func(now time.Time) civil.DateTime{
	"today":                       func(now time.Time) civil.DateTime { return civil.Of(now).Midnight() },
	"tomorrow":                    func(now time.Time) civil.DateTime { return civil.Of(now).Midnight().AddDays(1) },
	"yesterday":                   func(now time.Time) civil.DateTime { return civil.Of(now).Midnight().AddDays(-1) },
	"the day after tomorrow":      func(now time.Time) civil.DateTime { return civil.Of(now).Midnight().AddDays(2) },
	"tomorrow at 2:30am":          func(now time.Time) civil.DateTime { return civil.Of(now).AddDays(1).At(2, 30, 0) },
	"tomorrow at noon":            func(now time.Time) civil.DateTime { return civil.Of(now).AddDays(1).At(12, 0, 0) },
	"in 3 days":                   func(now time.Time) civil.DateTime { return civil.Of(now).AddDays(3) },
	"3 days ago":                  func(now time.Time) civil.DateTime { return civil.Of(now).AddDays(-3) },
	"a fortnight from now":        func(now time.Time) civil.DateTime { return civil.Of(now).AddDays(14) },
	"in a month":                  func(now time.Time) civil.DateTime { return civil.Of(now).AddMonths(1) },
	"in 13 months":                func(now time.Time) civil.DateTime { return civil.Of(now).AddMonths(13) },
	"a year from now":             func(now time.Time) civil.DateTime { return civil.Of(now).AddMonths(12) },
	"in 4 years":                  func(now time.Time) civil.DateTime { return civil.Of(now).AddMonths(48) },
	"next month":                  func(now time.Time) civil.DateTime { return civil.Date(now.Year(), int(now.Month()), 1).AddMonths(1) },
	"last month":                  func(now time.Time) civil.DateTime { return civil.Date(now.Year(), int(now.Month()), 1).AddMonths(-1) },
	"next year":                   func(now time.Time) civil.DateTime { return civil.Date(now.Year()+1, 1, 1) },
	"the last day of the month":   func(now time.Time) civil.DateTime { return lastOf(now.Year(), int(now.Month())) },
	"the first day of next month": func(now time.Time) civil.DateTime { return civil.Date(now.Year(), int(now.Month()), 1).AddMonths(1) },
	"next week":                   func(now time.Time) civil.DateTime { return civil.Of(now).Midnight().Floor(civil.Week, 1).AddDays(7) },
	"last week":                   func(now time.Time) civil.DateTime { return civil.Of(now).Midnight().Floor(civil.Week, 1).AddDays(-7) },
	// What passes, not what the clock shows.
	"in 2 hours":        func(now time.Time) civil.DateTime { return civil.Of(now.Add(2 * time.Hour)) },
	"in 90 minutes":     func(now time.Time) civil.DateTime { return civil.Of(now.Add(90 * time.Minute)) },
	"5 hours from now":  func(now time.Time) civil.DateTime { return civil.Of(now.Add(5 * time.Hour)) },
	"half an hour ago":  func(now time.Time) civil.DateTime { return civil.Of(now.Add(-30 * time.Minute)) },
	"in half an hour":   func(now time.Time) civil.DateTime { return civil.Of(now.Add(30 * time.Minute)) },
	"in 48 hours":       func(now time.Time) civil.DateTime { return civil.Of(now.Add(48 * time.Hour)) },
	"10 minutes ago":    func(now time.Time) civil.DateTime { return civil.Of(now.Add(-10 * time.Minute)) },
	"in 3600 seconds":   func(now time.Time) civil.DateTime { return civil.Of(now.Add(time.Hour)) },
	"an hour from now":  func(now time.Time) civil.DateTime { return civil.Of(now.Add(time.Hour)) },
	"in an hour or two": func(now time.Time) civil.DateTime { return civil.Of(now.Add(time.Hour)) },
	"in 1:30 hours":     func(now time.Time) civil.DateTime { return civil.Of(now.Add(90 * time.Minute)) },
	"in a quarter hour": func(now time.Time) civil.DateTime { return civil.Of(now.Add(15 * time.Minute)) },
	"now + 3 hours":     func(now time.Time) civil.DateTime { return civil.Of(now.Add(3 * time.Hour)) },
	"right now":         civil.Of,

	"overmorrow":                           func(now time.Time) civil.DateTime { return day(now).AddDays(2) },
	"the day before yesterday":             func(now time.Time) civil.DateTime { return day(now).AddDays(-2) },
	"today + 3 days":                       func(now time.Time) civil.DateTime { return day(now).AddDays(3) },
	"3 days from tomorrow":                 func(now time.Time) civil.DateTime { return day(now).AddDays(4) },
	"a week ago today":                     func(now time.Time) civil.DateTime { return day(now).AddDays(-7) },
	"a week tomorrow":                      func(now time.Time) civil.DateTime { return day(now).AddDays(8) },
	"in a dozen days":                      func(now time.Time) civil.DateTime { return civil.Of(now).AddDays(12) },
	"in half a year":                       func(now time.Time) civil.DateTime { return civil.Of(now).AddMonths(6) },
	"in 2 months and 3 days":               func(now time.Time) civil.DateTime { return civil.Of(now).AddMonths(2).AddDays(3) },
	"a decade ago":                         func(now time.Time) civil.DateTime { return civil.Of(now).AddMonths(-120) },
	"friday":                               func(now time.Time) civil.DateTime { return after(now, 5) },
	"coming sunday":                        func(now time.Time) civil.DateTime { return after(now, 7) },
	"friday week":                          func(now time.Time) civil.DateTime { return after(now, 5).AddDays(7) },
	"monday after next":                    func(now time.Time) civil.DateTime { return after(now, 1).AddDays(7) },
	"3 tuesdays from now":                  func(now time.Time) civil.DateTime { return after(now, 2).AddDays(14) },
	"next friday":                          func(now time.Time) civil.DateTime { return monday(now).AddDays(11) },
	"wednesday of next week":               func(now time.Time) civil.DateTime { return monday(now).AddDays(9) },
	"monday in two weeks":                  func(now time.Time) civil.DateTime { return monday(now).AddDays(14) },
	"last week's friday":                   func(now time.Time) civil.DateTime { return monday(now).AddDays(-3) },
	"last friday":                          func(now time.Time) civil.DateTime { return after(now, 5).AddDays(-7 - same(now, 5)) },
	"the week after next":                  func(now time.Time) civil.DateTime { return monday(now).AddDays(14) },
	"this weekend":                         func(now time.Time) civil.DateTime { return monday(now).AddDays(5) },
	"next weekend":                         func(now time.Time) civil.DateTime { return monday(now).AddDays(12) },
	"this week":                            monday,
	"this month":                           month,
	"the month after next":                 func(now time.Time) civil.DateTime { return month(now).AddMonths(2) },
	"the last day of next month":           func(now time.Time) civil.DateTime { return month(now).AddMonths(2).AddDays(-1) },
	"the 1st of next month":                func(now time.Time) civil.DateTime { return month(now).AddMonths(1) },
	"next quarter":                         func(now time.Time) civil.DateTime { return day(now).Floor(civil.Quarter, 1).AddMonths(3) },
	"last quarter":                         func(now time.Time) civil.DateTime { return day(now).Floor(civil.Quarter, 1).AddMonths(-3) },
	"this year":                            func(now time.Time) civil.DateTime { return civil.Date(now.Year(), 1, 1) },
	"last year":                            func(now time.Time) civil.DateTime { return civil.Date(now.Year()-1, 1, 1) },
	"march 1 next year":                    func(now time.Time) civil.DateTime { return civil.Date(now.Year()+1, 3, 1) },
	"the last day of february":             comingEndOfFebruary,
	"next business day":                    func(now time.Time) civil.DateTime { return working(now, 1) },
	"in 3 working days":                    func(now time.Time) civil.DateTime { return working(now, 3) },
	"the next 3 days":                      func(now time.Time) civil.DateTime { return day(now).AddDays(1) },
	"the last 3 days":                      func(now time.Time) civil.DateTime { return day(now).AddDays(-3) },
	"tomorrow morning":                     func(now time.Time) civil.DateTime { return day(now).AddDays(1).At(8, 0, 0) },
	"tomorrow evening at 7":                func(now time.Time) civil.DateTime { return day(now).AddDays(1).At(19, 0, 0) },
	"tonight":                              func(now time.Time) civil.DateTime { return day(now).At(20, 0, 0) },
	"last night":                           func(now time.Time) civil.DateTime { return day(now).AddDays(-1).At(20, 0, 0) },
	"end of day":                           func(now time.Time) civil.DateTime { return day(now).At(23, 59, 59) },
	"end of day tomorrow":                  func(now time.Time) civil.DateTime { return day(now).AddDays(1).At(23, 59, 59) },
	"tomorrow at midnight":                 func(now time.Time) civil.DateTime { return day(now).AddDays(2) },
	"tomorrow from 1:30 to 3:30am":         func(now time.Time) civil.DateTime { return day(now).AddDays(1).At(1, 30, 0) },
	"this time tomorrow":                   func(now time.Time) civil.DateTime { return civil.Of(now).AddDays(1) },
	"same day next week":                   func(now time.Time) civil.DateTime { return day(now).AddDays(7) },
	"2 days before the day after tomorrow": day,
}

// inLanguages are a few of them in each of the other languages.
var inLanguages = map[string]map[string]string{
	"de": {"heute": "today", "morgen": "tomorrow", "übermorgen": "the day after tomorrow", "gestern": "yesterday", "in 3 Tagen": "in 3 days", "vor 3 Tagen": "3 days ago", "in einem Monat": "in a month", "nächste Woche": "next week", "nächsten Monat": "next month", "nächstes Jahr": "next year", "in 2 Stunden": "in 2 hours", "in 90 Minuten": "in 90 minutes", "Freitag": "friday"},
	"es": {"hoy": "today", "mañana": "tomorrow", "pasado mañana": "the day after tomorrow", "ayer": "yesterday", "en 3 días": "in 3 days", "hace 3 días": "3 days ago", "en un mes": "in a month", "la próxima semana": "next week", "el próximo mes": "next month", "el próximo año": "next year", "en 2 horas": "in 2 hours", "en 90 minutos": "in 90 minutes", "viernes": "friday"},
	"fr": {"aujourd'hui": "today", "demain": "tomorrow", "après-demain": "the day after tomorrow", "hier": "yesterday", "dans 3 jours": "in 3 days", "il y a 3 jours": "3 days ago", "dans un mois": "in a month", "la semaine prochaine": "next week", "le mois prochain": "next month", "l'année prochaine": "next year", "dans 2 heures": "in 2 hours", "dans 90 minutes": "in 90 minutes", "vendredi": "friday"},
	"it": {"oggi": "today", "domani": "tomorrow", "dopodomani": "the day after tomorrow", "ieri": "yesterday", "tra 3 giorni": "in 3 days", "3 giorni fa": "3 days ago", "tra un mese": "in a month", "la prossima settimana": "next week", "il prossimo mese": "next month", "il prossimo anno": "next year", "tra 2 ore": "in 2 hours", "tra 90 minuti": "in 90 minutes", "venerdì": "friday"},
	"pt": {"hoje": "today", "amanhã": "tomorrow", "depois de amanhã": "the day after tomorrow", "ontem": "yesterday", "em 3 dias": "in 3 days", "há 3 dias": "3 days ago", "em um mês": "in a month", "na próxima semana": "next week", "no próximo mês": "next month", "no próximo ano": "next year", "em 2 horas": "in 2 hours", "em 90 minutos": "in 90 minutes", "sexta-feira": "friday"},
}

func day(now time.Time) civil.DateTime { return civil.Of(now).Midnight() }

func monday(now time.Time) civil.DateTime { return day(now).Floor(civil.Week, 1) }

func month(now time.Time) civil.DateTime { return civil.Date(now.Year(), int(now.Month()), 1) }

// after is the next such weekday after today.
func after(now time.Time, weekday int) civil.DateTime {
	return day(now).AddDays((weekday-day(now).Weekday()+6)%7 + 1)
}

// same is 7 on that weekday and 0 on the others.
func same(now time.Time, weekday int) int {
	if day(now).Weekday() == weekday {
		return 7
	}
	return 0
}

// working is the n-th day from Monday to Friday after today.
func working(now time.Time, n int) civil.DateTime {
	d := day(now)
	for n > 0 {
		if d = d.AddDays(1); d.Weekday() <= 5 {
			n--
		}
	}
	return d
}

func comingEndOfFebruary(now time.Time) civil.DateTime {
	if now.Month() > time.February {
		return lastOf(now.Year()+1, 2)
	}
	return lastOf(now.Year(), 2)
}

func lastOf(year, month int) civil.DateTime {
	return civil.Date(year, month, civil.DaysIn(year, month))
}

// Relative phrases agree with the calendar and the clock in every zone, at
// every moment at which they could go wrong.
func TestRelativePhrasesInEveryZone(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{}
	for h := -12; h <= 14; h++ {
		zones = append(zones, time.FixedZone("", h*3600))
	}
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Australia/Sydney", "America/St_Johns", "Pacific/Kiritimati", "Asia/Kathmandu", "Africa/Casablanca", "America/Sao_Paulo"} {
		z, err := time.LoadLocation(name)
		require.NoError(t, err)
		zones = append(zones, z)
	}
	for _, z := range zones {
		for _, m := range moments {
			now := time.Date(m[0], time.Month(m[1]), m[2], m[3], m[4], 0, 0, z)
			for text, want := range relative {
				ws := language.Dates(text, language.Context{Now: now, WeekStart: time.Monday})
				require.Len(t, ws, 1, "%s at %s", text, now)
				require.Equal(t, want(now), ws[0].Start, "%s at %s", text, now)
			}
			for tag, phrases := range inLanguages {
				for text, english := range phrases {
					ws := language.Dates(text, language.Context{Now: now, WeekStart: time.Monday, Language: tag})
					require.Len(t, ws, 1, "%s at %s", text, now)
					require.Equal(t, relative[english](now), ws[0].Start, "%s at %s", text, now)
				}
			}
		}
	}
}
