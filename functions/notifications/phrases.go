package notifications

import (
	"fmt"
	"strings"
)

// phrases are what messages say in one language.
type phrases struct {
	language string
	texts    map[string]string
}

func (p phrases) text(name string, args ...any) string { return fmt.Sprintf(p.texts[name], args...) }

// phrasesFor gives the phrases of a language tag, English where there are none.
func phrasesFor(tag string) phrases {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if texts, ok := catalog[base]; ok {
		return phrases{base, texts}
	}
	return phrases{"en", catalog["en"]}
}

var catalog = map[string]map[string]string{
	"en": {
		"reminder": "Reminder: %s", "due": "Due %s.", "open": "Open in Nudge",
		"late":   "This comes %d minutes late: Nudge was not running when it was time.",
		"digest": "Your day: due today %d, overdue %d", "overdue": "Overdue:", "today": "Today:",
		"code":      "Your code is %s",
		"code.text": "Enter it in Nudge, and your reminders come here. It is good for 10 minutes. If you did not ask for it, there is nothing to do.",
		"test":      "A test from Nudge", "test.text": "It works: your reminders come here.",
	},
	"de": {
		"reminder": "Erinnerung: %s", "due": "Fällig %s.", "open": "In Nudge öffnen",
		"late":   "Das kommt %d Minuten zu spät: Nudge lief nicht, als es Zeit war.",
		"digest": "Dein Tag: heute fällig %d, überfällig %d", "overdue": "Überfällig:", "today": "Heute:",
		"code":      "Dein Code ist %s",
		"code.text": "Gib ihn in Nudge ein, dann kommen deine Erinnerungen hierher. Er gilt 10 Minuten. Hast du ihn nicht angefordert, musst du nichts tun.",
		"test":      "Ein Test von Nudge", "test.text": "Es klappt: Deine Erinnerungen kommen hier an.",
	},
	"es": {
		"reminder": "Recordatorio: %s", "due": "Vence %s.", "open": "Abrir en Nudge",
		"late":   "Llega con %d minutos de retraso: Nudge no estaba en marcha cuando tocaba.",
		"digest": "Tu día: para hoy %d, atrasadas %d", "overdue": "Atrasadas:", "today": "Hoy:",
		"code":      "Tu código es %s",
		"code.text": "Escríbelo en Nudge y tus recordatorios llegarán aquí. Vale 10 minutos. Si no lo has pedido, no tienes que hacer nada.",
		"test":      "Una prueba de Nudge", "test.text": "Funciona: tus recordatorios llegan aquí.",
	},
	"fr": {
		"reminder": "Rappel : %s", "due": "Échéance %s.", "open": "Ouvrir dans Nudge",
		"late":   "Ce message a %d minutes de retard : Nudge ne tournait pas à l’heure dite.",
		"digest": "Votre journée : pour aujourd’hui %d, en retard %d", "overdue": "En retard :", "today": "Aujourd’hui :",
		"code":      "Votre code est %s",
		"code.text": "Saisissez-le dans Nudge et vos rappels arriveront ici. Il est valable 10 minutes. Si vous ne l’avez pas demandé, il n’y a rien à faire.",
		"test":      "Un essai de Nudge", "test.text": "Tout marche : vos rappels arrivent ici.",
	},
	"it": {
		"reminder": "Promemoria: %s", "due": "Scade %s.", "open": "Apri in Nudge",
		"late":   "Arriva con %d minuti di ritardo: Nudge non era in funzione all’ora giusta.",
		"digest": "La tua giornata: per oggi %d, in ritardo %d", "overdue": "In ritardo:", "today": "Oggi:",
		"code":      "Il tuo codice è %s",
		"code.text": "Inseriscilo in Nudge e i promemoria arriveranno qui. Vale 10 minuti. Se non l’hai chiesto, non devi fare nulla.",
		"test":      "Una prova da Nudge", "test.text": "Funziona: i promemoria arrivano qui.",
	},
	"pt": {
		"reminder": "Lembrete: %s", "due": "Vence %s.", "open": "Abrir no Nudge",
		"late":   "Chega com %d minutos de atraso: o Nudge não estava a funcionar na hora certa.",
		"digest": "O seu dia: para hoje %d, atrasadas %d", "overdue": "Atrasadas:", "today": "Hoje:",
		"code":      "O seu código é %s",
		"code.text": "Introduza-o no Nudge e os lembretes passam a chegar aqui. É válido durante 10 minutos. Se não o pediu, não precisa de fazer nada.",
		"test":      "Um teste do Nudge", "test.text": "Funciona: os seus lembretes chegam aqui.",
	},
}
