package verify_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"function/infra/audit/verify"
)

// maker makes exports as the package's comment describes them, with nothing of the
// product's: a third writing of the format.
type maker struct {
	private ed25519.PrivateKey
	kid     string
}

func newMaker(seed byte) maker {
	return maker{ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)), fmt.Sprintf("key-%d", seed)}
}

func (m maker) keys(t require.TestingT) *verify.Keys {
	text := fmt.Sprintf(`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"%s","kid":"%s"}]}`,
		base64.RawURLEncoding.EncodeToString(m.private.Public().(ed25519.PublicKey)), m.kid)
	keys, err := verify.ReadKeys([]byte(text))
	require.NoError(t, err)
	return keys
}

func (m maker) jws(typ, payload string) string {
	head := fmt.Sprintf(`{"alg":"EdDSA","kid":"%s","typ":"%s"}`, m.kid, typ)
	text := base64.RawURLEncoding.EncodeToString([]byte(head)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(m.private, []byte(text)))
}

const chainID = "0123456789abcdef0123456789abcdef"

// export makes one of n entries with checkpoints behind some, beginning behind base,
// which must be one of those.
func (m maker) export(n int, base int, checkpoints []int, body func(int) string) []string {
	type at struct {
		entry string
		hash  []byte
	}
	chain := []at{{}}
	for i := 1; i <= n; i++ {
		sum := sha256.New()
		sum.Write(chain[i-1].hash)
		sum.Write(binary.BigEndian.AppendUint64(nil, uint64(i)))
		sum.Write([]byte(body(i)))
		chain = append(chain, at{body(i), sum.Sum(nil)})
	}
	checkpoint := func(i int) string {
		return m.jws("nudge-checkpoint", fmt.Sprintf(`{"chain":"%s","count":%d,"head":"%x","time":"2026-01-05T08:00:00Z"}`, chainID, i, chain[i].hash))
	}
	kept := slices.DeleteFunc(slices.Clone(checkpoints), func(i int) bool { return i < max(base, 1) })
	baseHead := ""
	if base > 0 {
		baseHead = fmt.Sprintf(`,"base_head":"%x"`, chain[base].hash)
	}
	lines := []string{fmt.Sprintf(`{"nudge_activity":1,"signed":"%s"}`, m.jws("nudge-activity-export",
		fmt.Sprintf(`{"chain":"%s","count":%d,"head":"%x","time":"2026-01-06T08:00:00Z","base":%d%s,"checkpoints":%d}`, chainID, n, chain[n].hash, base, baseHead, len(kept))))}
	for i := base; i <= n; i++ {
		if i > base {
			lines = append(lines, fmt.Sprintf(`{"seq":%d,"entry":%s,"hash":"%x"}`, i, chain[i].entry, chain[i].hash))
		}
		if slices.Contains(kept, i) {
			lines = append(lines, fmt.Sprintf(`{"checkpoint":"%s"}`, checkpoint(i)))
		}
	}
	return lines
}

func plain(i int) string { return fmt.Sprintf(`{"id":"%d","type":"task.created"}`, i) }

func check(t require.TestingT, m maker, text string, anchors ...verify.Checkpoint) verify.Report {
	report, err := verify.Export(strings.NewReader(text), verify.Options{Keys: m.keys(t), Anchors: anchors})
	require.NoError(t, err)
	return report
}

func file(lines []string) string { return strings.Join(lines, "\n") + "\n" }

func entryOf(t *testing.T, report verify.Report) int64 {
	t.Helper()
	require.False(t, report.Intact())
	require.Len(t, report.Chains, 1)
	require.NotEmpty(t, report.Chains[0].Problems)
	return report.Chains[0].Problems[0].Entry
}

func TestAnExportThatNobodyTouchedIsIntact(t *testing.T) {
	t.Parallel()
	m := newMaker(1)
	for _, lines := range [][]string{
		m.export(0, 0, nil, plain), m.export(1, 0, nil, plain), m.export(9, 0, []int{3, 9}, plain),
		m.export(9, 3, []int{3, 9}, plain), m.export(3, 3, []int{3}, plain),
	} {
		report := check(t, m, file(lines))
		require.True(t, report.Intact(), "%v", report)
		require.True(t, report.Chains[0].Signed)
	}
	both := check(t, m, file(m.export(2, 0, nil, plain))+file(m.export(3, 0, nil, plain)))
	require.True(t, both.Intact(), "an operator's file has many chains")
	require.Len(t, both.Chains, 2)
}

