package engine

import (
	"function/shared/language/civil"
	"function/shared/language/lunar"
)

// lunarDay makes a holiday of a function from a year to a day.
func lunarDay(name string, f func(year int) int) namedHoliday {
	return specialDay(name, func(y int, _ string) (civil.DateTime, bool) {
		if y < 1800 || y > 2200 {
			return civil.DateTime{}, false
		}
		d := civil.FromDays(f(y))
		return d, true
	})
}

// islamic is a day of the Islamic calendar.
func islamic(name string, month, day int) namedHoliday {
	return specialDay(name, func(y int, _ string) (civil.DateTime, bool) {
		if y < 1800 || y > 2200 {
			return civil.DateTime{}, false
		}
		days := lunar.IslamicIn(y, month, day)
		if len(days) == 0 {
			return civil.DateTime{}, false
		}
		return civil.FromDays(days[0]), true
	})
}

// hebrew is a day of the Hebrew calendar, with the evening before it, on which
// it begins.
func hebrew(name string, month, day, length int) namedHoliday {
	return lasting(lunarDay(name, func(y int) int { return lunar.Hebrew(y, month, day) }), -1, length)
}

// hindu is a lunar day of a month of the Hindu calendar at an hour.
func hindu(name string, month, day int, hour float64) namedHoliday {
	return lunarDay(name, func(y int) int { return lunar.Hindu(y, month, day, hour) })
}

// lunarHolidays are the days of lunar calendars that lexicons may name.
var lunarHolidays = []namedHoliday{
	lasting(islamic("ramadan", 9, 1), 0, 30), islamic("eid-al-fitr", 10, 1), islamic("eid-al-adha", 12, 10),
	islamic("laylat-al-qadr", 9, 27), islamic("islamic-new-year", 1, 1), islamic("mawlid", 3, 12),
	islamic("ashura", 1, 10), lasting(islamic("isra-miraj", 7, 27), -1, 1),
	specialDay("jumuatul-wida", func(y int, _ string) (civil.DateTime, bool) {
		days := lunar.IslamicIn(y, 10, 1)
		if y < 1800 || y > 2200 || len(days) == 0 {
			return civil.DateTime{}, false
		}
		// The last Friday of Ramadan.
		d := civil.FromDays(days[0] - 1)
		return d.AddDays(-((d.Weekday() + 2) % 7)), true
	}),
	hebrew("rosh-hashanah", lunar.Tishri, 1, 3), hebrew("yom-kippur", lunar.Tishri, 10, 2),
	hebrew("sukkot", lunar.Tishri, 15, 9), hebrew("shemini-atzeret", lunar.Tishri, 22, 3),
	hebrew("simchat-torah", lunar.Tishri, 23, 2), hebrew("hanukkah", lunar.Kislev, 25, 9),
	hebrew("tu-bishvat", lunar.Shevat, 15, 1), hebrew("purim", lunar.Adar, 14, 2),
	hebrew("shushan-purim", lunar.Adar, 15, 2), hebrew("passover", lunar.Nisan, 15, 9),
	lunarDay("yom-hashoah", yomHashoah), lunarDay("yom-haatzmaut", yomHaatzmaut),
	hebrew("lag-baomer", lunar.Iyar, 18, 1), hebrew("shavuot", lunar.Sivan, 6, 3),
	lunarDay("tisha-bav", func(y int) int {
		d := civil.FromDays(lunar.Hebrew(y, lunar.Av, 9))
		if d.Weekday() == 6 {
			d = d.AddDays(1)
		}
		return d.Days() - 1
	}),
	lunarDay("chinese-new-year", lunar.ChineseNewYear),
	lunarDay("lantern-festival", func(y int) int { return lunar.ChineseNewYear(y) + 14 }),
	hindu("ugadi", 1, 1, 6), hindu("rama-navami", 1, 9, 12), hindu("mahavir-jayanti", 1, 13, 6),
	hindu("hanuman-jayanti", 1, 15, 6), hindu("akshaya-tritiya", 2, 3, 9), hindu("vesak", 2, 15, 12),
	hindu("rath-yatra", 4, 2, 6), hindu("guru-purnima", 4, 15, 6), hindu("raksha-bandhan", 5, 15, 9),
	hindu("janmashtami", 5, 23, 24), hindu("ganesh-chaturthi", 6, 4, 12),
	lasting(hindu("navaratri", 7, 1, 6), 0, 10), lasting(hindu("durga-puja", 7, 1, 12), 0, 10),
	hindu("dussehra", 7, 10, 16), hindu("karva-chauth", 7, 19, 20), hindu("dhanteras", 7, 28, 18),
	hindu("naraka-chaturdashi", 7, 29, 6), hindu("diwali", 7, 30, 18), hindu("govardhan-puja", 8, 1, 12),
	hindu("bhai-dooj", 8, 2, 13), hindu("chhath", 8, 6, 17), hindu("guru-nanak", 8, 15, 6),
	hindu("guru-gobind-singh", 10, 7, 6), hindu("vasant-panchami", 11, 5, 9), hindu("guru-ravidas", 11, 15, 6),
	hindu("maha-shivaratri", 11, 29, 24), hindu("holika-dahan", 12, 15, 18),
	lunarDay("holi", func(y int) int { return lunar.Hindu(y, 12, 15, 18) + 1 }),
	lunarDay("makar-sankranti", func(y int) int { return lunar.Sankranti(y, 9) }),
	lunarDay("lohri", func(y int) int { return lunar.Sankranti(y, 9) - 1 }),
	lunarDay("vaisakhi", func(y int) int { return lunar.Sankranti(y, 0) }),
	lunarDay("onam", lunar.Onam), lunarDay("parsi-new-year", lunar.ParsiNewYear),
}

// yomHashoah is the evening before 27 Nisan, moved off the Sabbath.
func yomHashoah(y int) int {
	d := civil.FromDays(lunar.Hebrew(y, lunar.Nisan, 27))
	switch d.Weekday() {
	case 5:
		d = d.AddDays(-1)
	case 7:
		d = d.AddDays(1)
	}
	return d.Days() - 1
}

// yomHaatzmaut is the evening before 5 Iyar, moved off the Sabbath.
func yomHaatzmaut(y int) int {
	d := civil.FromDays(lunar.Hebrew(y, lunar.Iyar, 5))
	switch d.Weekday() {
	case 5:
		d = d.AddDays(-1)
	case 6:
		d = d.AddDays(-2)
	case 1:
		d = d.AddDays(1)
	}
	return d.Days() - 1
}
