package views

import (
	"strconv"
	"time"

	"extrausage/money"
)

// Titled is the page's frame with its title.
func (p SpendingPageProps) Titled() Frame {
	return p.Frame.Named("spending.title", "Month", p.Frame.Lang.Month(p.Spending.Month))
}

// span is from when to when a month lasts.
func (p SpendingProps) span(l Lang) string {
	return l.T("spending.span", "Starts", p.Starts, "Ends", p.Ends)
}

// showsPace tells whether there is anything to hold against anything: before the first enabling there is not.
func (p SpendingProps) showsPace() bool { return p.Limit.Kind != LimitUnset || p.Total > 0 }

// paceTitle is the heading of what the month comes to.
func (p SpendingProps) paceTitle(l Lang) string {
	if p.Limit.Kind == LimitAmount {
		return l.T("spending.pace_title", "Month", l.Month(p.Month))
	}
	return l.T("spending.pace_title_free", "Month", l.Month(p.Month))
}

// state says how the month stands against its limit.
func (p SpendingProps) state(l Lang) string {
	if p.Limit.Kind == LimitAmount {
		return l.T("spending.state_limit", "Spent", l.MoneyRound(p.Total), "Limit", p.Limit.Amount)
	}
	return l.T("spending.state", "Spent", l.MoneyRound(p.Total))
}

// outlook says where the month leads, and what happens there.
func (p SpendingProps) outlook(l Lang) string {
	end := l.Day(p.Ends)
	switch p.Pace.Kind {
	case PaceOff:
		return l.T("spending.pace_off")
	case PaceFull:
		return l.T("spending.pace_full", "When", l.When(p.Ends, p.At))
	case PaceEarly:
		return l.T("spending.pace_early", "When", l.When(p.Pace.From, p.At))
	case PaceSteady:
		values := []any{
			"PerDay", l.MoneyRound(p.Pace.PerDay), "AtEnd", l.MoneyRound(p.Pace.AtEnd), "End", end, "Limit", p.Limit.Amount,
			"Full", l.Day(p.Pace.FullAt),
		}
		switch {
		case p.Total == 0:
			return l.T("spending.pace_nothing", "End", end)
		case p.over():
			return l.T("spending.pace_over", values...)
		case p.Limit.Kind == LimitAmount:
			return l.T("spending.pace_within", values...)
		}
		return l.T("spending.pace_unlimited", values...)
	}
	return l.T("spending.pace_ended")
}

// over tells whether the month leads beyond its limit, were it not there.
func (p SpendingProps) over() bool { return p.Pace.Kind == PaceSteady && !p.Pace.FullAt.IsZero() }

// ahead tells whether the chart draws where the month leads.
func (p SpendingProps) ahead() bool { return p.Pace.Kind == PaceSteady && p.Total > 0 }

// paceChart lays out what is charged so far, day by day, the limit, and where it leads. Every figure comes with the props.
func (p SpendingProps) paceChart(l Lang) paceChart {
	top, step := chartScale(max(p.Limit.Amount, p.Total, p.aim()))
	out := paceChart{chart: chart{lines: moneyLines(l, top, step), ticks: p.paceTicks(l)}}
	last := p.share(p.At)
	var sum money.Amount
	for i, day := range p.Days {
		sum = sum.Add(day.Total)
		from, to := p.share(day.Day), last
		if i == 0 && p.early(l, day) {
			from = 0
		}
		if i+1 < len(p.Days) {
			to = p.share(p.Days[i+1].Day)
		}
		out.bars = append(out.bars, chartBar{
			title: l.T("spending.so_far", "Day", l.Day(day.Day), "Amount", l.MoneyRound(sum)), x: across(from), w: across(max(0, to-from)),
			rects: []chartRect{rect("so-far", "", from, max(0, to-from), 0, scaled(sum, top))},
		})
	}
	if p.Limit.Kind == LimitAmount {
		out.limitY, out.limit = strconv.Itoa(chartBase-scaled(p.Limit.Amount, top)), l.T("spending.limit", "Limit", p.Limit.Amount)
		out.limitTextY = strconv.Itoa(chartBase - scaled(p.Limit.Amount, top) - 6)
	}
	if p.ahead() {
		end := chartWhole
		if p.over() {
			end = p.share(p.Pace.FullAt)
		}
		out.ahead = true
		out.x1, out.y1, out.x2, out.y2 = across(last), strconv.Itoa(chartBase-scaled(p.Total, top)), across(end), strconv.Itoa(chartBase-scaled(p.aim(), top))
	}
	return out
}

// paceChart is a chart with a limit and a line that leads ahead.
type paceChart struct {
	chart
	limit, limitY, limitTextY string
	ahead                     bool
	x1, y1, x2, y2            string
}

// aim is where the month leads: never beyond the limit, where extra usage stops.
func (p SpendingProps) aim() money.Amount {
	switch {
	case !p.ahead():
		return 0
	case p.over():
		return p.Limit.Amount
	}
	return p.Pace.AtEnd
}

// share is how much of the month is over at t, in hundredths of a percent.
func (p SpendingProps) share(t time.Time) int {
	whole := int64(p.Ends.Sub(p.Starts) / time.Second)
	past := int64(t.Sub(p.Starts) / time.Second)
	return int(max(0, min(past, whole)) * chartWhole / max(1, whole))
}

// paceTicks names the start of each week of the month.
func (p SpendingProps) paceTicks(l Lang) (ticks []chartTick) {
	day := p.Starts.In(l.Zone())
	for i := 0; day.Before(p.Ends); i++ {
		if x := p.share(day) + chartWhole/60; x < chartWhole*93/100 { // what is further right has no room for its words
			ticks = append(ticks, chartTick{x: across(x), label: l.ShortDay(day), minor: i%2 == 1})
		}
		day = day.AddDate(0, 0, 7)
	}
	return ticks
}

// until is what was charged up to the i-th day with charges, with it.
func (p SpendingProps) until(i int) money.Amount {
	var sum money.Amount
	for _, day := range p.Days[:i+1] {
		sum = sum.Add(day.Total)
	}
	return sum
}
