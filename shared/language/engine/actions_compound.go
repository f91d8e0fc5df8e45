package engine

// compoundActions are for languages that write as one word what English writes
// as two.
var compoundActions = map[string]Action{
	// weekday-part is a weekday and a part of it: Freitagabend.
	"weekday-part": func(p *Parser, a []*Value, k []int) (Value, bool) {
		day, ok := actions["weekday"](p, a, nil)
		if !ok {
			return day, false
		}
		part, _ := actions["part-const"](p, nil, k)
		return putOn(&day, &part)
	},
}

func init() { register(compoundActions) }
