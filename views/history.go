package views

import (
	"slices"

	"extrausage/money"
)

// summary says in a sentence what the sessions show.
func (p HistoryProps) summary(l Lang) string {
	reached, beyond := 0, 0
	var extra money.Amount
	for _, s := range p.Sessions {
		if s.PlanPercent >= 100 {
			reached++
		}
		if s.Extra > 0 {
			beyond++
		}
		extra = extra.Add(s.Extra)
	}
	said := l.N("spending.sessions_last", len(p.Sessions)) + " " + l.N("spending.sessions_reached", reached)
	if beyond == 0 {
		return said + " " + l.T("spending.sessions_no_extra")
	}
	return said + " " + l.N("spending.sessions_extra", beyond, "Extra", l.MoneyRound(extra))
}

// span is when a session was: the day is said once where one is enough.
func (s HistorySession) span(l Lang) string {
	return ChargeSession{Starts: s.Starts, Ends: s.Ends}.span(l)
}

// chart lays the sessions out, the oldest first: what the plan bore, and above it what was charged, in the same measure.
func (p HistoryProps) chart(l Lang) chart {
	sessions := slices.Clone(p.Sessions)
	slices.Reverse(sessions)
	top, step := percentScale(sessions)
	out := chart{}
	for at := 0; at <= top; at += step {
		line := lineAt(plotHeight*at/top, l.Percent(at))
		line.strong = at == 100
		out.lines = append(out.lines, line)
	}
	for i, s := range sessions {
		from, to := chartWhole*i/len(sessions), chartWhole*(i+1)/len(sessions)
		out.bars = append(out.bars, s.bar(l, from, to-from, top))
		if every := 1 + len(sessions)/7; i%every == 0 {
			out.ticks = append(out.ticks, chartTick{x: across((from + to) / 2), label: l.ShortDay(s.Starts), minor: i/every%2 == 1})
		}
	}
	return out
}

func (s HistorySession) bar(l Lang, x, slot, top int) chartBar {
	out := chartBar{x: across(x), w: across(slot), title: l.T("spending.session_bar", "Session", s.span(l), "Percent", l.Percent(s.PlanPercent), "Extra", l.MoneyRound(s.Extra))}
	plan := plotHeight * min(s.PlanPercent, top) / top
	width := min(slot*72/100, chartWhole/12)
	left := x + (slot-width)/2
	if s.PlanPercent > 0 {
		out.rects = append(out.rects, rect("of-plan", "", left, width, 0, plan))
	}
	if s.Extra > 0 {
		out.rects = append(out.rects, rect("", extraFill("history-chart"), left, width, plan, plotHeight*min(s.PlanPercent+s.ExtraPercent, top)/top))
	}
	return out
}

// mostPercent is where the chart of sessions is cut off: beyond it, bars only say more.
const mostPercent = 2000

// percentScale is a round percentage at or above the highest bar, and the step of the lines up to it.
func percentScale(sessions []HistorySession) (top, step int) {
	most := 100
	for _, s := range sessions {
		most = max(most, min(s.PlanPercent+s.ExtraPercent, mostPercent))
	}
	for _, step = range []int{25, 50, 100, 200, 500} {
		if most <= 5*step {
			break
		}
	}
	return (most + step - 1) / step * step, step
}

// requests is a session's number of requests.
func (s HistorySession) requests(l Lang) string { return l.Int64(int64(s.Requests)) }
