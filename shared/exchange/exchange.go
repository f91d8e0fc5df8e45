// Package exchange writes a person's tasks for other programs, and reads theirs.
//
// Written are JSON (everything, without loss), CSV (for spreadsheets) and iCalendar
// (RFC 5545, VTODO or VEVENT). Read are that JSON, iCalendar, Todoist's CSV and Vikunja's
// export. A file is hostile until it was read: every size is bounded, what cannot be read
// is named with its place, and the rest is taken.
package exchange

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"function/shared/quickadd"
	"function/shared/todo"
)

// Format is the form of a file.
type Format string

// The formats.
const (
	JSON      Format = "json"
	CSV       Format = "csv" // written only
	ICalendar Format = "ics"
	Todoist   Format = "todoist"
	Vikunja   Format = "vikunja"
)

const (
	// MaxFile is how large a file may be, in bytes.
	MaxFile = 16 << 20
	// maxItems is how many things of a file are looked at.
	maxItems = 2 * todo.MaxImport
	// maxProblems is how many are told one by one.
	maxProblems = 200
)

// Item is a task of a file. Its links name other items of the file by their UID.
type Item struct {
	Place     Place
	UID       string // the same whenever the file is read again
	Parent    string
	BlockedBy []string
	Series    string // UID
	Task      todo.Details
}

// Filter is one that a person keeps (package filter).
type Filter struct {
	Name     string  `json:"name"`
	Filter   string  `json:"filter"`
	Position float64 `json:"position"`
}

// Place is where something stands in a file.
type Place struct {
	Line    int    // from 1; 0 where the format has none
	Pointer string // RFC 6901, in JSON
}

// Problem is something that was not taken from a file, or (Kept) a part of it.
type Problem struct {
	Place
	Reason string
	Kept   bool
}

// File is what was read.
type File struct {
	Format   Format
	Items    []Item
	Settings *todo.Preferences // nil: it has none
	Filters  []Filter          // nameless where one could not be read
	Problems []Problem
	More     int // problems beyond those that are told
}

func (f *File) problem(at Place, kept bool, reason string) {
	if len(f.Problems) >= maxProblems {
		f.More++
		return
	}
	f.Problems = append(f.Problems, Problem{Place: at, Reason: reason, Kept: kept})
}

// add takes an item; an error is a file with too many.
func (f *File) add(item Item) error {
	if len(f.Items) >= maxItems {
		return todo.Errorf(todo.CodeTooLarge, "the file holds more than %d tasks; split it", maxItems)
	}
	f.Items = append(f.Items, item)
	return nil
}

// Sniff tells a file's format from how it begins; empty: none that is known.
func Sniff(raw []byte) Format {
	head := bytes.TrimLeft(bytes.TrimPrefix(raw[:min(len(raw), 4096)], bom), " \t\r\n")
	upper := bytes.ToUpper(head)
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return Vikunja
	case bytes.HasPrefix(upper, []byte("BEGIN:VCALENDAR")):
		return ICalendar
	case bytes.HasPrefix(head, []byte("{")):
		return JSON
	case bytes.HasPrefix(head, []byte("[")):
		return Vikunja
	case bytes.HasPrefix(upper, []byte("TYPE,CONTENT")), bytes.HasPrefix(upper, []byte(`"TYPE","CONTENT"`)):
		return Todoist
	}
	return ""
}

var bom = []byte("\ufeff")

// Read reads a file for a person at a moment. The error is a todo.Error: the file as a
// whole is none of the format.
func Read(format Format, raw []byte, prefs todo.Preferences, now time.Time) (*File, error) {
	if len(raw) > MaxFile {
		return nil, todo.Errorf(todo.CodeTooLarge, "a file has at most %d bytes; split it", MaxFile)
	}
	if format == "" {
		if format = Sniff(raw); format == "" {
			return nil, todo.Invalid("/format", "the file is none that can be read: Nudge's JSON, iCalendar, Todoist's CSV or Vikunja's export")
		}
	}
	f := &File{Format: format}
	r := reader{File: f, prefs: prefs, zone: quickadd.For(prefs, now).Now().Location().String(), now: now}
	if format == Vikunja {
		return f, r.vikunja(raw)
	}
	raw = bytes.TrimPrefix(raw, bom)
	if !utf8.Valid(raw) {
		return nil, todo.Invalid("", "the file is not UTF-8; save it with that encoding")
	}
	switch format {
	case JSON:
		return f, r.json(raw)
	case ICalendar:
		return f, r.calendar(raw)
	case Todoist:
		return f, r.todoist(raw)
	}
	return nil, todo.Invalid("/format", "must be json, ics, todoist or vikunja")
}

// reader reads one file.
type reader struct {
	*File
	prefs todo.Preferences
	zone  string // the person's
	now   time.Time
}

// idEnd is what of an id says which thing it is; what stands before says when it was made.
const idEnd = 17

