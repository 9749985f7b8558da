package views

import (
	"time"

	"extrausage/money"
	"extrausage/pricing"
)

// gallerySpending is the month of a status.
func gallerySpending(s UsageStatus) SpendingProps {
	p := SpendingProps{
		Month: galleryNow, From: s.MonthStart, To: s.MonthEnd.Add(-time.Second), Starts: s.MonthStart, Ends: s.MonthEnd, At: s.At,
		Models: []string{"Opus 4.1", "Sonnet 4.5", "Haiku 4.5"}, CSVURL: "/settings/usage/spending.csv", Limit: s.Limit, Total: s.Spent,
		PreviousURL: "/settings/usage/spending?month=2026-10",
	}
	if s.Limit.Kind == LimitUnset {
		p.Models, p.PreviousURL = nil, ""
		return p
	}
	for _, day := range []struct{ day, opus, sonnet, haiku int64 }{
		{3, 0, 84, 12}, {4, 210, 46, 0}, {9, 0, 31, 4}, {12, 96, 122, 18}, {17, 318, 40, 0}, {18, 0, 0, 9}, {23, 145, 88, 17},
	} {
		parts := map[string]money.Amount{"Opus 4.1": money.Cents(day.opus), "Sonnet 4.5": money.Cents(day.sonnet), "Haiku 4.5": money.Cents(day.haiku)}
		p.Days = append(p.Days, SpendingDay{
			Day: p.From.AddDate(0, 0, int(day.day)-1).Add(time.Hour), Parts: parts, Total: money.Cents(day.opus + day.sonnet + day.haiku),
			URL: "/settings/usage/activity?from=2026-11-03&to=2026-11-03",
		})
	}
	rest := s.Spent.Sub(money.Cents(1240))
	last := &p.Days[len(p.Days)-1]
	last.Parts["Opus 4.1"], last.Total = last.Parts["Opus 4.1"].Add(rest), last.Total.Add(rest)
	p.Pace = galleryPace(s)
	return p
}

// galleryPace is the pace of a month of which 24 days are over.
func galleryPace(s UsageStatus) SpendingPace {
	pace := SpendingPace{Kind: PaceSteady, PerDay: s.Spent.Scaled(1, 24), AtEnd: s.Spent.Scaled(30, 24)}
	switch {
	case s.Limit.Kind == LimitAmount && s.Spent >= s.Limit.Amount:
		return SpendingPace{Kind: PaceFull}
	case !s.Enabled:
		return SpendingPace{Kind: PaceOff}
	case s.Limit.Kind == LimitAmount && pace.AtEnd > s.Limit.Amount:
		pace.FullAt = galleryNow.AddDate(0, 0, 2)
	}
	return pace
}

func galleryHistory() HistoryProps {
	p := HistoryProps{CSVURL: "/settings/usage/sessions.csv"}
	for i, s := range []struct {
		plan, extra int
		cents       int64
	}{{62, 0, 0}, {100, 34, 1360}, {100, 0, 0}, {18, 0, 0}, {87, 0, 0}, {100, 12, 480}, {4, 0, 0}, {55, 0, 0}, {71, 0, 0}, {100, 3, 120}, {33, 0, 0}, {9, 0, 0}} {
		starts := galleryNow.Add(-2*time.Hour - time.Duration(i)*17*time.Hour)
		p.Sessions = append(p.Sessions, HistorySession{
			Starts: starts, Ends: starts.Add(5 * time.Hour), Running: i == 0, Requests: 9 + s.plan, PlanPercent: s.plan, ExtraPercent: s.extra,
			Extra: money.Cents(s.cents),
		})
	}
	return p
}

// spendingSamples are a month in each state that the outlook has words for.
func spendingSamples(f Frame) []GallerySample {
	f.Path = "/settings/usage/spending"
	month := func(name string, change func(*UsageStatus, *SpendingProps)) GallerySample {
		s := galleryStatus()
		p := gallerySpending(s)
		change(&s, &p)
		return GallerySample{"spending-" + name, SpendingPage(SpendingPageProps{Frame: f, Spending: p})}
	}
	return []GallerySample{
		month("within", func(*UsageStatus, *SpendingProps) {}),
		month("over", func(s *UsageStatus, p *SpendingProps) {
			s.Limit.Amount = money.Dollars(14)
			*p = gallerySpending(*s)
		}),
		month("unlimited", func(s *UsageStatus, p *SpendingProps) {
			s.Limit = Limit{Kind: Unlimited}
			*p = gallerySpending(*s)
		}),
		month("off", func(_ *UsageStatus, p *SpendingProps) { p.Pace = SpendingPace{Kind: PaceOff} }),
		month("early", func(_ *UsageStatus, p *SpendingProps) {
			p.At = p.Starts.Add(52 * time.Hour)
			p.Pace = SpendingPace{Kind: PaceEarly, From: p.Starts.Add(72 * time.Hour)}
			p.Days, p.Models, p.Total = p.Days[:1], p.Models[1:], p.Days[0].Total
		}),
		month("nothing", func(_ *UsageStatus, p *SpendingProps) { p.Days, p.Models, p.Total = nil, nil, 0 }),
		month("ended", func(_ *UsageStatus, p *SpendingProps) {
			p.At, p.Pace, p.NextURL = p.Ends.AddDate(0, 0, 3), SpendingPace{}, "/settings/usage/spending"
			p.From = p.From.AddDate(0, 0, -1)
			p.Days[0].Day = p.From.Add(time.Hour)
		}),
	}
}

// galleryLastMonth is a month whose usage was borne by plan and credits.
func galleryLastMonth() *LastMonthProps {
	opus := ModelMonth{
		Model: "Opus 4.1", Requests: 812, Total: 61_204_330_000, Parts: CostParts{Plan: money.Dollars(52), Extra: 9_204_330_000},
		Tokens: []ClassTokens{{pricing.Input, 2_204_120}, {pricing.Output, 310_444}, {pricing.CacheWrite, 98_000}, {pricing.CacheRead, 1_822_000}},
	}
	haiku := ModelMonth{
		Model: "Haiku 4.5", Requests: 44, Total: 912_400_000, Parts: CostParts{Plan: 900_000_000, Absorbed: 12_400_000},
		Tokens: []ClassTokens{{pricing.Input, 612_400}, {pricing.Output, 60_000}},
	}
	return &LastMonthProps{
		Month: galleryNow.AddDate(0, -1, 0), Models: []ModelMonth{opus, haiku}, Total: opus.Total.Add(haiku.Total),
		Parts:      CostParts{Plan: opus.Parts.Plan.Add(haiku.Parts.Plan), Extra: opus.Parts.Extra, Absorbed: haiku.Parts.Absorbed},
		DetailsURL: "/settings/usage/activity?month=2026-10",
	}
}
