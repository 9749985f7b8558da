package views

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"extrausage/money"
)

func TestChartScale(t *testing.T) {
	for most, want := range map[money.Amount][2]money.Amount{
		0:                     {money.Cent, money.Cent},
		1:                     {money.Cent, money.Cent},
		money.Cents(4):        {money.Cents(4), money.Cent},
		money.Cents(5):        {money.Cents(6), money.Cents(2)},
		money.Cents(358):      {money.Dollars(4), money.Dollars(1)},
		money.Dollars(9):      {money.Dollars(10), money.Dollars(5)},
		money.Dollars(10_000): {money.Dollars(10_000), money.Dollars(5000)},
	} {
		top, step := chartScale(most)
		if top != want[0] || step != want[1] {
			t.Errorf("%s: top %s, step %s", most.Decimal(), top.Decimal(), step.Decimal())
		}
		if top < most {
			t.Errorf("%s is above the top %s", most.Decimal(), top.Decimal())
		}
	}
}

func TestChartStaysWithinItsPlot(t *testing.T) {
	for _, tag := range []string{"en", "it"} {
		l := NewLang(tag, rome())
		over := gallerySpending(galleryStatus())
		over.Pace.FullAt, over.Limit.Amount = galleryNow.AddDate(0, 0, 1), money.Cents(1300)
		late := gallerySpending(galleryStatus())
		late.From, late.Days[0].Day = late.From.AddDate(0, 0, -2), late.From.AddDate(0, 0, -2)
		for name, c := range map[string]chart{
			"days": gallerySpending(galleryStatus()).chart(l), "a day before the month": late.chart(l), "late pace": late.paceChart(l).chart,
			"pace": gallerySpending(galleryStatus()).paceChart(l).chart, "over": over.paceChart(l).chart, "sessions": galleryHistory().chart(l),
			"a session far beyond": HistoryProps{Sessions: []HistorySession{{PlanPercent: 100, ExtraPercent: 90_000, Extra: 1}}}.chart(l),
		} {
			within(t, name, c)
		}
	}
}

// within wants every bar to lie in the plot and to be seen.
func within(t *testing.T, name string, c chart) {
	t.Helper()
	if len(c.bars) == 0 || len(c.lines) < 2 || len(c.lines) > 7 || len(c.ticks) == 0 || len(c.ticks) > 10 {
		t.Errorf("%s: %d bars, %d lines, %d ticks", name, len(c.bars), len(c.lines), len(c.ticks))
	}
	for i, bar := range c.bars {
		for _, r := range bar.rects {
			x, y, w, h := number(t, r.x), number(t, r.y), number(t, r.w), number(t, r.h)
			if x < 0 || x+w > 100.01 || y < chartTop || y+h > chartBase || h < 1 || w <= 0 {
				t.Errorf("%s: bar %d is outside: %+v", name, i, r)
			}
		}
	}
}

func TestChartSaysWhatABarIs(t *testing.T) {
	c := gallerySpending(galleryStatus()).chart(NewLang("it", rome()))
	if !strings.HasPrefix(c.bars[0].title, "3 novembre: $0,96\nSonnet 4.5: $0,84") || c.ticks[0].label != "1 nov" {
		t.Errorf("the first bar says %q, the first tick %q", c.bars[0].title, c.ticks[0].label)
	}
	pace := gallerySpending(galleryStatus()).paceChart(NewLang("en", rome()))
	if got := pace.bars[1].title; got != "4 November: $3.52 so far" {
		t.Errorf("the second bar says %q", got)
	}
	if got := galleryHistory().chart(NewLang("en", rome())).bars[10].title; !strings.HasSuffix(got, ": 100% of the included usage, $13.60 of extra usage") {
		t.Errorf("a session says %q", got)
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	whole, rest, _ := strings.Cut(strings.TrimSuffix(s, "%"), ".")
	n := 0.0
	for _, r := range whole {
		n = n*10 + float64(r-'0')
	}
	for i, r := range rest {
		n += float64(r-'0') / []float64{10, 100}[i]
	}
	return n
}

// TestDaysBetween counts calendar days, through the change of the clocks as well.
func TestDaysBetween(t *testing.T) {
	zone := rome()
	for _, c := range []struct {
		from, to time.Time
		want     int
	}{
		{time.Date(2026, 10, 1, 0, 0, 0, 0, zone), time.Date(2026, 10, 31, 23, 59, 59, 0, zone), 31},
		{time.Date(2026, 3, 1, 0, 0, 0, 0, zone), time.Date(2026, 3, 31, 0, 0, 0, 0, zone), 31},
		{time.Date(2028, 2, 1, 0, 0, 0, 0, zone), time.Date(2028, 2, 29, 12, 0, 0, 0, zone), 29},
		{time.Date(2026, 3, 29, 1, 0, 0, 0, zone), time.Date(2026, 3, 29, 23, 0, 0, 0, zone), 1},
	} {
		if got := daysBetween(c.from, c.to, zone); got != c.want {
			t.Errorf("%s to %s: %d days, want %d", c.from, c.to, got, c.want)
		}
	}
}

// TestTheTableSaysWhatTheChartShows: every day and model, exactly, and the totals.
func TestTheTableSaysWhatTheChartShows(t *testing.T) {
	p := gallerySpending(galleryStatus())
	p.Days[0].Parts["Sonnet 4.5"] = money.Cents(84) + 1
	p.Days[0].Total, p.Total = p.Days[0].Total+1, p.Total+1
	doc := parsed(t, SpendingSection(NewLang("en", rome()), p))
	rows := all(doc, tagged("tr"))
	if got, want := text(rows[1]), "3 November $0.00 $0.840000001 $0.12 $0.960000001"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := text(rows[len(rows)-1]); got != "Total $7.69 $4.110000001 $0.60 $12.400000001" {
		t.Errorf("totals %q", got)
	}
	if link := all(doc, func(e *html.Node) bool { return attr(e, "href") == p.CSVURL }); len(link) != 1 {
		t.Error("no link to the CSV file")
	}
}

func TestSpendingWithoutCharges(t *testing.T) {
	doc := parsed(t, SpendingSection(NewLang("en", nil), SpendingProps{Month: galleryNow, From: galleryNow, To: galleryNow}))
	if said := text(doc); !strings.Contains(said, "No extra usage yet") {
		t.Errorf("says %q", said)
	}
	if len(all(doc, tagged("table"))) != 0 {
		t.Error("an empty table")
	}
}
