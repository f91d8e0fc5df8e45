package tasks

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What tasks write of themselves is to the byte what encoding/json writes, whatever is in them.
func TestTasksWriteThemselvesAsEncodingJSONDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		page := taskPage{Data: []taskBody{}, HasMore: rapid.Bool().Draw(t, "more"), After: texts().Draw(t, "after")}
		for range rapid.IntRange(0, 3).Draw(t, "tasks") {
			var body taskBody
			fill(t, reflect.ValueOf(&body).Elem())
			if rapid.Bool().Draw(t, "due") {
				body.Due.value = &dueBody{}
				fill(t, reflect.ValueOf(body.Due.value).Elem())
			}
			if rapid.Bool().Draw(t, "recurrence") {
				body.Recurrence.value = &recurrenceBody{}
				fill(t, reflect.ValueOf(body.Recurrence.value).Elem())
			}
			page.Data = append(page.Data, body)
		}
		var want bytes.Buffer
		encoder := json.NewEncoder(&want)
		encoder.SetEscapeHTML(false)
		require.NoError(t, encoder.Encode(page))
		got, err := page.AppendJSON([]byte("behind "))
		require.NoError(t, err)
		require.Equal(t, "behind "+want.String(), string(got)+"\n")
	})
}

func TestATaskThatIsNoJSONIsAnError(t *testing.T) {
	t.Parallel()
	for _, body := range []taskBody{{Position: math.NaN()}, {Position: math.Inf(1)}, {CreatedAt: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)}} {
		_, err := json.Marshal(body)
		require.Error(t, err)
		_, err = body.AppendJSON(nil)
		require.Error(t, err)
	}
}

func texts() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "Pay rent", "Sauté", `"quoted" \ <b>&amp;`, "a\u2028b\u2029", "\x00\x1f\x7f", "\xff\xfe", "\ud7ff\ufffd😀"}))
}

// fill draws every field that a value has, those that are added later too.
func fill(t *rapid.T, v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		zone := time.FixedZone("", 60*rapid.IntRange(-12*60, 14*60).Draw(t, "offset"))
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), rapid.SampledFrom([]int64{0, 5e8, 123_456_000, 7}).Draw(t, "nanoseconds"))
		v.Set(reflect.ValueOf(at.In(rapid.SampledFrom([]*time.Location{time.UTC, zone}).Draw(t, "zone"))))
		return
	case orNull[dueBody], orNull[recurrenceBody]:
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(texts().Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "int"))
	case reflect.Float64:
		v.SetFloat(rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1, -1024, 0.5, 1e-6, 9e-7, 1e21, 9.9e20})).Draw(t, "real"))
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem())
		}
	case reflect.Slice:
		if rapid.Bool().Draw(t, "there") {
			v.Set(reflect.MakeSlice(v.Type(), rapid.IntRange(0, 2).Draw(t, "length"), 2))
			for i := range v.Len() {
				fill(t, v.Index(i))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	case reflect.Interface: // of a change: anything
	default:
		t.Fatalf("a field of a kind that is not drawn: %s", v.Type())
	}
}
