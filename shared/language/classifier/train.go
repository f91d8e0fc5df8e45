package classifier

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"function/shared/language/token"
)

// Example is a sentence and what it wants.
type Example struct {
	Text   string `json:"text"`
	Intent string `json:"intent"`
}

// Data is all that the weights are trained from: the sentences of training.jsonl and
// those that the patterns of templates.txt make.
func Data(sentences, patterns []byte) ([]Example, error) {
	written, err := Examples(sentences)
	if err != nil {
		return nil, fmt.Errorf("training.jsonl: %w", err)
	}
	made, err := Sentences(string(patterns))
	if err != nil {
		return nil, fmt.Errorf("templates.txt: %w", err)
	}
	// Those that were written one by one count twice: they differ more.
	return slices.Concat(written, written, made), nil
}

// Examples reads training.jsonl.
func Examples(data []byte) ([]Example, error) {
	var out []Example
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		var e Example
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, e)
	}
	return out, lines.Err()
}

// The training: passes over the examples, the first step and the pull of each
// weight to zero per step.
const (
	epochs = 20
	step   = 0.12
	decay  = 0.004
)

// Train fits the weights. It is deterministic, on every processor: the order
// is fixed, products are rounded before they are added, and the exponential
// is made of multiplications.
func Train(examples []Example) *Model {
	t := newTrainer(examples)
	for epoch := range epochs {
		rate := step / (1 + 0.25*float64(epoch))
		for i := range t.order {
			// A fixed walk that visits each example once.
			t.learn(t.order[(i*7919+epoch*104729)%len(t.order)], epoch, rate)
		}
	}
	return t.model()
}

type trainer struct {
	labels []string
	order  []int
	words  [][]word
	gold   []int
	// said is how often each word is in the examples.
	said map[hash]int
	// vocabulary has a bit for each word.
	vocabulary [buckets / 64]uint64
	// w are the weights of each bucket in use.
	w [][]float64
}

func newTrainer(examples []Example) *trainer {
	t := &trainer{w: make([][]float64, buckets), said: map[hash]int{}}
	for _, e := range examples {
		if !slices.Contains(t.labels, e.Intent) {
			t.labels = append(t.labels, e.Intent)
		}
	}
	slices.Sort(t.labels)
	for i, e := range examples {
		ws := normalWords(nil, token.Scan(nil, e.Text))
		for _, w := range ws {
			b := w.hash.bucket()
			t.vocabulary[b/64] |= 1 << (b % 64)
			t.said[w.hash]++
		}
		t.words = append(t.words, ws)
		t.gold = append(t.gold, slices.Index(t.labels, e.Intent))
		t.order = append(t.order, i)
	}
	// A prime number of places, so that the walk visits all.
	for len(t.order)%7919 == 0 {
		t.order = append(t.order, 0)
	}
	return t
}

// learn takes one step of gradient descent on one example.
func (t *trainer) learn(i, epoch int, rate float64) {
	p := make([]float64, len(t.labels))
	feats := features(nil, t.estranged(t.words[i], uint32(i*epochs+epoch)))
	for _, f := range feats {
		if t.w[f] == nil {
			t.w[f] = make([]float64, len(t.labels))
		}
		for k, w := range t.w[f] {
			p[k] += w
		}
	}
	top, total := slices.Max(p), 0.0
	for k := range p {
		p[k] = exp(p[k] - top)
		total += p[k]
	}
	for k := range p {
		p[k] /= total
		if k == t.gold[i] {
			p[k]--
		}
	}
	for _, f := range feats {
		for k, w := range t.w[f] {
			pull := float64(decay * w)
			t.w[f][k] = w - float64(rate*float64(p[k]+pull))
		}
	}
}

// strange is one in how many of the words that are said at most rarely times are taken
// for one that was never seen.
const strange, rarely = 4, 60

// estranged are words of which some are made strangers, others in each pass: what else
// they say has to be enough then, as it has to be for words that were never trained.
func (t *trainer) estranged(ws []word, pass uint32) []word {
	out := ws
	for i, w := range ws {
		h := hash(pass).with(hash(i)).with(w.hash).bucket()
		if h%strange != 0 || t.said[w.hash] > rarely || w.text[0] == '<' {
			continue
		}
		if &out[0] == &ws[0] {
			out = slices.Clone(ws)
		}
		out[i].hash = aStranger
		if h/strange%2 == 0 {
			out[i].class = 0
		}
	}
	return out
}

// exp is e to the x for x at most zero: (1+x/4096) to the 4096th.
func exp(x float64) float64 {
	if x < -30 {
		return 0
	}
	y := 1 + float64(x/4096)
	for range 12 {
		y = float64(y * y)
	}
	return y
}

// model rounds the weights to bytes and leaves out what is small.
func (t *trainer) model() *Model {
	largest := 0.0
	for _, row := range t.w {
		for _, w := range row {
			largest = max(largest, w, -w)
		}
	}
	m := &Model{labels: t.labels, vocabulary: t.vocabulary, scale: largest / 127, table: make([]int8, len(t.labels))}
	for f := range uint32(buckets) {
		row := t.w[f]
		empty := true
		quantized := make([]int8, len(t.labels))
		for k, w := range row {
			quantized[k] = int8(round(w / m.scale))
			empty = empty && quantized[k] == 0
		}
		if empty {
			continue
		}
		m.row[f] = uint32(len(m.table) / len(t.labels))
		m.table = append(m.table, quantized...)
	}
	return m
}

func round(x float64) float64 {
	if x < 0 {
		return float64(int(x - 0.5))
	}
	return float64(int(x + 0.5))
}
