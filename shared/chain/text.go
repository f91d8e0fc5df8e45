package chain

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// lessUTF16 orders names by their UTF-16 code units, as RFC 8785, section 3.2.3 does.
func lessUTF16(a, b string) bool {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b))) < 0
}

var shortEscapes = map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

// canonicalString writes a string as RFC 8785, section 3.2.2.2 does: only what must be
// escaped is.
func canonicalString(out *bytes.Buffer, text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("a string is not UTF-8")
	}
	out.WriteByte('"')
	for _, r := range text {
		switch short, ok := shortEscapes[r]; {
		case ok:
			out.WriteString(short)
		case r < 0x20:
			fmt.Fprintf(out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	return nil
}
