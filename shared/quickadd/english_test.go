package quickadd_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/filter"
	"function/shared/quickadd"
	"function/shared/todo"
)

func speaking(language string) todo.Preferences {
	p := paris()
	p.Language = language
	return p
}

func TestDatesAreSaidInEnglish(t *testing.T) {
	t.Parallel()
	for language, phrases := range map[string]map[string]string{
		"de": {
			"heute": "today", "morgen": "tomorrow", "gestern": "yesterday", "freitag": "friday", "nächste Woche": "next week", "diese woche": "this week",
			"letzte woche": "last week", "nächsten monat": "next month", "märz": "march", "in 3 tagen": "in 3 days", "1. märz": "march 1", "wochenende": "weekend",
			"2026-12-24": "2026-12-24",
		},
		"es":    {"hoy": "today", "mañana": "tomorrow", "la próxima semana": "next week", "marzo": "march", "en 3 días": "in 3 days"},
		"fr":    {"aujourd'hui": "today", "la semaine prochaine": "next week", "vendredi": "friday", "dans 3 jours": "in 3 days"},
		"it":    {"oggi": "today", "domani": "tomorrow", "venerdì": "friday"},
		"pt":    {"hoje": "today", "amanhã": "tomorrow", "esta semana": "this week", "março": "march"},
		"en":    {"this week": "this week", "fri": "fri", "tomorrow": "tomorrow", "nonsense": "nonsense"},
		"en-US": {"3/4": "march 4"},
		"en-GB": {"3/4": "april 3"},
		"ja":    {"tomorrow": "tomorrow"},
	} {
		reader := quickadd.For(speaking(language), now)
		for phrase, english := range phrases {
			require.Equal(t, english, reader.English(phrase), "%s: %s", language, phrase)
		}
	}
}

// The words that dates are said in mean nothing else in any language.
func TestEnglishDatesAreReadInEveryLanguage(t *testing.T) {
	t.Parallel()
	words := []string{"today", "tomorrow", "yesterday", "weekend", "this week", "next week", "last week", "next month", "in 3 days", "3 days ago", "2026-12-24", "march 1", "march 1 2027", "christmas"}
	for day := range 7 {
		words = append(words, strings.ToLower(time.Weekday(day).String()))
	}
	for month := range 12 {
		words = append(words, strings.ToLower(time.Month(month+1).String()))
	}
	english := quickadd.For(speaking("en-GB"), now)
	for _, language := range []string{"de-GB", "es-GB", "fr-GB", "it-GB", "pt-GB", "ja-GB", "nl-GB", "ru-GB", "sv-GB", "uk-GB", "zh-GB"} {
		reader := quickadd.For(speaking(language), now)
		for _, word := range words {
			from, until, ok := english.Dates(word)
			require.True(t, ok, word)
			theirsFrom, theirsUntil, ok := reader.Dates(word)
			require.True(t, ok, "%s: %s", language, word)
			require.Equal(t, []time.Time{from, until}, []time.Time{theirsFrom, theirsUntil}, "%s: %s", language, word)
		}
	}
}

// What was kept in one language means the same in every other.
func TestAFilterKeptInOneLanguageHoldsInOthers(t *testing.T) {
	t.Parallel()
	written := `#haus (due:heute or due:<"nächste woche") -created:dienstag..freitag "am freitag" due:none`
	german := quickadd.For(speaking("de"), now)
	want, err := filter.Parse(written, german.Dates)
	require.NoError(t, err)
	kept, err := filter.Translate(written, german.Dates, german.English)
	require.NoError(t, err)
	require.Equal(t, `#haus (due:today or due:<"next week") -created:tuesday..friday "am freitag" due:none`, kept)
	for _, language := range []string{"", "en", "de", "es", "fr", "it", "pt", "ja", "xx"} {
		got, err := filter.Parse(kept, quickadd.For(speaking(language), now).Dates)
		require.NoError(t, err, language)
		require.Equal(t, want, got, language)
	}
	_, err = filter.Translate("due:soonish", german.Dates, german.English)
	require.Error(t, err)
}
