package views

import (
	"strconv"
	"time"

	"extrausage/money"
)

// The chart's drawing area, in units of its view box.
const (
	chartWidth  = 720
	chartHeight = 240
	chartLeft   = 56
	chartBottom = 28
	chartTop    = 12
	plotWidth   = chartWidth - chartLeft - 4
	plotHeight  = chartHeight - chartTop - chartBottom
)

// chart is a drawing: bars by day, lines by amount, words under some days.
type chart struct {
	bars  []chartBar
	lines []chartLine
	days  []chartLabel
}

type chartBar struct {
	title string
	rects []chartRect
}

type chartRect struct {
	class      string
	x, y, w, h string
}

type chartLine struct{ y, textY, label string }

type chartLabel struct{ x, label string }

// chart lays the days out. It knows geometry only: every figure it shows comes with the props.
func (p SpendingProps) chart(l Lang) chart {
	count := daysBetween(p.From, p.To, l.Zone())
	top, step := chartScale(p.maxDay())
	slot := plotWidth * 100 / max(1, count) // hundredths of a unit
	out := chart{}
	for a := money.Amount(0); a <= top; a += step {
		y := chartTop + plotHeight - scaled(a, top)
		out.lines = append(out.lines, chartLine{y: strconv.Itoa(y), textY: strconv.Itoa(y + 4), label: axisMoney(l, a)})
	}
	for _, day := range p.Days {
		i := daysBetween(p.From, day.Day, l.Zone()) - 1
		out.bars = append(out.bars, p.bar(l, day, chartLeft*100+i*slot, slot, top))
	}
	for i := 0; i < count; i += 1 + count/8 {
		x := chartLeft*100 + i*slot + slot/2
		out.days = append(out.days, chartLabel{x: hundredths(x), label: l.ShortDay(p.From.In(l.Zone()).AddDate(0, 0, i))})
	}
	return out
}

// bar stacks a day's models, the costliest at the bottom. x and slot are hundredths of a unit.
func (p SpendingProps) bar(l Lang, day SpendingDay, x, slot int, top money.Amount) chartBar {
	out := chartBar{title: l.Day(day.Day) + ": " + l.MoneyRound(day.Total)}
	var below money.Amount
	for i, model := range p.Models {
		part := day.Parts[model]
		if part <= 0 {
			continue
		}
		low, high := scaled(below, top), scaled(below.Add(part), top)
		below = below.Add(part)
		out.title += "\n" + model + ": " + l.MoneyRound(part)
		out.rects = append(out.rects, chartRect{
			class: seriesClass(i), x: hundredths(x + slot*15/100), w: hundredths(slot * 70 / 100),
			y: strconv.Itoa(chartTop + plotHeight - high), h: strconv.Itoa(max(1, high-low)),
		})
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

// chartScale is a round amount at or above most, and the step of the lines up to it: 1, 2 or 5 times a power of ten.
func chartScale(most money.Amount) (top, step money.Amount) {
	power, factor := money.Cent, money.Amount(1)
	for power*factor*4 < most {
		switch factor {
		case 1:
			factor = 2
		case 2:
			factor = 5
		default:
			factor, power = 1, power*10
		}
	}
	step = power * factor
	return (most + step - 1) / step * step, step
}

// scaled is the height of an amount in whole units of the plot.
func scaled(a, top money.Amount) int {
	if top == 0 {
		return 0
	}
	return int(int64(a/1000) * plotHeight / int64(top/1000))
}

// daysBetween counts the days from one to another, both included.
func daysBetween(from, to time.Time, zone *time.Location) int {
	a, b := from.In(zone), to.In(zone)
	a = time.Date(a.Year(), a.Month(), a.Day(), 0, 0, 0, 0, time.UTC)
	b = time.Date(b.Year(), b.Month(), b.Day(), 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a)/(24*time.Hour)) + 1
}

// axisMoney is an amount on the axis, without cents where there are none.
func axisMoney(l Lang, a money.Amount) string {
	if a%money.Dollar == 0 {
		return "$" + l.Int64(int64(a/money.Dollar))
	}
	return l.Money(a)
}

func hundredths(n int) string {
	return strconv.Itoa(n/100) + "." + strconv.Itoa(n%100/10) + strconv.Itoa(n%10)
}

// seriesClass is the colour of the i-th model.
func seriesClass(i int) string { return "s" + strconv.Itoa(i%7+1) }

// modelTotal is what a model cost in all.
func (p SpendingProps) modelTotal(model string) money.Amount {
	var total money.Amount
	for _, day := range p.Days {
		total = total.Add(day.Parts[model])
	}
	return total
}
