package views

import (
	"strconv"
	"time"

	"extrausage/money"
)

// Charts are as wide as their place: across they are measured in hundredths of a percent of it, so that words keep their size
// on a phone; up and down in pixels.
const (
	chartHeight = 220
	chartTop    = 16
	plotHeight  = 176
	chartBase   = chartTop + plotHeight
	chartWhole  = 10_000 // the whole width
)

// chart is a drawing: bars, lines across with what they stand for, words under some places.
type chart struct {
	bars  []chartBar
	lines []chartLine
	ticks []chartTick
}

// chartBar is a column with the words that show when it is pointed at anywhere between top and bottom.
type chartBar struct {
	title string
	x, w  string
	rects []chartRect
}

// chartRect is a part of a bar. fill is "url(#…)" of a pattern, or empty where the class says it.
type chartRect struct {
	class, fill string
	x, w        string
	y, h        string
}

type chartLine struct {
	y, textY, label string
	strong          bool
}

// chartTick is a word under the plot; minor ones are left out where there is little room.
type chartTick struct {
	x, label string
	minor    bool
}

// across is a place or a width as a percentage: 1234 is "12.34%".
func across(n int) string {
	return strconv.Itoa(n/100) + "." + strconv.Itoa(n%100/10) + strconv.Itoa(n%10) + "%"
}

// rect is a part of a bar between two heights, at least a pixel high.
func rect(class, fill string, x, w, low, high int) chartRect {
	h := max(1, high-low)
	return chartRect{class: class, fill: fill, x: across(x), w: across(w), y: strconv.Itoa(chartBase - low - h), h: strconv.Itoa(h)}
}

// moneyLines are lines across at round amounts up to top.
func moneyLines(l Lang, top, step money.Amount) (lines []chartLine) {
	for a := money.Amount(0); a <= top; a += step {
		lines = append(lines, lineAt(scaled(a, top), axisMoney(l, a)))
	}
	return lines
}

func lineAt(height int, label string) chartLine {
	y := chartBase - height
	return chartLine{y: strconv.Itoa(y), textY: strconv.Itoa(y + 4), label: label}
}

// dayTicks names some of the days from a first one on, each at the middle of its slot.
func dayTicks(l Lang, from time.Time, count int) (ticks []chartTick) {
	step := 1 + count/8
	for i := 0; i < count; i += step {
		ticks = append(ticks, chartTick{
			x: across(chartWhole*i/count + chartWhole/count/2), label: l.ShortDay(from.In(l.Zone()).AddDate(0, 0, i)), minor: i/step%2 == 1,
		})
	}
	return ticks
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
	return max(step, (most+step-1)/step*step), step
}

// scaled is the height of an amount in whole pixels of the plot.
func scaled(a, top money.Amount) int { return int(a.Scaled(plotHeight, max(1, int64(top)))) }

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

// series is the number of the i-th model's colour and pattern, from 1.
func series(i int) string { return strconv.Itoa(i%seriesCount + 1) }

// seriesCount is how many colours and patterns there are.
const seriesCount = 7

// extraFill is the pattern of extra usage in the chart with this id.
func extraFill(chart string) string { return "url(#" + chart + "-extra)" }

// seriesFill is the pattern of the i-th model in the chart with this id.
func seriesFill(chart string, i int) string { return "url(#" + chart + "-" + series(i) + ")" }
