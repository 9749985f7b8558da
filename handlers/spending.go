package handlers

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/money"
	"extrausage/views"
)

const (
	spendingPath = "/settings/usage/spending"
	sessionsPath = "/settings/usage/sessions.csv"
	// sessionsShown is how many sessions the history has: four days without sleep.
	sessionsShown = 20
)

// spendingPage is one billing month, the running one where none is named.
func (s *Server) spendingPage(c echo.Context) error {
	spending, err := s.spending(c.Request().Context(), account(c), s.lang(c), c.QueryParam("month"))
	if err != nil {
		return err
	}
	return s.show(c, views.SpendingPage(views.SpendingPageProps{Frame: s.frame(c, ""), Spending: spending}))
}

// spendingCSV is the chart of a billing month as a file: the same figures, by day and model.
func (s *Server) spendingCSV(c echo.Context) error {
	m, err := s.svc.MonthSpending(c.Request().Context(), account(c), c.QueryParam("month"))
	if err != nil {
		return err
	}
	f := &csvFile{c: c, name: "spending-" + m.Name + ".csv", header: []string{"day", "model", "requests", "plan_usd", "extra_usd", "absorbed_usd"}}
	for _, r := range m.Days {
		row := f.row(r.Day, cell(r.Model), strconv.FormatInt(r.Requests, 10), r.Plan.Decimal(), r.Extra.Decimal(), r.Absorbed.Decimal())
		if row != nil {
			return f.end(row)
		}
	}
	return f.end(nil)
}

// sessionsCSV is the session history as a file.
func (s *Server) sessionsCSV(c echo.Context) error {
	h, err := s.svc.SessionHistory(c.Request().Context(), account(c), sessionsShown)
	if err != nil {
		return err
	}
	f := &csvFile{c: c, name: "sessions.csv", header: []string{"starts_at", "ends_at", "requests", "plan_used_percent", "extra_usd", "absorbed_usd"}}
	for _, p := range h.Sessions {
		row := f.row(p.Starts.Format(time.RFC3339Nano), p.Ends.Format(time.RFC3339Nano), strconv.FormatInt(p.Requests, 10),
			strconv.Itoa(p.UsedPercent), p.Extra.Decimal(), p.Absorbed.Decimal())
		if row != nil {
			return f.end(row)
		}
	}
	return f.end(nil)
}

// spending is a billing month as views show it.
func (s *Server) spending(ctx context.Context, accountID string, lang views.Lang, name string) (views.SpendingProps, error) {
	m, err := s.svc.MonthSpending(ctx, accountID, name)
	if err != nil {
		return views.SpendingProps{}, err
	}
	zone := lang.Zone()
	p := views.SpendingProps{
		Month: inMonth(m.Name, zone), From: m.Starts, To: m.Ends.Add(-time.Second), Starts: m.Starts, Ends: m.Ends, At: m.At,
		Limit: viewLimit(m.Limit), CSVURL: withQuery(spendingPath+".csv", monthQuery(name)),
		Pace: views.SpendingPace{
			Kind: views.PaceKind(m.Pace.Kind), From: m.Pace.From, PerDay: m.Pace.PerDay, AtEnd: m.Pace.AtEnd, FullAt: m.Pace.FullAt,
		},
	}
	if m.Previous != "" {
		p.PreviousURL = withQuery(spendingPath, monthQuery(m.Previous))
	}
	if m.Next != "" {
		p.NextURL = withQuery(spendingPath, monthQuery(m.Next))
	}
	fillSpending(&p, m.Days, zone)
	return p, nil
}

// inMonth is an instant well within the calendar month of this name, in any zone.
func inMonth(name string, zone *time.Location) time.Time {
	at, err := time.ParseInLocation("2006-01", name, zone)
	if err != nil {
		return time.Time{} // billing writes them itself
	}
	return at.AddDate(0, 0, 14)
}

func monthQuery(name string) url.Values {
	if name == "" {
		return nil
	}
	return url.Values{"month": {name}}
}

// fillSpending puts rows by day and model together: days ascending, models by their sum, the costliest first.
func fillSpending(p *views.SpendingProps, rows []billing.DaySpend, zone *time.Location) {
	sums := map[string]money.Amount{}
	for _, r := range rows {
		at, err := time.ParseInLocation(time.DateOnly, r.Day, zone)
		if r.Extra == 0 || err != nil { // the roll-up writes its days itself
			continue
		}
		if n := len(p.Days); n == 0 || !p.Days[n-1].Day.Equal(at) {
			day := url.Values{"from": {r.Day}, "to": {r.Day}}
			p.Days = append(p.Days, views.SpendingDay{Day: at, Parts: map[string]money.Amount{}, URL: withQuery(activityPath, day)})
		}
		d := &p.Days[len(p.Days)-1]
		d.Parts[r.Model] = d.Parts[r.Model].Add(r.Extra)
		d.Total, sums[r.Model], p.Total = d.Total.Add(r.Extra), sums[r.Model].Add(r.Extra), p.Total.Add(r.Extra)
	}
	if len(p.Days) > 0 {
		p.From, p.To = earlier(p.From, p.Days[0].Day), later(p.To, p.Days[len(p.Days)-1].Day)
	}
	for model := range sums {
		p.Models = append(p.Models, model)
	}
	slices.SortFunc(p.Models, func(a, b string) int { return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(a, b)) })
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// history is the session history as views show it.
func (s *Server) history(ctx context.Context, accountID string) (views.HistoryProps, error) {
	h, err := s.svc.SessionHistory(ctx, accountID, sessionsShown)
	p := views.HistoryProps{CSVURL: sessionsPath}
	for _, r := range h.Sessions {
		p.Sessions = append(p.Sessions, views.HistorySession{
			Starts: r.Starts, Ends: r.Ends, Running: r.Running, Requests: int(r.Requests), PlanPercent: r.UsedPercent,
			ExtraPercent: r.ExtraPercent, Extra: r.Extra, Absorbed: r.Absorbed,
		})
	}
	return p, err
}
