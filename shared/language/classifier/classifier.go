// Package classifier ranks the intents of a message by its words: a
// multinomial logistic regression over hashed words, pairs and word classes.
// Its weights are trained by cmd/train from sentences of our own, those of
// training.jsonl and those that the patterns of templates.txt make, and lie in
// weights.bin. It knows no tasks and no dates, and it only ranks: what may be
// changed is decided by package language.
package classifier

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"function/shared/language/token"
)

// buckets is the size of the table of weights, a power of two.
const buckets = 1 << 18

//go:embed weights.bin
var weights []byte

// Model holds the weights: bucket times label.
type Model struct {
	labels []string
	scale  float64
	table  []int8
	// row is where a bucket's weights begin in table, in units of labels; 0
	// is an empty row.
	row [buckets]uint32
	// vocabulary has a bit for each word that was trained, by the bucket of its hash.
	vocabulary [buckets / 64]uint64
	// rows are table with several weights to a word, in the order of buckets, blocks where
	// they are, powers what a sum is worth that is so far below the highest one; they are
	// made when first needed.
	rows   []row
	blocks []block
	powers []float64
	pack   sync.Once
}

// negligible is how small a probability counts as none.
const negligible = 1e-12

// Ranking is how probable each intent is.
type Ranking struct {
	Best, Second string
	// P is the probability of Best in (0, 1], PSecond that of Second.
	P, PSecond float64
	model      *Model
	values     [maxLabels]float64
}

const maxLabels = 32

// block says which of 64 buckets have weights, and how many of the buckets before them: a
// text asks for some fifty buckets all over, and this fits the caches that a row for each does not.
type block struct {
	has    uint64
	before uint32
}

// Of is the probability of an intent.
func (r *Ranking) Of(label string) float64 {
	for i, l := range r.model.labels {
		if l == label {
			return r.values[i]
		}
	}
	return 0
}

var standard = sync.OnceValues(func() (*Model, error) { return Decode(weights) })

// Rank ranks the intents of a scanned text by the built-in weights.
func Rank(ts []token.Token) Ranking {
	m, err := standard()
	if err != nil {
		return Ranking{model: &Model{}}
	}
	return m.Rank(ts)
}

// Rank ranks the intents of a scanned text.
func (m *Model) Rank(ts []token.Token) Ranking {
	r := Ranking{model: m}
	n := len(m.labels)
	sums := m.sums(ts)
	if n == 0 {
		return r
	}
	top, total := slices.Max(sums[:n]), 0.0
	values := r.values[:n]
	for i := range values {
		if below := int(top - sums[i]); below < len(m.powers) {
			values[i] = m.powers[below]
			total += values[i]
		}
	}
	for i := range values {
		values[i] /= total
		switch p := values[i]; {
		case p > r.P:
			r.Second, r.PSecond = r.Best, r.P
			r.Best, r.P = m.labels[i], p
		case p > r.PSecond:
			r.Second, r.PSecond = m.labels[i], p
		}
	}
	return r
}

// lanes is how many weights lie in a word of the packed table.
const lanes = 8

// bias makes a weight positive, so that nothing is carried into the next one
// when several are added at once; maxAdded is how many of them fit 16 bits.
const bias, maxAdded = 128, 256

// evenBytes are every other byte of a word, with room to add in.
const evenBytes = 0x00ff00ff00ff00ff

// sums adds the weights of all features of a text.
func (m *Model) sums(ts []token.Token) (sums [maxLabels]int32) {
	m.pack.Do(m.packed)
	var even, odd row
	added := int32(0)
	flush := func() {
		for i := range sums {
			half := even[i/lanes]
			if i%2 == 1 {
				half = odd[i/lanes]
			}
			sums[i] += int32(half>>(i%lanes/2*16)&0xffff) - bias*added
		}
		even, odd, added = row{}, row{}, 0
	}
	var words [maxWords + 8]word
	ws := normalWords(words[:0], ts)
	for i := range ws {
		if b := ws[i].hash.bucket(); m.vocabulary[b/64]>>(b%64)&1 == 0 {
			ws[i].hash = aStranger
		}
	}
	var room [256]uint32
	for _, at := range m.known(features(room[:0], ws)) {
		for i, w := range &m.rows[at] {
			even[i] += w & evenBytes
			odd[i] += w >> 8 & evenBytes
		}
		if added++; added == maxAdded {
			flush()
		}
	}
	flush()
	return sums
}

// known puts, for the buckets that have weights, their rows in the place of the buckets.
func (m *Model) known(buckets []uint32) []uint32 {
	n := 0
	if len(m.blocks) == 0 {
		return nil
	}
	for _, f := range buckets {
		b := &m.blocks[f/64]
		buckets[n] = b.before + uint32(bits.OnesCount64(b.has&(1<<(f%64)-1)))
		n += int(b.has >> (f % 64) & 1) // no branch, since it would go either way
	}
	return buckets[:n]
}

