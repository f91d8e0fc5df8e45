package engine

import "function/shared/language/civil"

type namedHoliday struct {
	name string
	holiday
}

func fixedDay(name string, m, d int) namedHoliday {
	return namedHoliday{name, holiday{month: m, day: d}}
}

func nthDay(name string, m, wd, n int) namedHoliday {
	return namedHoliday{name, holiday{month: m, weekday: wd, nth: n}}
}

func easterDay(name string, offset int) namedHoliday {
	return namedHoliday{name, holiday{easter: offset, isEaster: true}}
}

func specialDay(name string, f func(int, string) (civil.DateTime, bool)) namedHoliday {
	return namedHoliday{name, holiday{special: f}}
}

func lasting(h namedHoliday, offset, days int) namedHoliday {
	h.offset, h.length = offset, days
	return h
}

// namedHolidays are the days that lexicons may name.
var namedHolidays = []namedHoliday{
	fixedDay("new-year", 1, 1), fixedDay("epiphany", 1, 6), fixedDay("orthodox-christmas", 1, 7),
	fixedDay("orthodox-new-year", 1, 14), fixedDay("groundhog-day", 2, 2), fixedDay("valentines", 2, 14),
	fixedDay("womens-day", 3, 8), fixedDay("pi-day", 3, 14), fixedDay("st-patricks", 3, 17),
	fixedDay("st-josephs", 3, 19), fixedDay("april-fools", 4, 1), fixedDay("sibling-day", 4, 10),
	fixedDay("earth-day", 4, 22), fixedDay("st-georges", 4, 23), fixedDay("anzac-day", 4, 25),
	fixedDay("kings-day-nl", 4, 27), fixedDay("walpurgis", 4, 30), fixedDay("labour-day-may", 5, 1),
	fixedDay("star-wars-day", 5, 4), fixedDay("cinco-de-mayo", 5, 5), fixedDay("victory-day", 5, 8),
	fixedDay("europe-day", 5, 9), fixedDay("childrens-day", 6, 1), fixedDay("environment-day", 6, 5),
	fixedDay("flag-day-us", 6, 14), fixedDay("juneteenth", 6, 19), fixedDay("canada-day", 7, 1),
	fixedDay("independence-day", 7, 4), fixedDay("bastille-day", 7, 14), fixedDay("assumption", 8, 15),
	fixedDay("india-independence", 8, 15), fixedDay("patriot-day", 9, 11), fixedDay("talk-like-a-pirate", 9, 19),
	fixedDay("german-unity", 10, 3), fixedDay("boss-day", 10, 16), fixedDay("halloween", 10, 31),
	fixedDay("all-saints", 11, 1), fixedDay("all-souls", 11, 2), fixedDay("guy-fawkes", 11, 5),
	fixedDay("veterans-day", 11, 11), fixedDay("st-nicholas", 12, 6), fixedDay("immaculate-conception", 12, 8),
	fixedDay("human-rights-day", 12, 10), fixedDay("christmas-eve", 12, 24), fixedDay("christmas", 12, 25),
	fixedDay("boxing-day", 12, 26), fixedDay("new-years-eve", 12, 31), fixedDay("republic-day-in", 1, 26),
	fixedDay("australia-day", 1, 26), fixedDay("burns-night", 1, 25), fixedDay("st-andrews", 11, 30),
	fixedDay("st-davids", 3, 1), fixedDay("gandhi-jayanti", 10, 2), fixedDay("world-aids-day", 12, 1),
	fixedDay("mens-day", 11, 19), fixedDay("teachers-day-world", 10, 5), fixedDay("womens-equality-day", 8, 26),
	fixedDay("columbus-day-old", 10, 12), fixedDay("kwanzaa", 12, 26), fixedDay("loyalty-day", 5, 1),
	fixedDay("italy-liberation", 4, 25), fixedDay("italy-republic", 6, 2), fixedDay("spain-day", 10, 12),
	fixedDay("spain-constitution", 12, 6), fixedDay("portugal-day", 6, 10), fixedDay("portugal-freedom", 4, 25),
	fixedDay("brazil-independence", 9, 7), fixedDay("st-johns", 6, 24), fixedDay("reformation-day", 10, 31),
	fixedDay("st-martins", 11, 11), fixedDay("twelfth-night", 1, 5),
	nthDay("mlk-day", 1, 1, 3), nthDay("presidents-day", 2, 1, 3), nthDay("mothers-day", 5, 7, 2),
	nthDay("memorial-day", 5, 1, -1), nthDay("fathers-day", 6, 7, 3), nthDay("labor-day", 9, 1, 1),
	nthDay("columbus-day", 10, 1, 2), nthDay("canadian-thanksgiving", 10, 1, 2),
	nthDay("thanksgiving", 11, 4, 4), nthDay("grandparents-day", 9, 7, 2), nthDay("armed-forces-day", 5, 6, 3),
	nthDay("arbor-day", 4, 5, -1), nthDay("spring-bank-holiday", 5, 1, -1), nthDay("may-day-bank-holiday", 5, 1, 1),
	nthDay("summer-bank-holiday", 8, 1, -1), nthDay("sysadmin-day", 7, 5, -1), nthDay("dst-start-us", 3, 7, 2),
	nthDay("dst-end-us", 11, 7, 1), nthDay("parents-day", 7, 7, 4), nthDay("sweetest-day", 10, 6, 3),
	nthDay("military-spouse-day", 5, 5, 2), nthDay("friendship-day", 8, 7, 1), nthDay("commonwealth-day", 3, 1, 2),
	nthDay("world-hearing", 3, 3, 1), nthDay("dst-start-eu", 3, 7, -1), nthDay("dst-end-eu", 10, 7, -1),
	lasting(nthDay("black-friday", 11, 4, 4), 1, 1), lasting(nthDay("cyber-monday", 11, 4, 4), 4, 1),
	lasting(nthDay("giving-tuesday", 11, 4, 4), 5, 1), lasting(nthDay("small-business-saturday", 11, 4, 4), 2, 1),
	lasting(nthDay("thanksgiving-eve", 11, 4, 4), -1, 1),
	easterDay("easter", 0), easterDay("easter-monday", 1), easterDay("good-friday", -2), easterDay("palm-sunday", -7),
	easterDay("maundy-thursday", -3), easterDay("holy-saturday", -1), easterDay("shrove-tuesday", -47),
	easterDay("shrove-monday", -48), easterDay("ash-wednesday", -46), easterDay("ascension", 39),
	easterDay("pentecost", 49), easterDay("whit-monday", 50), easterDay("trinity-sunday", 56),
	easterDay("corpus-christi", 60), lasting(easterDay("lent", -46), 0, 40), easterDay("uk-mothers-day", -21),
	specialDay("orthodox-easter", func(y int, _ string) (civil.DateTime, bool) { return orthodoxEaster(y), true }),
	specialDay("orthodox-easter-monday", orthodox(1)), specialDay("clean-monday", orthodox(-48)),
	specialDay("orthodox-good-friday", orthodox(-2)), specialDay("lazarus-saturday", orthodox(-8)),
	specialDay("orthodox-palm-sunday", orthodox(-7)), specialDay("orthodox-ascension", orthodox(39)),
	specialDay("orthodox-pentecost", orthodox(49)), specialDay("orthodox-shrove-monday", orthodox(-55)),
	specialDay("orthodox-ash-wednesday", orthodox(-46)), specialDay("orthodox-shrove-tuesday", orthodox(-47)),
	lasting(specialDay("great-lent", orthodox(-48)), 0, 40), specialDay("orthodox-holy-saturday", orthodox(-1)),
	specialDay("orthodox-whit-monday", orthodox(50)), specialDay("orthodox-maundy-thursday", orthodox(-3)),
	specialDay("kings-day", kingsDay), specialDay("emancipation-day", emancipationDay), specialDay("tax-day", taxDay),
	specialDay("election-day", func(y int, _ string) (civil.DateTime, bool) {
		d, ok := civil.NthWeekday(y, 11, 1, 1)
		return d.AddDays(1), ok
	}),
	specialDay("administrative-professionals-day", func(y int, _ string) (civil.DateTime, bool) {
		d, ok := civil.NthWeekday(y, 4, 6, -1)
		return d.AddDays(-3), ok
	}),
	specialDay("victoria-day", func(y int, _ string) (civil.DateTime, bool) {
		d := civil.Date(y, 5, 24)
		return d.AddDays(-(d.Weekday() - 1)), true
	}),
	specialDay("first-advent", advent(0)), specialDay("second-advent", advent(7)),
	specialDay("third-advent", advent(14)), specialDay("fourth-advent", advent(21)),
	specialDay("super-tuesday", superTuesday), specialDay("mini-tuesday", miniTuesday),
	lasting(specialDay("youth-service-day", func(y int, _ string) (civil.DateTime, bool) {
		d, ok := civil.NthWeekday(y, 4, 5, 4)
		return d, ok
	}), 0, 3),
	lasting(specialDay("ems-week", func(y int, _ string) (civil.DateTime, bool) {
		d, ok := civil.NthWeekday(y, 5, 7, 3)
		return d, ok
	}), 0, 7),
}

