package views

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

var months = map[string][12]string{
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	"it": {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
}

// Date is a day: "1 December 2026", "1 dicembre 2026".
func (l Lang) Date(t time.Time) string {
	return l.Day(t) + " " + strconv.Itoa(t.In(l.Zone()).Year())
}

// Day is a day without its year, for axes and for what is near.
func (l Lang) Day(t time.Time) string {
	t = t.In(l.Zone())
	return strconv.Itoa(t.Day()) + " " + months[l.Tag()][t.Month()-1]
}

// ShortDay is a day in a few letters: "1 Dec", "1 dic".
func (l Lang) ShortDay(t time.Time) string {
	t = t.In(l.Zone())
	return strconv.Itoa(t.Day()) + " " + months[l.Tag()][t.Month()-1][:3]
}

// Month is a month with its year: "December 2026", "dicembre 2026".
func (l Lang) Month(t time.Time) string {
	t = t.In(l.Zone())
	return months[l.Tag()][t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// DateTime is an instant to the minute with its zone: "1 December 2026, 00:00 UTC".
func (l Lang) DateTime(t time.Time) string { return l.Date(t) + ", " + l.Time(t) }

// Time is the time of day with its zone: "14:05 CET".
func (l Lang) Time(t time.Time) string {
	return t.In(l.Zone()).Format("15:04") + " " + l.ZoneName(t)
}

// Clock is the time of day to the second, without the zone: for "Updated 14:05:12".
func (l Lang) Clock(t time.Time) string { return t.In(l.Zone()).Format("15:04:05") }

// When says in a sentence at what time something is: "today at 19:32 CET", "on 1 December at 00:00 CET", with the year if it
// is another than now's.
func (l Lang) When(t, now time.Time) string {
	t, now = t.In(l.Zone()), now.In(l.Zone())
	switch {
	case sameDay(t, now):
		return l.T("base.today", "Time", l.Time(t))
	case sameDay(t, now.AddDate(0, 0, 1)):
		return l.T("base.tomorrow", "Time", l.Time(t))
	case t.Year() == now.Year():
		return l.at(t, l.Day(t))
	}
	return l.On(t)
}

// On says in a sentence at what time something is, with its year: "on 1 December 2026 at 00:00 UTC".
func (l Lang) On(t time.Time) string { return l.at(t, l.Date(t)) }

// at puts the preposition before a day; Italian elides it before 8 and 11.
func (l Lang) at(t time.Time, day string) string {
	id := "base.on_day"
	if n := t.In(l.Zone()).Day(); n == 8 || n == 11 {
		id = "base.on_day_vowel"
	}
	return l.T(id, "Day", day, "Time", l.Time(t))
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// ZoneName is the zone at t as people know it: "UTC", "CET". Zones that have a number only are "UTC+3", "UTC+5:45".
func (l Lang) ZoneName(t time.Time) string {
	name, offset := t.In(l.Zone()).Zone()
	if !strings.HasPrefix(name, "+") && !strings.HasPrefix(name, "-") && name != "" {
		return name
	}
	sign, minutes := "+", offset/60
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	if minutes%60 == 0 {
		return fmt.Sprintf("UTC%s%d", sign, minutes/60)
	}
	return fmt.Sprintf("UTC%s%d:%02d", sign, minutes/60, minutes%60)
}

// Span is a length of time in hours and minutes, rounded up to the minute: "2 h 05 min", "40 min".
func (l Lang) Span(d time.Duration) string {
	minutes := max(0, int((d+time.Minute-1)/time.Minute))
	if minutes < 60 {
		return fmt.Sprintf("%d min", minutes)
	}
	if minutes%60 == 0 {
		return fmt.Sprintf("%d h", minutes/60)
	}
	return fmt.Sprintf("%d h %02d min", minutes/60, minutes%60)
}
