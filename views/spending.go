package views

import "extrausage/money"

// spendingID is the chart's and the section's id.
const spendingID = "spending"

// chart lays the days out. It knows geometry only: every figure it shows comes with the props.
func (p SpendingProps) chart(l Lang) chart {
	count := max(1, daysBetween(p.From, p.To, l.Zone()))
	top, step := chartScale(p.maxDay())
	out := chart{lines: moneyLines(l, top, step), ticks: dayTicks(l, p.From, count)}
	for _, day := range p.Days {
		i := daysBetween(p.From, day.Day, l.Zone()) - 1
		from, to := chartWhole*i/count, chartWhole*(i+1)/count
		out.bars = append(out.bars, p.bar(l, day, from, to-from, top))
	}
	return out
}

// bar stacks a day's models, the costliest at the bottom.
func (p SpendingProps) bar(l Lang, day SpendingDay, x, slot int, top money.Amount) chartBar {
	out := chartBar{title: l.Day(day.Day) + ": " + l.MoneyRound(day.Total), x: across(x), w: across(slot)}
	var below money.Amount
	for i, model := range p.Models {
		part := day.Parts[model]
		if part <= 0 {
			continue
		}
		low := scaled(below, top)
		below = below.Add(part)
		out.title += "\n" + model + ": " + l.MoneyRound(part)
		out.rects = append(out.rects, rect("", seriesFill(spendingID+"-chart", i), x+slot*14/100, slot*72/100, low, scaled(below, top)))
	}
	return out
}

func (p SpendingProps) maxDay() money.Amount {
	var most money.Amount
	for _, day := range p.Days {
		most = max(most, day.Total)
	}
	return most
}

// modelTotal is what a model cost in all.
func (p SpendingProps) modelTotal(model string) money.Amount {
	var total money.Amount
	for _, day := range p.Days {
		total = total.Add(day.Parts[model])
	}
	return total
}

// early tells whether a day lies before the month that its usage counts in.
func (p SpendingProps) early(l Lang, day SpendingDay) bool {
	return daysBetween(p.Starts, day.Day, l.Zone()) < 1
}

// anyEarly tells whether the month has usage of a day before it.
func (p SpendingProps) anyEarly(l Lang) bool { return len(p.Days) > 0 && p.early(l, p.Days[0]) }

// summary says in a sentence what the chart shows.
func (p SpendingProps) summary(l Lang) string {
	most := SpendingDay{}
	for _, day := range p.Days {
		if day.Total > most.Total {
			most = day
		}
	}
	return l.T("usage.spending_summary", "Month", l.Month(p.Month), "Total", l.MoneyRound(p.Total), "Days", l.N("usage.spending_days", len(p.Days))) +
		" " + l.T("spending.most", "Day", l.Day(most.Day), "Amount", l.MoneyRound(most.Total), "Model", p.Models[0], "Part", l.MoneyRound(p.modelTotal(p.Models[0])))
}