var holidays, holidayCodes = func() ([]holiday, map[string]int) {
	all := append(append([]namedHoliday(nil), namedHolidays...), lunarHolidays...)
	list, codes := make([]holiday, len(all)), map[string]int{}
	for i := range all {
		list[i] = all[i].holiday
		codes[all[i].name] = i
	}
	return list, codes
}()

func orthodox(offset int) func(int, string) (civil.DateTime, bool) {
	return func(y int, _ string) (civil.DateTime, bool) { return orthodoxEaster(y).AddDays(offset), true }
}

func advent(offset int) func(int, string) (civil.DateTime, bool) {
	return func(y int, _ string) (civil.DateTime, bool) {
		d := civil.Date(y, 12, 24)
		return d.AddDays(-d.Weekday()%7 - 21 + offset), true
	}
}

// kingsDay is 27 April in the Netherlands, the day before on a Sunday.
func kingsDay(y int, _ string) (civil.DateTime, bool) {
	d := civil.Date(y, 4, 27)
	if d.Weekday() == 7 {
		d = d.AddDays(-1)
	}
	return d, true
}

// emancipationDay is 16 April in Washington, moved off a weekend.
func emancipationDay(y int, _ string) (civil.DateTime, bool) {
	d := civil.Date(y, 4, 16)
	switch d.Weekday() {
	case 6:
		d = d.AddDays(-1)
	case 7:
		d = d.AddDays(1)
	}
	return d, true
}

