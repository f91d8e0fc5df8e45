package words

import (
	"reflect"
	"testing"
	"time"

	"function/shared/recurrence"
)

// TestEnglish gives each rule its phrase; every part of RFC 5545 is among them.
func TestEnglish(t *testing.T) {
	for rule, want := range map[string]string{
		"FREQ=DAILY":                                              "every day",
		"FREQ=DAILY;INTERVAL=2":                                   "every other day",
		"FREQ=DAILY;INTERVAL=3;BYMONTH=1":                         "every 3 days, only in January",
		"FREQ=DAILY;UNTIL=20261224":                               "every day until December 24, 2026",
		"FREQ=DAILY;BYMONTHDAY=1,15":                              "every month on the 1st and 15th",
		"FREQ=DAILY;BYHOUR=9,17;BYMINUTE=30":                      "every day at 9:30 and 17:30",
		"FREQ=DAILY;BYHOUR=9":                                     "every day in the hour from 9:00",
		"FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=5":               "every day at 9:00 at second 5",
		"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR":                        "every weekday",
		"FREQ=WEEKLY;BYDAY=TU":                                    "every Tuesday",
		"FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10":                        "every week on Monday and Thursday, 10 times",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU":                         "every other Tuesday",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU":              "every other week on Tuesday and Sunday, weeks starting on Sunday",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU":                      "every other week on Tuesday and Sunday",
		"FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=-1":                     "every week on Monday and Tuesday, only the last of these each time",
		"FREQ=MONTHLY;BYMONTHDAY=1":                               "every month on the 1st",
		"FREQ=MONTHLY;BYMONTHDAY=13,22,-1,-8":                     "by the rule: every month; days of the month: 13, 22, 8 from the end, 1 from the end",
		"FREQ=MONTHLY;BYDAY=MO":                                   "every Monday",
		"FREQ=MONTHLY;INTERVAL=2;BYDAY=MO":                        "every other month on every Monday",
		"FREQ=MONTHLY;BYDAY=1MO,-1FR":                             "every month on the first Monday and last Friday",
		"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13":                     "every month on the 13th, only on Friday",
		"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1":           "every month on the last weekday",
		"FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3":                  "every month on every Tuesday, Wednesday and Thursday, only the third of these each time",
		"FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1":                       "every month on the last Friday",
		"FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD":                "every month on the 31st, or the day before if there is no such day",
		"FREQ=MONTHLY;BYMONTHDAY=31;SKIP=FORWARD":                 "every month on the 31st, or the next day if there is no such day",
		"FREQ=WEEKLY;BYMONTHDAY=5,1;BYDAY=TU":                     "every month on the 1st and 5th, only on Tuesday",
		"FREQ=MONTHLY;BYYEARDAY=100":                              "every year on the 100th day of the year",
		"FREQ=YEARLY":                                             "every year",
		"FREQ=YEARLY;COUNT=1":                                     "every year, once",
		"FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5":                      "every year on January 5",
		"FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=5":                     "every other year on the 5th of every month",
		"FREQ=YEARLY;BYMONTH=11;BYDAY=4TH":                        "every year on the fourth Thursday of November",
		"FREQ=YEARLY;BYMONTH=3;BYDAY=TH":                          "every Thursday in March",
		"FREQ=YEARLY;BYMONTH=3,6,9,12;BYDAY=-1FR":                 "on the last Friday of every quarter",
		"FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=1":               "on the first day of every quarter",
		"FREQ=YEARLY;BYMONTH=1,2,3,4;BYMONTHDAY=1,15":             "every year on the 1st and 15th of January, February, March and April",
		"FREQ=YEARLY;BYDAY=20MO":                                  "every year on the 20th Monday of the year",
		"FREQ=YEARLY;BYYEARDAY=1,100,-1":                          "every year on the 1st and 100th day of the year and on the last day of the year",
		"FREQ=YEARLY;BYYEARDAY=100;BYDAY=MO;BYMONTH=4":            "every year on the 100th day of the year, only on Monday, only in April",
		"FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO":                        "every year on Monday in week 20",
		"FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=MO;WKST=SU":              "every year on Monday in week 1 and in the last week of the year, weeks starting on Sunday",
		"FREQ=HOURLY;INTERVAL=2;BYHOUR=9,10,11,12;BYMINUTE=0,30":  "every 2 hours at minutes 0 and 30, only from 9:00 to 12:59",
		"FREQ=HOURLY;BYHOUR=9,12":                                 "every hour, only in the hours from 9:00 and 12:00",
		"FREQ=MINUTELY;INTERVAL=7;BYMINUTE=0,7;BYSECOND=30":       "by the rule: every 7 minutes; minutes: 0, 7; seconds: 30",
		"FREQ=SECONDLY;INTERVAL=10;BYSECOND=0,30;BYMONTHDAY=1,-1": "by the rule: every 10 seconds; days of the month: 1, 1 from the end; seconds: 0, 30",
		"FREQ=WEEKLY;UNTIL=19971224T000000Z":                      "every week until December 24, 1997 at 0:00 UTC",
		"FREQ=WEEKLY;UNTIL=20261224T235959":                       "every week until December 24, 2026",
	} {
		got, err := Rule(rule, Options{WeekStart: time.Monday})
		if err != nil || got != want {
			t.Errorf("%s\n got %q, %v\nwant %q", rule, got, err, want)
		}
	}
}

