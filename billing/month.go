package billing

import (
	"sync"
	"time"

	"extrausage/models"
)

// firstMonth is the calendar month of zone that t falls in: the billing month an account starts with.
func firstMonth(t models.Instant, zone *time.Location) (start, end models.Instant) {
	y, m, _ := t.Time().In(zone).Date()
	return monthStart(y, m, zone), monthStart(y, m+1, zone)
}

// nextMonth is the billing month after [start, end): it begins where that one ends, and ends with the calendar month of zone
// that follows the old month's, so that a change of zone leaves no gap, no overlap and no stub.
func nextMonth(start, end models.Instant, zone *time.Location) (from, to models.Instant) {
	middle := start + (end-start)/2 // names the calendar month whatever zone it was kept in
	y, m, _ := middle.Time().Date()
	return end, monthStart(y, m+2, zone)
}

// monthStart is the first moment of the 1st.
func monthStart(year int, month time.Month, zone *time.Location) models.Instant {
	t := time.Date(year, month, 1, 0, 0, 0, 0, zone)
	if t.Day() != 1 { // clocks skip midnight that night: the month begins where they jump to
		_, t = t.ZoneBounds()
	}
	return models.At(t)
}

// currentMonth is the account's billing month at m.Now. Months that have begun since the newest row are added, each with the
// limit of the one before. It is the only place where months roll.
func currentMonth(m *models.MeterState) *models.BillingMonth {
	last := m.LastMonth()
	for m.Now >= last.EndsAt {
		start, end := nextMonth(last.StartsAt, last.EndsAt, zone(m.Meter.TimeZone))
		next := &models.BillingMonth{
			AccountID: m.AccountID(), StartsAt: start, EndsAt: end,
			LimitKind: last.LimitKind, Limit: last.Limit, OpeningBalance: m.Meter.Balance,
		}
		m.AddMonth(next)
		last = next
	}
	return last
}

// zones keeps what time.LoadLocation reads from a file each time: every settled request asks for its day.
var zones sync.Map

// zone is the time zone of this name. Names are checked when they are saved; one that the system no longer knows is UTC.
func zone(name string) *time.Location {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, loc)
	return loc
}

// calendarDay is the day of t in an account's billing zone, as 2006-01-02.
func calendarDay(t models.Instant, zoneName string) string {
	return t.Time().In(zone(zoneName)).Format(time.DateOnly)
}
