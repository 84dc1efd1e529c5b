package hours

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Holiday is a public holiday as people name it in a sentence: "le 1er mai,
// fête du Travail". Date is its local midnight.
type Holiday struct {
	Date time.Time
	Name string
}

// feast is the rule for one holiday: a month and a day, or, when month is 0, a
// number of days after Easter Sunday.
type feast struct {
	set        string
	month      time.Month
	day        int
	fromEaster int
	name       string
}

// feasts is read only. Sources: Code du travail, L3133-1 (the eleven days),
// L3134-13 (Moselle, Bas-Rhin, Haut-Rhin; Good Friday only in communes with a
// Protestant or a mixed church, which a Region decides by choosing the set) and
// L3422-2 (abolition of slavery, overseas).
var feasts = [...]feast{
	{set: "fr", month: 1, day: 1, name: "le 1er janvier, jour de l'An"},
	{set: "fr", fromEaster: 1, name: "le lundi de Pâques"},
	{set: "fr", month: 5, day: 1, name: "le 1er mai, fête du Travail"},
	{set: "fr", month: 5, day: 8, name: "le 8 mai, victoire de 1945"},
	{set: "fr", fromEaster: 39, name: "le jeudi de l'Ascension"},
	{set: "fr", fromEaster: 50, name: "le lundi de Pentecôte"},
	{set: "fr", month: 7, day: 14, name: "le 14 juillet, fête nationale"},
	{set: "fr", month: 8, day: 15, name: "le 15 août, Assomption"},
	{set: "fr", month: 11, day: 1, name: "le 1er novembre, Toussaint"},
	{set: "fr", month: 11, day: 11, name: "le 11 novembre, armistice de 1918"},
	{set: "fr", month: 12, day: 25, name: "le 25 décembre, Noël"},
	{set: "alsace-moselle", fromEaster: -2, name: "le Vendredi saint"},
	{set: "alsace-moselle", month: 12, day: 26, name: "le 26 décembre, Saint-Étienne"},
	{set: "mayotte", month: 4, day: 27, name: "le 27 avril, abolition de l'esclavage"},
	{set: "martinique", month: 5, day: 22, name: "le 22 mai, abolition de l'esclavage"},
	{set: "guadeloupe", month: 5, day: 27, name: "le 27 mai, abolition de l'esclavage"},
	{set: "guyane", month: 6, day: 10, name: "le 10 juin, abolition de l'esclavage"},
	{set: "la-reunion", month: 12, day: 20, name: "le 20 décembre, abolition de l'esclavage"},
}

// HolidaySets lists the sets a calendar may name: "fr", the eleven days of the
// whole country, and the days of one territory, to be named beside it.
func HolidaySets() []string {
	var sets []string
	for _, f := range feasts {
		if !slices.Contains(sets, f.set) {
			sets = append(sets, f.set)
		}
	}
	return sets
}

// FrenchHolidays gives the eleven public holidays of a year and those of the
// extra sets, by date. Two may share a date (in 2059 Ascension is on 8 May). An
// extra nobody knows adds nothing.
func FrenchHolidays(year int, zone *time.Location, extra ...string) []Holiday {
	easter := easterSunday(year)
	var days []Holiday
	for _, f := range feasts {
		if f.set != "fr" && !slices.Contains(extra, f.set) {
			continue
		}
		month, day := f.date(easter)
		days = append(days, Holiday{time.Date(year, month, day, 0, 0, 0, 0, orUTC(zone)), f.name})
	}
	slices.SortStableFunc(days, func(a, b Holiday) int { return a.Date.Compare(b.Date) })
	return days
}

// holidayName names the holiday of a local day, or is empty.
func holidayName(sets []string, local time.Time) string {
	if len(sets) == 0 {
		return ""
	}
	year, month, day := local.Date()
	easter := easterSunday(year)
	for i := range feasts {
		f := &feasts[i]
		if m, d := f.date(easter); m == month && d == day && slices.Contains(sets, f.set) {
			return f.name
		}
	}
	return ""
}

func (f *feast) date(easter time.Time) (time.Month, int) {
	if f.month != 0 {
		return f.month, f.day
	}
	_, month, day := easter.AddDate(0, 0, f.fromEaster).Date()
	return month, day
}

// easterSunday computes the Gregorian Easter by the anonymous algorithm of 1876
// known as Meeus/Jones/Butcher: Jean Meeus, Astronomical Algorithms, 2nd ed.,
// chapter 8, whose letters are kept.
func easterSunday(year int) time.Time {
	a := year % 19
	b, c := year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n, p := (h+l-7*m+114)/31, (h+l-7*m+114)%31
	return time.Date(year, time.Month(n), p+1, 0, 0, 0, 0, time.UTC)
}

func checkSets(sets []string) error {
	known := HolidaySets()
	for _, set := range sets {
		if !slices.Contains(known, set) {
			return fmt.Errorf("« %s » : ces jours fériés sont inconnus ; choisir parmi %s",
				set, strings.Join(known, ", "))
		}
	}
	return nil
}