// ID is the id that a thing of a file has for one person: always the same, so that a
// file taken in twice makes nothing twice. It has the form of a UUIDv7, so that ids
// still sort by time.
func ID(owner, uid string, at time.Time) string {
	sum := sha256.Sum256([]byte(owner + "\x00" + uid))
	id := uuid.UUID(sum[:16])
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(max(at.UnixMilli(), 0)))
	copy(id[:6], ms[2:])
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id.String()
}

// Ends lists what the file's things may be called by already (postgres.Imported).
func (f *File) Ends(owner string) []string {
	var ends []string
	for _, item := range f.Items {
		for _, uid := range append([]string{item.UID, item.Parent, item.Series}, item.BlockedBy...) {
			if uid == "" {
				continue
			}
			ends = append(ends, end(ID(owner, uid, time.Time{})))
			if f.own(uid) {
				ends = append(ends, end(uid))
			}
		}
	}
	return ends
}

func end(id string) string { return id[len(id)-idEnd:] }

// own reports whether a UID may be an id of ours.
func (f *File) own(uid string) bool { return len(uid) == 36 && uuid.Validate(uid) == nil }

// Import maps the file onto a person who has some of it already: have gives ids by
// their ends. skipped counts what is there; index gives the item of each task.
func (f *File) Import(owner string, have map[string]string) (in todo.Import, index []int, skipped int) {
	in.Known = map[string]bool{}
	for _, id := range have {
		in.Known[id] = true
	}
	ids := map[string]string{}
	for n, item := range f.Items {
		if _, there := f.there(owner, item.UID, have); !there && ids[item.UID] == "" {
			ids[item.UID] = ID(owner, item.UID, f.moment(n))
		}
	}
	resolve := func(uid string, at time.Time) string {
		if uid == "" {
			return ""
		}
		if id, there := f.there(owner, uid, have); there {
			return id
		}
		if id, ok := ids[uid]; ok {
			return id
		}
		return ID(owner, uid, at)
	}
	for n, item := range f.Items {
		if _, there := f.there(owner, item.UID, have); there {
			skipped++
			continue
		}
		d := item.Task
		d.ID, d.Parent = ids[item.UID], resolve(item.Parent, time.Time{})
		d.BlockedBy = nil
		for _, uid := range item.BlockedBy {
			d.BlockedBy = append(d.BlockedBy, resolve(uid, time.Time{}))
		}
		if d.Series != nil {
			series := *d.Series
			series.ID = resolve(item.Series, series.CreatedAt)
			if t := series.Template; t != nil {
				copied := *t
				if copied.Parent = resolve(t.Parent, time.Time{}); ids[t.Parent] == "" && !in.Known[copied.Parent] {
					copied.Parent = ""
				}
				series.Template = &copied
			}
			d.Series, d.SeriesID = &series, series.ID
		}
		in.Tasks, index = append(in.Tasks, d), append(index, n)
	}
	return in, index, skipped
}

func (f *File) there(owner, uid string, have map[string]string) (string, bool) {
	if id, ok := have[end(ID(owner, uid, time.Time{}))]; ok {
		return id, true
	}
	if f.own(uid) {
		id, ok := have[end(uid)]
		return id, ok
	}
	return "", false
}

// moment is when an item was made; where the file does not say, items keep its order.
func (f *File) moment(n int) time.Time {
	if at := f.Items[n].Task.CreatedAt; !at.IsZero() {
		return at
	}
	return time.UnixMilli(int64(n))
}

// The texts of other programs are made to fit: what a title has no room for goes on in
// the description.

func fit(d *todo.Details) (cut bool) {
	title := strings.TrimSpace(strings.Map(inLine, d.Title))
	d.Description = strings.TrimSpace(strings.Map(inText, strings.ReplaceAll(d.Description, "\r\n", "\n")))
	if runes := []rune(title); len(runes) > todo.MaxTitle {
		d.Description = strings.TrimSpace(title + "\n\n" + d.Description)
		title = strings.TrimSpace(string(runes[:todo.MaxTitle-1])) + "…"
	}
	d.Title = title
	if runes := []rune(d.Description); len(runes) > todo.MaxDescription {
		d.Description, cut = string(runes[:todo.MaxDescription]), true
	}
	return cut
}

func inLine(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

func inText(r rune) rune {
	if unicode.IsControl(r) && r != '\n' && r != '\t' {
		return -1
	}
	return r
}

// tag makes a tag of a name; empty where nothing is left.
func tag(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	runes := []rune(strings.TrimLeft(strings.Join(words, "-"), "#@"))
	return string(runes[:min(len(runes), todo.MaxTag)])
}

func addTag(d *todo.Details, name string) {
	if t := tag(name); t != "" && len(d.Tags) < todo.MaxTags {
		d.Tags = append(d.Tags, t)
	}
}