// row is the weights of a bucket, several to a word.
type row [maxLabels / lanes]uint64

// packed makes rows, blocks and powers.
func (m *Model) packed() {
	n := len(m.labels)
	if n == 0 {
		return
	}
	for p := 1.0; p > negligible && len(m.powers) < 1<<16; p = math.Exp(-float64(len(m.powers)) * m.scale) {
		m.powers = append(m.powers, p)
	}
	m.rows = make([]row, 0, len(m.table)/n)
	m.blocks = make([]block, len(m.row)/64)
	for f, at := range m.row {
		b := &m.blocks[f/64]
		if f%64 == 0 {
			b.before = uint32(len(m.rows))
		}
		if at == 0 {
			continue
		}
		b.has |= 1 << (f % 64)
		m.rows = append(m.rows, row{})
		packed := &m.rows[len(m.rows)-1]
		for label := range maxLabels {
			w := 0
			if label < n {
				w = int(m.table[int(at)*n+label])
			}
			packed[label/lanes] |= uint64(w+bias) << (label % lanes * 8)
		}
	}
}

// ErrWeights is returned for weights that are not what Encode writes.
var ErrWeights = errors.New("classifier: the weights cannot be read")

// Encode writes the model: labels, scale, then each row that is not empty as
// the distance to its bucket and the weights.
func (m *Model) Encode() []byte {
	names := strings.Join(m.labels, " ")
	out := binary.AppendUvarint(nil, uint64(len(names)))
	out = append(out, names...)
	out = binary.LittleEndian.AppendUint64(out, math.Float64bits(m.scale))
	last, b, n := 0, 0, len(m.labels)
	for f, row := range m.row {
		if row == 0 {
			continue
		}
		out = binary.AppendUvarint(out, uint64(f-last+1))
		last = f
		out = appendRow(out, m.table[int(row)*n:int(row+1)*n])
	}
	out = append(out, 0)
	for last, b = 0, 0; b < buckets; b++ {
		if m.vocabulary[b/64]>>(b%64)&1 != 0 {
			out = binary.AppendUvarint(out, uint64(b-last+1))
			last = b
		}
	}
	return append(out, 0)
}

// appendRow writes the weights that are not zero behind a bit mask.
func appendRow(out []byte, row []int8) []byte {
	mask := uint64(0)
	for i, w := range row {
		if w != 0 {
			mask |= 1 << i
		}
	}
	out = binary.AppendUvarint(out, mask)
	for _, w := range row {
		if w != 0 {
			out = append(out, byte(w))
		}
	}
	return out
}

// Decode reads what Encode wrote, or gives ErrWeights.
func Decode(data []byte) (*Model, error) {
	size, k := binary.Uvarint(data)
	if k <= 0 || size > 1000 || len(data) < k+int(size)+8 {
		return nil, ErrWeights
	}
	m := &Model{labels: strings.Fields(string(data[k : k+int(size)]))}
	data = data[k+int(size):]
	m.scale = math.Float64frombits(binary.LittleEndian.Uint64(data))
	data = data[8:]
	n := len(m.labels)
	if n == 0 || n > maxLabels {
		return nil, ErrWeights
	}
	m.table = make([]int8, n, 8192*n)
	bucket := 0
	for {
		step, k := binary.Uvarint(data)
		if k <= 0 {
			return nil, ErrWeights
		}
		data = data[k:]
		if step == 0 {
			return m, m.decodeVocabulary(data)
		}
		mask, k := binary.Uvarint(data)
		bucket += int(step) - 1
		if k <= 0 || step > buckets || bucket >= buckets {
			return nil, ErrWeights
		}
		data = data[k:]
		m.row[bucket] = uint32(len(m.table) / n)
		for i := range n {
			w := int8(0)
			if mask&(1<<i) != 0 {
				if len(data) == 0 {
					return nil, ErrWeights
				}
				w, data = int8(data[0]), data[1:]
			}
			m.table = append(m.table, w)
		}
	}
}

// decodeVocabulary reads the words that were trained.
func (m *Model) decodeVocabulary(data []byte) error {
	for b := 0; ; {
		step, k := binary.Uvarint(data)
		if k <= 0 {
			return ErrWeights
		}
		if step == 0 {
			return nil
		}
		data = data[k:]
		if b += int(step) - 1; step > buckets || b >= buckets {
			return ErrWeights
		}
		m.vocabulary[b/64] |= 1 << (b % 64)
	}
}
