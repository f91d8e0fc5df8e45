package language_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/language"
)

// said is a message in each language, and what the act must hold.
type said struct {
	intent language.Intent
	// words are what Target.Words must be, in the order de, es, fr, pt, it; the
	// same in all where there is one.
	words []string
	due   string
	all   map[string]string
}

var saidInLanguages = []said{
	{intent: language.Add, all: map[string]string{"de": "füge Milch kaufen hinzu", "es": "añade comprar leche", "fr": "ajoute acheter du lait", "pt": "adicione comprar leite", "it": "aggiungi comprare il latte"}},
	{intent: language.Add, all: map[string]string{"de": "Neue Aufgabe: Brot kaufen", "es": "nueva tarea: comprar pan", "fr": "nouvelle tâche : acheter du pain", "pt": "nova tarefa: comprar pão", "it": "nuova attività: comprare il pane"}},
	{intent: language.Add, all: map[string]string{"de": "Brot kaufen", "es": "comprar pan", "fr": "acheter du pain", "pt": "comprar pão", "it": "comprare il pane"}},
	{intent: language.Add, all: map[string]string{"de": "Zahnarzt morgen um 9 Uhr", "es": "dentista mañana a las 9", "fr": "dentiste demain à 9h", "pt": "dentista amanhã às 9h", "it": "dentista domani alle 9"}},
	{intent: language.Complete, words: []string{"Brot kaufen", "comprar pan", "acheter du pain", "comprar pão", "comprare il pane"}, all: map[string]string{"de": "hake Brot kaufen ab", "es": "marca comprar pan como hecha", "fr": "marque acheter du pain comme faite", "pt": "marque comprar pão como concluída", "it": "completa comprare il pane"}},
	{intent: language.Complete, words: []string{"Zahnarzt", "dentista", "dentiste", "dentista", "dentista"}, all: map[string]string{"de": "Zahnarzt erledigt", "es": "completa la tarea dentista, por favor", "fr": "termine la tâche dentiste", "pt": "conclua a tarefa dentista", "it": "segna come fatto il dentista"}},
	{intent: language.Delete, words: []string{"Zahnarzt", "dentista", "dentiste", "dentista", "dentista"}, all: map[string]string{"de": "lösche bitte den Zahnarzt", "es": "borra el dentista", "fr": "supprime le dentiste", "pt": "apague o dentista", "it": "elimina il dentista"}},
	{intent: language.Delete, words: []string{"Zahnarzt", "dentista", "dentiste", "dentista", "dentista"}, all: map[string]string{"de": "Zahnarzt löschen", "es": "por favor, elimina dentista", "fr": "peux-tu effacer dentiste", "pt": "você pode excluir dentista", "it": "puoi cancellare dentista"}},
	{intent: language.Reschedule, words: []string{"Zahnarzt", "dentista", "dentiste", "dentista", "dentista"}, due: "2026-11-27T00:00:00", all: map[string]string{"de": "verschiebe den Zahnarzt auf Freitag", "es": "mueve el dentista al viernes", "fr": "déplace le dentiste à vendredi", "pt": "mova o dentista para sexta-feira", "it": "sposta il dentista a venerdì"}},
	{intent: language.Reschedule, words: []string{"Zahnarzt", "dentista", "dentiste", "dentista", "dentista"}, due: "2026-11-26T15:00:00", all: map[string]string{"de": "Zahnarzt auf morgen um 15 Uhr verschieben", "es": "pospón el dentista para mañana a las 15:00", "fr": "reporte le dentiste à demain à 15h", "pt": "adie o dentista para amanhã às 15h", "it": "rimanda il dentista a domani alle 15"}},
	{intent: language.Rename, words: []string{"Zahnarzt", "dentista", "dentiste", "dentista", "dentista"}, all: map[string]string{"de": "benenne Zahnarzt in Doktor um", "es": "renombra dentista a doctor", "fr": "renomme dentiste en docteur", "pt": "renomeie dentista para doutor", "it": "rinomina dentista in dottore"}},
	{intent: language.List, due: "2026-11-25T00:00:00", all: map[string]string{"de": "Was steht heute an?", "es": "¿Qué tengo hoy?", "fr": "Qu'est-ce que j'ai aujourd'hui ?", "pt": "O que tenho hoje?", "it": "Cosa ho oggi?"}},
	{intent: language.List, all: map[string]string{"de": "Zeige überfällige Aufgaben", "es": "muestra las tareas vencidas", "fr": "montre les tâches en retard", "pt": "mostre as tarefas atrasadas", "it": "mostra le attività scadute"}},
	{intent: language.Undo, all: map[string]string{"de": "Rückgängig!", "es": "deshacer", "fr": "annule", "pt": "desfazer", "it": "annulla"}},
	{intent: language.Help, all: map[string]string{"de": "Was kannst du?", "es": "¿Qué puedes hacer?", "fr": "aide-moi", "pt": "o que você pode fazer?", "it": "cosa sai fare?"}},
	{intent: language.Confirm, all: map[string]string{"de": "ja, bitte", "es": "sí, por favor", "fr": "oui", "pt": "sim", "it": "sì"}},
	{intent: language.Refuse, all: map[string]string{"de": "nein danke", "es": "no", "fr": "non merci", "pt": "não", "it": "no grazie"}},
	{intent: language.SmallTalk, all: map[string]string{"de": "Hallo", "es": "gracias", "fr": "bonjour", "pt": "bom dia", "it": "ciao"}},
	{intent: language.Restore, words: []string{"Zahnarzt", "dentista", "dentiste", "dentista", "dentista"}, all: map[string]string{"de": "stelle den Zahnarzt wieder her", "es": "restaura el dentista", "fr": "restaure le dentiste", "pt": "restaure o dentista", "it": "ripristina il dentista"}},
	// What is said to a housemate is no command.
	{intent: language.Add, all: map[string]string{"de": "wirf den Müll weg morgen", "es": "cambia las sábanas mañana", "fr": "passe à la pharmacie demain", "pt": "passe na farmácia amanhã", "it": "chiudi la finestra domani"}},
	{intent: language.OutOfScope, all: map[string]string{"de": "Wer hat 1998 die WM gewonnen?", "es": "¿quién ganó el mundial de 1998?", "fr": "qui a gagné la coupe du monde en 1998 ?", "pt": "quem ganhou a copa do mundo em 1998?", "it": "chi ha vinto il mondiale nel 1998?"}},
}

