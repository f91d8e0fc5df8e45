package language

func (r *request) word(i int) string {
	if i < 0 || i >= len(r.ts) {
		return ""
	}
	return r.ts[i].Text
}

// piece is the text of tokens from i to end.
func (r *request) piece(i, end int) string {
	if i >= end || i >= len(r.ts) {
		return ""
	}
	return r.text[r.ts[i].Start:r.ts[end-1].End]
}

// rest is the text from token i on.
func (r *request) rest(i int) string { return r.piece(i, r.end) }

// starts is how many tokens from i on are one of the phrases, 0 if none; the
// longest counts.
func (r *request) starts(i int, phrases ...string) int {
	best := 0
	w := r.word(i)
	r.compared += len(phrases)
	if w == "" {
		return 0
	}
	for _, p := range phrases {
		if p[0] != w[0] || len(p) < len(w) { // most end here
			continue
		}
		if n := r.match(i, p); n > best {
			best = n
		}
	}
	return best
}

// match is how many tokens from i on are the words of a phrase, 0 if not.
func (r *request) match(i int, phrase string) int { return wordsAt(r.ts, i, phrase) }

// startsOne is as starts, with the phrases in a table; the group is that of the phrase.
func (r *request) startsOne(i int, t *phraseTable) (n, group int) {
	r.compared++
	return t.at(r.ts, i, len(r.ts))
}

// opens is how many tokens from i on are a phrase of a table.
func (r *request) opens(i int, t *phraseTable) int {
	n, _ := r.startsOne(i, t)
	return n
}

// endsOne is how many tokens before end, none of them before from, are a phrase of a
// table of ends.
func (r *request) endsOne(from, end int, t *phraseTable) (n, group int) {
	r.compared++
	return t.before(r.ts, from, end)
}

// find is where one of the phrases stands from token i on, and its length.
func (r *request) find(i int, phrases ...string) (at, n int) {
	if !r.may(phrases) {
		return -1, 0
	}
	for ; i < r.end; i++ {
		if n := r.starts(i, phrases...); n > 0 {
			return i, n
		}
	}
	return -1, 0
}

// findOne is as find, with the phrases in a table.
func (r *request) findOne(i int, t *phraseTable) (at, n int) {
	for ; i < r.end; i++ {
		if n, _ := r.startsOne(i, t); n > 0 {
			return i, n
		}
	}
	return -1, 0
}

// may reports whether a word of the text begins as one of the phrases does.
func (r *request) may(phrases []string) bool {
	if r.initials == 0 {
		for i := range r.ts {
			if w := r.ts[i].Text; w != "" {
				r.initials |= initial(w)
			}
		}
	}
	for _, p := range phrases {
		if r.initials&initial(p) != 0 {
			return true
		}
	}
	return false
}

// initial is a bit for the first two letters of the first word of a phrase.
func initial(phrase string) uint64 {
	second := byte(' ')
	if len(phrase) > 1 {
		second = phrase[1]
	}
	return 1 << ((phrase[0]*7 + second) & 63)
}

func (r *request) has(phrases ...string) bool {
	at, _ := r.find(0, phrases...)
	return at >= 0
}