// taxDay is 15 April in the United States, moved past weekends and
// Emancipation Day.
func taxDay(y int, _ string) (civil.DateTime, bool) {
	d := civil.Date(y, 4, 15)
	holiday, _ := emancipationDay(y, "")
	for d.Weekday() >= 6 || d == holiday {
		d = d.AddDays(1)
	}
	return d, true
}

// superTuesdays are the days of the primaries so called; the rule since 2008
// is by agreement of the states, so only known ones count.
func superTuesday(y int, _ string) (civil.DateTime, bool) {
	d, ok := map[int]civil.DateTime{
		1984: civil.Date(1984, 3, 13), 1988: civil.Date(1988, 3, 8), 1992: civil.Date(1992, 3, 10), 1996: civil.Date(1996, 3, 12),
		2000: civil.Date(2000, 3, 7), 2004: civil.Date(2004, 3, 2), 2008: civil.Date(2008, 2, 5), 2012: civil.Date(2012, 3, 6),
		2016: civil.Date(2016, 3, 1), 2020: civil.Date(2020, 3, 3), 2024: civil.Date(2024, 3, 5), 2028: civil.Date(2028, 3, 7),
	}[y]
	return d, ok
}

func miniTuesday(y int, _ string) (civil.DateTime, bool) { return civil.Date(2004, 2, 3), y == 2004 }