func TestIntentsInLanguages(t *testing.T) {
	t.Parallel()
	tags := []string{"de", "es", "fr", "pt", "it"}
	for _, s := range saidInLanguages {
		for i, tag := range tags {
			text := s.all[tag]
			c := language.Context{Now: time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC), WeekStart: time.Monday, Language: tag}
			u, err := language.Understand(text, c, language.Focus{})
			require.NoError(t, err, text)
			a := u.Acts[0]
			require.Equal(t, s.intent, a.Intent, "%s: %s: %+v", tag, text, a)
			if s.words != nil {
				require.Equal(t, s.words[i], a.Target.Words, text)
			}
			switch {
			case s.due == "":
			case s.intent == language.List:
				require.NotNil(t, a.Target.Filter.Due, text)
				require.Equal(t, s.due, a.Target.Filter.Due.Start.String(), text)
			default:
				require.NotNil(t, a.Change.Due, text)
				require.Equal(t, s.due, a.Change.Due.Start.String(), text)
			}
			if s.intent == language.Add {
				require.NotEmpty(t, a.Drafts, text)
			}
		}
	}
}

// A pronoun, an ordinal, everything, and a distance are no words of a title.
func TestTargetsInLanguages(t *testing.T) {
	t.Parallel()
	c := language.Context{Now: time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC), WeekStart: time.Monday, Language: "de"}
	read := func(text string) language.Act {
		u, err := language.Understand(text, c, language.Focus{})
		require.NoError(t, err)
		return u.Acts[0]
	}
	require.Equal(t, "it", read("lösche das").Target.Pronoun)
	require.Equal(t, []int{2}, read("lösche die zweite").Target.Ordinals)
	all := read("lösche alle überfälligen Aufgaben")
	require.True(t, all.Target.All)
	require.True(t, all.Wide)
	require.True(t, all.Target.Filter.Overdue)
	moved := read("verschiebe Zahnarzt um 2 Tage")
	require.Equal(t, "Zahnarzt", moved.Target.Words)
	require.Equal(t, &language.Shift{Days: 2}, moved.Change.Shift)
	require.Equal(t, &language.Shift{Months: 3}, read("verschiebe Zahnarzt um 3 Monate").Change.Shift)
	require.Equal(t, &language.Shift{Seconds: 5400}, read("verschiebe Zahnarzt um 90 Minuten").Change.Shift)
	require.Equal(t, language.Unclear, read("verschiebe den Zahnarzt").Intent)
	require.Equal(t, language.Unclear, read("lösche").Intent)
	require.Equal(t, "Doktor", read("benenne Zahnarzt in Doktor um").Change.Title)
}