// TestLanguages gives one rule per construction in each of the other languages.
func TestLanguages(t *testing.T) {
	rules := []string{
		"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=3",
		"FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
		"FREQ=MONTHLY;BYDAY=1SU,-1FR",
		"FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=8;UNTIL=20301108",
		"FREQ=YEARLY;BYMONTH=3,6,9,12;BYDAY=-1FR",
	}
	for language, want := range map[string][]string{
		"de-AT": {"montags bis freitags um 9:00 Uhr", "alle 2 Wochen am Dienstag um 9:00 Uhr, 3-mal", "jeden Monat am 1. und 15. und am letzten Tag um 9:00 Uhr", "jeden Monat am ersten Sonntag und letzten Freitag um 9:00 Uhr", "jedes Jahr am 8. April um 9:00 Uhr bis zum 8. November 2030", "am letzten Freitag jedes Quartals um 9:00 Uhr"},
		"es_MX": {"de lunes a viernes a las 9:00", "cada 2 semanas los martes a las 9:00, 3 veces", "cada mes los días 1 y 15 y el último día a las 9:00", "cada mes el primer domingo y el último viernes a las 9:00", "cada año el 8 de abril a las 9:00 hasta el 8 de noviembre de 2030", "el último viernes de cada trimestre a las 9:00"},
		"fr":    {"du lundi au vendredi à 9h00", "toutes les 2 semaines le mardi à 9h00, 3 fois", "chaque mois le 1er et le 15 et le dernier jour à 9h00", "chaque mois le premier dimanche et le dernier vendredi à 9h00", "chaque année le 8 avril à 9h00 jusqu'au 8 novembre 2030", "le dernier vendredi de chaque trimestre à 9h00"},
		"pt-BR": {"de segunda a sexta-feira às 9:00", "a cada 2 semanas na terça-feira às 9:00, 3 vezes", "todo mês nos dias 1 e 15 e no último dia às 9:00", "todo mês no primeiro domingo e na última sexta-feira às 9:00", "todo ano em 8 de abril às 9:00 até 8 de novembro de 2030", "na última sexta-feira de cada trimestre às 9:00"},
		"IT":    {"dal lunedì al venerdì alle 9:00", "ogni 2 settimane il martedì alle 9:00, 3 volte", "ogni mese nei giorni 1 e 15 e l'ultimo giorno alle 9:00", "ogni mese la prima domenica e l'ultimo venerdì alle 9:00", "ogni anno l'8 aprile alle 9:00 fino all'8 novembre 2030", "l'ultimo venerdì di ogni trimestre alle 9:00"},
	} {
		for i, rule := range rules {
			got, err := Rule(rule, Options{Language: language, Time: "09:00"})
			if err != nil || got != want[i] {
				t.Errorf("%s %s\n got %q, %v\nwant %q", language, rule, got, err, want[i])
			}
		}
	}
}

func TestOptions(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule string
		o    Options
		want string
	}{
		{"FREQ=DAILY;INTERVAL=3", Options{FromCompletion: true}, "every 3 days after completion"},
		{"FREQ=MONTHLY", Options{FromCompletion: true, Start: "2026-01-05"}, "every month after completion"},
		{"FREQ=YEARLY", Options{Start: "2026-01-05"}, "every year on January 5"},
		{"FREQ=YEARLY;BYMONTH=6,7", Options{Start: "2026-06-05"}, "every year on June 5 and July 5"},
		{"FREQ=MONTHLY", Options{Start: "2026-01-05", Time: "07:30"}, "every month on the 5th at 7:30"},
		{"FREQ=WEEKLY", Options{Start: "2026-11-24"}, "every Tuesday"},
		{"FREQ=YEARLY;BYWEEKNO=20", Options{Start: "2026-11-24", WeekStart: time.Monday}, "every year on Tuesday in week 20"},
		{"FREQ=DAILY;BYHOUR=9,17", Options{Time: "09:30"}, "every day at 9:30 and 17:30"},
		{"FREQ=DAILY;UNTIL=20261224T225959Z", Options{Zone: berlin}, "every day until December 24, 2026"},
		{"FREQ=DAILY;UNTIL=20261224T080000Z", Options{Zone: berlin}, "every day until December 24, 2026 at 9:00"},
		{"FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", Options{WeekStart: time.Sunday}, "every other week on Saturday and Sunday, weeks starting on Monday"},
		{"FREQ=DAILY", Options{Language: "tlh"}, "every day"},
		{"FREQ=DAILY;INTERVAL=1000;BYSETPOS=-1;BYDAY=MO;COUNT=3", Options{FromCompletion: true, Time: "09:30", WeekStart: time.Sunday}, "by the rule: every 1000 days; weekdays: Monday; hours: 9; minutes: 30; of these each time no.: 1 from the end; counted from: completion; times: 3"},
		{"FREQ=YEARLY;BYWEEKNO=20,-3", Options{Start: "2026-11-24", WeekStart: time.Sunday}, "by the rule: every year; weeks of the year: 20, 3 from the end; weekdays: Tuesday; weeks start on: Monday"},
	} {
		got, err := Rule(c.rule, c.o)
		if err != nil || got != c.want {
			t.Errorf("%s %+v\n got %q, %v\nwant %q", c.rule, c.o, got, err, c.want)
		}
	}
	for _, o := range []Options{{Time: "25:00"}, {Start: "tomorrow"}} {
		if text, err := Rule("FREQ=DAILY", o); err == nil {
			t.Errorf("%+v gives %q, want an error", o, text)
		}
	}
	for _, rule := range []string{"", "FREQ=FORTNIGHTLY", "FREQ=WEEKLY;INTERVAL=2;BYMONTHDAY=1", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;BYDAY=1MO"} {
		if text, err := Rule(rule, Options{}); err == nil {
			t.Errorf("%q gives %q, want an error", rule, text)
		}
	}
}

