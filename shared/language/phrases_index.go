package language

import (
	"maps"
	"slices"
)

// phraseIndex finds the phrases that every message is tried for.
type phraseIndex struct {
	// first and last have a group for each of their intents.
	first, last               *phraseTable
	firstIntents, lastIntents []Intent
	polite, politeEnd, joints *phraseTable
	// settings begin the name of one, around a phrase in two parts.
	settings, around *phraseTable
	// ranks have a group for each of priorities.
	ranks *phraseTable
	// single begins and singleEnd ends the end of a repetition.
	single, singleEnd *phraseTable
}

var priorities = [...]Priority{High, Medium, Low}

// indexed makes the index of a language's phrases.
func (p *phrases) indexed() *phrases {
	x := &phraseIndex{
		polite: foldedBeginnings(p.polite), politeEnd: foldedEnds(p.polite), joints: foldedBeginnings(p.joints),
		settings: foldedBeginnings(p.settings.zone, p.settings.week, p.settings.quiet, p.settings.answer),
		single:   foldedBeginnings(p.single), singleEnd: foldedEnds(p.single),
	}
	lists := func(of map[Intent][]string) (intents []Intent, out [][]string) {
		for _, in := range slices.Sorted(maps.Keys(of)) { // of equally long ones the first counts
			intents, out = append(intents, in), append(out, of[in])
		}
		return intents, out
	}
	var groups [][]string
	x.firstIntents, groups = lists(p.first)
	x.first = foldedBeginnings(groups...)
	x.lastIntents, groups = lists(p.last)
	x.last = foldedEnds(groups...)
	groups = nil
	for _, rank := range priorities {
		groups = append(groups, p.ranks[rank])
	}
	x.ranks = foldedEnds(groups...)
	var begin []string
	for _, pairs := range p.around {
		for _, pair := range pairs {
			begin = append(begin, pair[0])
		}
	}
	x.around = foldedBeginnings(begin)
	p.index = x
	return p
}

// begins is how many tokens at the start of what is left are a phrase of a table, and
// its group.
func (p *phraseReader) begins(t *phraseTable) (n, group int) { return t.at(p.ts, p.from, p.end) }

// finishes is the same at its end.
func (p *phraseReader) finishes(t *phraseTable) (n, group int) {
	return t.before(p.ts, p.from, p.end)
}

// trimPolite passes over words of politeness at the start.
func (p *phraseReader) trimPolite() {
	for n, _ := p.begins(p.index.polite); n > 0; n, _ = p.begins(p.index.polite) {
		p.from += n
	}
}

// trimPoliteEnd passes over them at the end.
func (p *phraseReader) trimPoliteEnd() {
	for n, _ := p.finishes(p.index.politeEnd); n > 0; n, _ = p.finishes(p.index.politeEnd) {
		p.end -= n
	}
}
