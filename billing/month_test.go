package billing

import (
	"os"
	"testing"
	"time"

	"extrausage/models"
)

// zones of all kinds: both ends of the day line, halves and quarters of an hour, clocks that jump at midnight.
var oddZones = []string{
	"UTC", "Europe/Rome", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham",
	"America/Sao_Paulo", "Africa/Cairo", "Asia/Beirut", "America/Asuncion", "America/Havana", "America/Santiago", "Asia/Gaza",
	"America/New_York", "Asia/Tehran", "Africa/Casablanca", "Pacific/Apia", "Antarctica/Troll",
}

// months are billing months from the one that t falls in on.
func monthsFrom(t time.Time, z *time.Location, n int) [][2]models.Instant {
	start, end := firstMonth(models.At(t), z)
	out := [][2]models.Instant{{start, end}}
	for len(out) < n {
		start, end = nextMonth(start, end, z)
		out = append(out, [2]models.Instant{start, end})
	}
	return out
}

// The calendar months of a zone are a partition: each instant is in exactly one, consecutive ones touch, and each begins with
// the first moment of the 1st, whatever the clocks do that night.
func TestMonthsPartitionTime(t *testing.T) {
	for _, name := range oddZones {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		months := monthsFrom(time.Date(2016, time.January, 15, 12, 0, 0, 0, z), z, 24*12)
		for i, m := range months {
			start, end := m[0].Time().In(z), m[1].Time().In(z)
			want := time.Month(i%12 + 1)
			if i > 0 && m[0] != months[i-1][1] {
				t.Fatalf("%s: month %d starts at %s, the one before ends at %s", name, i, start, months[i-1][1].Time().In(z))
			}
			if start.Month() != want || start.Day() != 1 || start.Year() != 2016+i/12 {
				t.Errorf("%s: month %d starts at %s", name, i, start)
			}
			if before := start.Add(-time.Microsecond); before.Day() == 1 {
				t.Errorf("%s: %s, a microsecond before the month, is on the 1st already", name, before)
			}
			if last := end.Add(-time.Microsecond); last.Month() != want {
				t.Errorf("%s: a microsecond before its end, month %d is at %s", name, i, last)
			}
			for _, at := range []models.Instant{m[0], m[0] + 1, (m[0] + m[1]) / 2, m[1] - 1} {
				if s, e := firstMonth(at, z); s != m[0] || e != m[1] {
					t.Errorf("%s: %s falls in the month from %s", name, at.Time().In(z), s.Time().In(z))
				}
			}
		}
	}
}

func TestMonthLengths(t *testing.T) {
	rome, _ := time.LoadLocation("Europe/Rome")
	for _, c := range []struct {
		year  int
		month time.Month
		zone  *time.Location
		hours int
	}{
		{2026, time.February, time.UTC, 28 * 24},
		{2028, time.February, time.UTC, 29 * 24},
		{2100, time.February, time.UTC, 28 * 24},
		{2026, time.April, time.UTC, 30 * 24},
		{2026, time.December, time.UTC, 31 * 24},
		{2026, time.March, rome, 31*24 - 1},
		{2026, time.October, rome, 31*24 + 1},
		{2028, time.February, rome, 29 * 24},
	} {
		start, end := firstMonth(models.At(time.Date(c.year, c.month, 20, 12, 0, 0, 0, c.zone)), c.zone)
		if got := end.Sub(start); got != time.Duration(c.hours)*time.Hour {
			t.Errorf("%s %d in %s lasts %s; want %d h", c.month, c.year, c.zone, got, c.hours)
		}
	}
}

// Nights on which midnight does not come, or comes twice.
func TestMonthStartsWhereMidnightIsOdd(t *testing.T) {
	for _, c := range []struct{ zone, at, why string }{
		{"America/Asuncion", "2023-10-01T04:00:00Z", "00:00 is skipped: the month starts at 01:00 summer time"},
		{"America/Asuncion", "2017-10-01T04:00:00Z", "the same"},
		{"America/Havana", "2020-11-01T04:00:00Z", "00:00 comes twice: the month starts at the first"},
		{"America/Sao_Paulo", "2017-11-01T02:00:00Z", "summer time since October"},
		{"Africa/Cairo", "2024-05-01T21:00:00Z", "00:00 of 26 April is skipped, not of 1 May"},
		{"Asia/Beirut", "2024-04-01T21:00:00Z", "00:00 of 31 March is skipped"},
	} {
		z, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		want, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if want.Hour() > 12 { // written as the evening before, by the UTC date of the 1st
			want = want.AddDate(0, 0, -1)
		}
		_, end := firstMonth(models.At(want.Add(-48*time.Hour)), z)
		if end != models.At(want) {
			t.Errorf("%s: starts %s; want %s (%s)", c.zone, end.Time().In(z), want.In(z), c.why)
		}
	}
}