// Every kind of F19, with the entry that is named.
func TestEachKindOfTamperingIsNamed(t *testing.T) {
	t.Parallel()
	m := newMaker(1)
	// The lines: 0 header, 1 to 4 entries, 5 checkpoint, 6 to 8 entries 5 to 7.
	whole := m.export(7, 0, []int{4}, plain)
	change := func(edit func([]string) []string) string { return file(edit(slices.Clone(whole))) }
	for name, c := range map[string]struct {
		text  string
		entry int64
	}{
		"edited":  {change(func(l []string) []string { l[3] = strings.Replace(l[3], "created", "deleted", 1); return l }), 3},
		"deleted": {change(func(l []string) []string { return slices.Delete(l, 2, 3) }), 2},
		"swapped": {change(func(l []string) []string { l[2], l[3] = l[3], l[2]; return l }), 2},
		"doubled": {change(func(l []string) []string { return slices.Insert(l, 3, l[2]) }), 2},
		"cut":     {file(whole[:7]), 6},
		"rehashed": {change(func(l []string) []string { // one entry with a hash that fits it
			other := m.export(7, 0, []int{4}, func(i int) string {
				return strings.Replace(plain(i), "created", map[bool]string{true: "deleted", false: "created"}[i == 6], 1)
			})
			l[7] = other[7]
			return l
		}), 7},
		"rebuilt": {change(func(l []string) []string { // from an entry on, the checkpoints left
			other := m.export(7, 0, []int{4}, func(i int) string {
				return strings.Replace(plain(i), "created", map[bool]string{true: "deleted", false: "created"}[i == 2], 1)
			})
			for i := range l {
				if strings.HasPrefix(l[i], `{"seq"`) {
					l[i] = other[i]
				}
			}
			return l
		}), 4},
	} {
		require.Equal(t, c.entry, entryOf(t, check(t, m, c.text)), "%s: %v", name, check(t, m, c.text))
	}
	rebuilt := newMaker(2) // everything made anew, and signed with another key
	rebuilt.kid = m.kid
	require.False(t, check(t, m, file(rebuilt.export(7, 0, []int{4}, plain))).Intact())
	unsigned := `{"nudge_activity":1,"unsigned":{"chain":"c","count":0,"head":"","time":"","base":0,"checkpoints":0}}` + "\n"
	require.False(t, check(t, m, unsigned).Intact(), "what is not signed proves nothing")
	require.False(t, check(t, m, "").Intact(), "an empty file is no export")
	require.False(t, check(t, m, "{}\n").Intact())
}

func TestAnAnchorShowsWhatTheFileItselfCannot(t *testing.T) {
	t.Parallel()
	m := newMaker(1)
	anchors, err := verify.ReadAnchors([]byte(file(m.export(6, 0, []int{4}, plain))), m.keys(t))
	require.NoError(t, err)
	require.Len(t, anchors, 2)
	require.True(t, check(t, m, file(m.export(9, 0, []int{4}, plain)), anchors...).Intact())
	require.True(t, check(t, m, file(m.export(9, 4, []int{4}, plain)), anchors...).Intact())
	other := func(i int) string { return strings.Replace(plain(i), "created", "deleted", 1) }
	require.EqualValues(t, 4, entryOf(t, check(t, m, file(m.export(9, 0, []int{4}, other)), anchors...)), "made anew with our key")
	require.EqualValues(t, 6, entryOf(t, check(t, m, file(m.export(5, 0, []int{4}, plain)), anchors...)), "an earlier state")
	require.False(t, check(t, m, file(m.export(9, 0, nil, plain)), verify.Checkpoint{Chain: "another", Count: 2}).Intact(), "a chain that is not there")

	log := fmt.Sprintf(`{"time":"2026-01-05T08:00:00Z","level":"INFO","msg":"audit checkpoint","checkpoint":"%s"}`,
		m.jws("nudge-checkpoint", fmt.Sprintf(`{"chain":"%s","count":1,"head":"00","time":"t"}`, chainID)))
	anchors, err = verify.ReadAnchors([]byte("\n"+log+"\n"), m.keys(t))
	require.NoError(t, err)
	require.False(t, check(t, m, file(m.export(9, 0, nil, plain)), anchors...).Intact())
	_, err = verify.ReadAnchors([]byte(log), newMaker(3).keys(t))
	require.Error(t, err, "an anchor must be signed by a given key")
	_, err = verify.ReadAnchors([]byte("hello"), m.keys(t))
	require.Error(t, err)
}