func TestDue(t *testing.T) {
	now := time.Date(2026, 12, 1, 23, 30, 0, 0, time.FixedZone("", 13*3600))
	for _, c := range [][4]string{
		{"2026-12-01", "", "en", "today"},
		{"2026-12-02", "09:00", "en", "tomorrow at 9:00"},
		{"2026-11-30", "23:59", "en", "yesterday at 23:59"},
		{"2026-12-04", "17:00", "en", "Friday, December 4 at 17:00"},
		{"2027-01-01", "", "en", "Friday, January 1, 2027"},
		{"2026-12-04", "17:00", "de", "Freitag, 4. Dezember um 17:00 Uhr"},
		{"2026-12-04", "01:00", "es", "viernes, 4 de diciembre a la 01:00"},
		{"2027-01-01", "17:05", "fr", "vendredi 1er janvier 2027 à 17h05"},
		{"2026-12-04", "01:00", "pt", "sexta-feira, 4 de dezembro à 01:00"},
		{"2026-12-04", "01:00", "it", "venerdì 4 dicembre all'01:00"},
		{"2026-12-02", "", "it", "domani"},
		{"soon", "noonish", "en", "soon noonish"},
	} {
		if got := Due(c[0], c[1], now, c[2]); got != c[3] {
			t.Errorf("Due(%s, %s, %s) = %q, want %q", c[0], c[1], c[2], got, c[3])
		}
	}
	if got := Date("2026-12-04", "en"); got != "Friday, December 4, 2026" {
		t.Errorf("Date = %q", got)
	}
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		d        time.Duration
		language string
		want     string
	}{
		{10 * time.Minute, "en", "10 minutes"},
		{48 * time.Hour, "en", "2 days"},
		{14 * 24 * time.Hour, "en", "2 weeks"},
		{8 * 24 * time.Hour, "en", "8 days"},
		{90 * time.Minute, "fr", "1 heure et 30 minutes"},
		{-time.Hour, "de", "1 Stunde"},
		{0, "it", "0 minuti"},
	} {
		if got := Duration(c.d, c.language); got != c.want {
			t.Errorf("Duration(%v, %s) = %q, want %q", c.d, c.language, got, c.want)
		}
	}
	if got := Before(48*time.Hour, "en"); got != "2 days before" {
		t.Errorf("Before = %q", got)
	}
	if got := Before(0, "en"); got != "at the due time" {
		t.Errorf("Before(0) = %q", got)
	}
}

// TestPhrasebooks finds forgotten fields: each language fills what English fills, or
// what all the others do.
func TestPhrasebooks(t *testing.T) {
	optional := map[string]bool{
		"everyTwo": true, "weekdayForm": true, "otherWeekday": true, "endings": true, "dayOne": true, "nthWeekdayFem": true,
		"clockOne": true, "feminine": true, "positionNoun": true, "contractions": true,
	}
	for tag, b := range phrasebooks {
		v := reflect.ValueOf(*b)
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; v.Field(i).IsZero() && !optional[name] {
				t.Errorf("%s: %s is empty", tag, name)
			}
		}
		for f := recurrence.Secondly; f <= recurrence.Yearly; f++ {
			if b.every[f] == "" || b.everyN[f] == "" || b.units[f][1] == "" {
				t.Errorf("%s: no words for %v", tag, f)
			}
		}
		for _, l := range []list{b.onWeekdays, b.eachWeekday, b.onEach} {
			if len(l.items) != 7 {
				t.Errorf("%s: %d weekdays in %+v", tag, len(l.items), l)
			}
		}
		for _, l := range []list{b.inMonths, b.ofMonths} {
			if len(l.items) != 12 {
				t.Errorf("%s: %d months in %+v", tag, len(l.items), l)
			}
		}
	}
}