// design, "Time": a new zone acts from the next month, which runs from the old month's end to the end of the following calendar
// month in the new zone. Without gap, overlap or stub, in both directions.
func TestNextMonthAfterAChangeOfZone(t *testing.T) {
	at := func(s string) models.Instant {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return models.At(v)
	}
	for _, c := range []struct{ from, to, start, end string }{
		{"UTC", "Pacific/Kiritimati", "2026-12-01T00:00:00Z", "2026-12-31T10:00:00Z"},
		{"Pacific/Kiritimati", "UTC", "2026-11-30T10:00:00Z", "2027-01-01T00:00:00Z"},
		{"UTC", "Etc/GMT+12", "2026-12-01T00:00:00Z", "2027-01-01T12:00:00Z"},
		{"Etc/GMT+12", "UTC", "2026-12-01T12:00:00Z", "2027-01-01T00:00:00Z"},
		{"Pacific/Kiritimati", "Etc/GMT+12", "2026-11-30T10:00:00Z", "2027-01-01T12:00:00Z"},
		{"Etc/GMT+12", "Pacific/Kiritimati", "2026-12-01T12:00:00Z", "2026-12-31T10:00:00Z"},
		{"Europe/Rome", "America/New_York", "2026-11-30T23:00:00Z", "2027-01-01T05:00:00Z"},
	} {
		start, end := firstMonth(at("2026-11-15T12:00:00Z"), zone(c.from))
		start, end = nextMonth(start, end, zone(c.to))
		if start != at(c.start) || end != at(c.end) {
			t.Errorf("%s to %s: from %s to %s; want %s to %s", c.from, c.to, start.Time(), end.Time(), c.start, c.end)
		}
	}
}

// Whatever zones are changed to, and how often, months go on without gap or stub, and come back to the calendar of the last zone.
func FuzzMonths(f *testing.F) {
	f.Add(int64(1_790_000_000), uint8(0), uint8(2), uint8(3))
	f.Add(int64(1_696_100_000), uint8(10), uint8(10), uint8(0))
	f.Add(int64(951_782_400), uint8(3), uint8(2), uint8(8))
	f.Fuzz(func(t *testing.T, seconds int64, a, b, c uint8) {
		const first, last = 946_684_800, 2_524_608_000 // 2000 to 2050
		at := models.At(time.Unix(first+(seconds%(last-first)+(last-first))%(last-first), 0))
		zones := []*time.Location{}
		for _, i := range []uint8{a, b, c, c} {
			zones = append(zones, zone(oddZones[int(i)%len(oddZones)]))
		}
		start, end := firstMonth(at, zones[0])
		if at < start || at >= end {
			t.Fatalf("%s is not in its month, from %s to %s", at.Time(), start.Time(), end.Time())
		}
		for _, z := range zones {
			name := end.Add(-13 * 24 * time.Hour).Time().Month() // well inside, in every zone
			next, nextEnd := nextMonth(start, end, z)
			if next != end {
				t.Fatalf("gap or overlap: %s ends at %s, the next starts at %s", name, end.Time(), next.Time())
			}
			if d := nextEnd.Sub(next); d < 26*24*time.Hour || d > 33*24*time.Hour {
				t.Fatalf("a month of %s", d)
			}
			if local := nextEnd.Time().In(z); local.Month() != (name+1)%12+1 {
				t.Fatalf("after %s and one more month, it is %s", name, local)
			}
			start, end = next, nextEnd
		}
		if s, e := firstMonth(start+(end-start)/2, zones[3]); s != start || e != end {
			t.Fatalf("two months after the last change: %s to %s; the calendar says %s to %s", start.Time(), end.Time(), s.Time(), e.Time())
		}
	})
}

// The zone of the machine has no say (I14).
func TestMonthsDoNotDependOnTheMachinesZone(t *testing.T) {
	before := time.Local
	t.Cleanup(func() { time.Local = before })
	at := models.At(time.Date(2026, time.November, 30, 23, 30, 0, 0, time.UTC))
	start, end := firstMonth(at, time.UTC)
	day := calendarDay(at, "UTC")
	time.Local = zone("Pacific/Kiritimati")
	if err := os.Setenv("TZ", "Pacific/Kiritimati"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Unsetenv("TZ") })
	if s, e := firstMonth(at, time.UTC); s != start || e != end {
		t.Errorf("%s to %s; want %s to %s", s.Time(), e.Time(), start.Time(), end.Time())
	}
	if s, e := nextMonth(start, end, time.UTC); s != end || e.Time().Day() != 1 || e.Time().Hour() != 0 {
		t.Errorf("%s to %s", s.Time(), e.Time())
	}
	if got := calendarDay(at, "UTC"); got != day || day != "2026-11-30" {
		t.Errorf("day %s, was %s", got, day)
	}
}

func TestCalendarDay(t *testing.T) {
	at := models.At(time.Date(2026, time.November, 30, 23, 30, 0, 0, time.UTC))
	for zoneName, want := range map[string]string{
		"UTC": "2026-11-30", "Europe/Rome": "2026-12-01", "Pacific/Kiritimati": "2026-12-01", "Etc/GMT+12": "2026-11-30",
		"Nowhere/Land": "2026-11-30", // a name that this system no longer knows is UTC
	} {
		if got := calendarDay(at, zoneName); got != want {
			t.Errorf("%s: %s; want %s", zoneName, got, want)
		}
	}
}
