package lunar_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"function/shared/language/civil"
	"function/shared/language/lunar"
)

func day(y, m, d int) int { return civil.Date(y, m, d).Days() }

func TestKnownDays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2]int{
		"Eid al-Fitr 2024":      {lunar.Islamic(1445, 10, 1), day(2024, 4, 10)},
		"Ramadan 2018":          {lunar.Islamic(1439, 9, 1), day(2018, 5, 16)},
		"Rosh Hashanah 2018":    {lunar.Hebrew(2018, lunar.Tishri, 1), day(2018, 9, 10)},
		"Passover 2024":         {lunar.Hebrew(2024, lunar.Nisan, 15), day(2024, 4, 23)},
		"Hanukkah 2023":         {lunar.Hebrew(2023, lunar.Kislev, 25), day(2023, 12, 8)},
		"Purim 2024":            {lunar.Hebrew(2024, lunar.Adar, 14), day(2024, 3, 24)},
		"Tu BiShvat 2018":       {lunar.Hebrew(2018, lunar.Shevat, 15), day(2018, 1, 31)},
		"Chinese New Year 2014": {lunar.ChineseNewYear(2014), day(2014, 1, 31)},
		"Chinese New Year 2023": {lunar.ChineseNewYear(2023), day(2023, 1, 22)},
		"Chinese New Year 2024": {lunar.ChineseNewYear(2024), day(2024, 2, 10)},
		"Diwali 2019":           {lunar.Hindu(2019, 7, 30, 18), day(2019, 10, 27)},
		"Diwali 2020":           {lunar.Hindu(2020, 7, 30, 18), day(2020, 11, 14)},
		"Diwali 2023":           {lunar.Hindu(2023, 7, 30, 18), day(2023, 11, 12)},
		"Rama Navami 2020":      {lunar.Hindu(2020, 1, 9, 12), day(2020, 4, 2)},
		"Raksha Bandhan 2018":   {lunar.Hindu(2018, 5, 15, 9), day(2018, 8, 26)},
		"Makar Sankranti 2018":  {lunar.Sankranti(2018, 9), day(2018, 1, 14)},
		"Vaisakhi 2018":         {lunar.Sankranti(2018, 0), day(2018, 4, 14)},
		"Parsi New Year 2022":   {lunar.ParsiNewYear(2022), day(2022, 8, 16)},
	} {
		assert.Equal(t, civil.FromDays(c[1]).String(), civil.FromDays(c[0]).String(), name)
	}
}

// Every year has every day once.
func TestEveryYear(t *testing.T) {
	t.Parallel()
	for y := 1900; y < 2100; y++ {
		for m := 1; m <= 12; m++ {
			d := civil.FromDays(lunar.Hebrew(y, m, 1))
			require.Contains(t, []int{y - 1, y}, d.Year)
			h := civil.FromDays(lunar.Hindu(y, m, 10, 6))
			require.Contains(t, []int{y - 1, y}, h.Year, "%d %d", y, m)
		}
		c := civil.FromDays(lunar.ChineseNewYear(y))
		require.True(t, c.Month == 1 && c.Day >= 20 || c.Month == 2 && c.Day <= 21, c.String())
		require.NotEmpty(t, append(lunar.IslamicIn(y, 9, 1), lunar.IslamicIn(y+1, 9, 1)...))
	}
}