func TestWithoutKeysTheLinksAreCheckedAndNothingIsCalledSigned(t *testing.T) {
	t.Parallel()
	m := newMaker(1)
	report, err := verify.Export(strings.NewReader(file(m.export(5, 0, []int{2}, plain))), verify.Options{})
	require.NoError(t, err)
	require.True(t, report.Intact())
	require.False(t, report.Chains[0].Signed)
	report, err = verify.Export(strings.NewReader(strings.Replace(file(m.export(5, 0, []int{2}, plain)), "created", "deleted", 1)), verify.Options{})
	require.NoError(t, err)
	require.EqualValues(t, 1, entryOf(t, report))
}

// Any one mutation of a valid export is found: of a byte, of a line, of the end.
func TestEveryMutationIsFound(t *testing.T) {
	t.Parallel()
	m := newMaker(1)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "entries")
		checkpoints := rapid.SliceOfDistinct(rapid.IntRange(1, n), rapid.ID[int]).Draw(t, "checkpoints")
		base := 0
		if len(checkpoints) > 0 && rapid.Bool().Draw(t, "pruned") {
			base = checkpoints[0]
		}
		words := rapid.SliceOfN(rapid.StringMatching(`[a-z]{0,8}`), n+1, n+1).Draw(t, "words")
		lines := m.export(n, base, checkpoints, func(i int) string {
			raw, _ := json.Marshal(map[string]any{"id": i, "text": words[i]})
			return string(raw)
		})
		whole := file(lines)
		if report := check(t, m, whole); !report.Intact() {
			t.Fatalf("the export itself: %v", report)
		}
		mutated := mutate(t, lines, whole)
		if mutated == whole {
			t.Skip("the mutation changed nothing")
		}
		if report := check(t, m, mutated); report.Intact() {
			t.Fatalf("not found in\n%s", mutated)
		}
	})
}

func mutate(t *rapid.T, lines []string, whole string) string {
	position := rapid.IntRange(0, len(whole)-1).Draw(t, "position")
	line := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
	changed := slices.Clone(lines)
	switch rapid.SampledFrom([]string{"flip", "insert", "remove", "cut", "drop line", "double line", "swap lines", "cut lines", "case"}).Draw(t, "kind") {
	case "flip":
		return whole[:position] + string(whole[position]^rapid.ByteRange(1, 255).Draw(t, "mask")) + whole[position+1:]
	case "insert":
		return whole[:position] + rapid.SampledFrom([]string{" ", "\n", "0", `"`, "{", "\t", "a", "\r"}).Draw(t, "what") + whole[position:]
	case "remove":
		return whole[:position] + whole[position+1:]
	case "cut":
		return whole[:position]
	case "drop line":
		return file(slices.Delete(changed, line, line+1))
	case "double line":
		return file(slices.Insert(changed, line, changed[line]))
	case "cut lines":
		return file(changed[:line])
	case "case":
		return strings.Replace(whole, hex.EncodeToString([]byte{0xab})[:1], "A", 1)
	default:
		other := rapid.IntRange(0, len(lines)-1).Draw(t, "other")
		changed[line], changed[other] = changed[other], changed[line]
		return file(changed)
	}
}

// A reader of files from anywhere neither panics nor hangs.
func FuzzExport(f *testing.F) {
	m := newMaker(1)
	f.Add(file(m.export(3, 0, []int{2}, plain)))
	f.Add("{\"nudge_activity\":1,\"unsigned\":{}}\n{\"seq\":")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := verify.Export(strings.NewReader(text), verify.Options{Keys: m.keys(t)})
		require.NoError(t, err)
	})
}
