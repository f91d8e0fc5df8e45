package engine

// compoundActions are for what other languages say in another way than English.
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
	// rel-weekday-coming is rel-weekday where "next" is the one to come: el
	// próximo lunes, lundi prochain.
	"rel-weekday-coming": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		rel := int(a[0].N)
		if rel == relNext {
			rel = relComing
		}
		return p.relWeekday(rel, int(a[1].N))
	},
}

func init() { register(compoundActions) }
