package pricing

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"extrausage/money"
)

// anyTokens draws counts that matter: few, around the tier boundary, and huge.
func anyTokens() *rapid.Generator[int64] {
	return rapid.OneOf(rapid.Int64Range(0, 20), rapid.Int64Range(199_990, 200_010), rapid.Int64Range(0, 300_000), rapid.Int64Range(0, MaxTokens))
}

// anyModel draws an API id of a table.
func anyModel(table *Table) *rapid.Generator[ModelRates] { return rapid.SampledFrom(table.Models(now)) }

// anyUsage draws usage that a model has rates for.
func anyUsage(m ModelRates) *rapid.Generator[Usage] {
	return rapid.Custom(func(t *rapid.T) Usage {
		var u Usage
		for _, class := range Classes {
			if len(m.For(class)) > 0 {
				*field(&u, class) = anyTokens().Draw(t, string(class))
			}
		}
		return u
	})
}

func field(u *Usage, class Class) *int64 {
	return map[Class]*int64{
		Input: &u.Input, Output: &u.Output, CacheWrite: &u.CacheWrite, CacheWrite1h: &u.CacheWrite1h, CacheRead: &u.CacheRead,
	}[class]
}

func price(t *rapid.T, table *Table, id string, u Usage) Price {
	t.Helper()
	p, err := table.Price(id, u, now)
	if err != nil {
		t.Fatalf("%s %+v: %v", id, u, err)
	}
	return p
}

// TestPriceIsItsLines: the total is the lines', a line is its tokens at the table's
// rate, and there is a line for each class with tokens and for no other.
func TestPriceIsItsLines(t *testing.T) {
	table := defaultTable(t)
	rapid.Check(t, func(t *rapid.T) {
		m := anyModel(table).Draw(t, "model")
		u := anyUsage(m).Draw(t, "usage")
		p := price(t, table, m.IDs[0], u)
		var total money.Amount
		var seen Usage
		for _, line := range p.Lines {
			if line.Tokens <= 0 || line.Cost != line.Rate.Times(line.Tokens) || !published(m, line, p.Tier) {
				t.Fatalf("%+v in %+v", line, p)
			}
			*field(&seen, line.Class) += line.Tokens
			total = total.Add(line.Cost)
		}
		if seen != u || total != p.Total {
			t.Fatalf("%+v of %+v: lines %+v", p, u, seen)
		}
	})
}

// published reports whether the page shows a line's rate for the request's tier.
func published(m ModelRates, line Line, tier Tier) bool {
	for _, rate := range m.For(line.Class) {
		if rate.Tier == tier && rate.PerMTok == line.Rate.Times(1_000_000) {
			return true
		}
	}
	return false
}

// TestPriceIsAdditiveWithinATier: cut a request in two, and the parts cost the whole,
// or less where only the whole is in the higher tier.
func TestPriceIsAdditiveWithinATier(t *testing.T) {
	table := defaultTable(t)
	rapid.Check(t, func(t *rapid.T) {
		m := anyModel(table).Draw(t, "model")
		whole := anyUsage(m).Draw(t, "usage")
		first, rest := whole, Usage{}
		for _, class := range Classes {
			part := rapid.Int64Range(0, whole.Tokens(class)).Draw(t, "part of "+string(class))
			*field(&first, class), *field(&rest, class) = part, whole.Tokens(class)-part
		}
		a, b, both := price(t, table, m.IDs[0], first), price(t, table, m.IDs[0], rest), price(t, table, m.IDs[0], whole)
		if a.Tier == both.Tier && b.Tier == both.Tier && a.Total.Add(b.Total) != both.Total {
			t.Fatalf("%d + %d ≠ %d", a.Total, b.Total, both.Total)
		}
		if a.Total.Add(b.Total) > both.Total {
			t.Fatalf("the parts cost %d, more than the whole, %d", a.Total.Add(b.Total), both.Total)
		}
	})
}

// TestPriceIsMonotone in every class, over the tier boundary too.
func TestPriceIsMonotone(t *testing.T) {
	table := defaultTable(t)
	rapid.Check(t, func(t *rapid.T) {
		m := anyModel(table).Draw(t, "model")
		less := anyUsage(m).Draw(t, "usage")
		for _, class := range Classes {
			more := less
			count := field(&more, class)
			if len(m.For(class)) == 0 || *count == MaxTokens {
				continue
			}
			*count += rapid.Int64Range(1, min(MaxTokens-*count, 200_000)).Draw(t, "more "+string(class))
			if a, b := price(t, table, m.IDs[0], less), price(t, table, m.IDs[0], more); a.Total >= b.Total {
				t.Fatalf("%s: %+v costs %d, %+v costs %d", class, less, a.Total, more, b.Total)
			}
		}
	})
}

// TestOutputNeverDecides the tier, nor any other line.
func TestOutputNeverDecides(t *testing.T) {
	table := defaultTable(t)
	rapid.Check(t, func(t *rapid.T) {
		m := anyModel(table).Draw(t, "model")
		u := anyUsage(m).Draw(t, "usage")
		other := u
		other.Output = anyTokens().Draw(t, "other output")
		a, b := price(t, table, m.IDs[0], u), price(t, table, m.IDs[0], other)
		if a.Tier != b.Tier {
			t.Fatalf("%+v is %s, %+v is %s", u, a.Tier, other, b.Tier)
		}
		rate, _ := table.byID[m.IDs[0]].rate(Output, a.Tier, now)
		if b.Total.Sub(a.Total) != rate.Times(other.Output-u.Output) {
			t.Fatalf("%d more output costs %d", other.Output-u.Output, b.Total.Sub(a.Total))
		}
	})
}

// TestFitOutputIsExact: what it returns fits, and one token more does not.
func TestFitOutputIsExact(t *testing.T) {
	table := defaultTable(t)
	rapid.Check(t, func(t *rapid.T) {
		m := anyModel(table).Draw(t, "model")
		u := anyUsage(m).Draw(t, "usage")
		u.Output = 0
		prompt := price(t, table, m.IDs[0], u).Total
		available := rapid.OneOf(
			rapid.Int64Range(-1_000, int64(prompt)),
			rapid.Int64Range(int64(prompt)-10, int64(prompt)+1_000_000),
			rapid.Int64Range(0, int64(money.Dollars(20_000))),
			rapid.Int64(),
		).Draw(t, "available")
		fits, err := table.FitOutput(m.IDs[0], u, money.Amount(available), now)
		if err != nil || fits < -1 || fits > MaxTokens {
			t.Fatalf("%d, %v", fits, err)
		}
		if u.Output = fits; fits >= 0 && price(t, table, m.IDs[0], u).Total > money.Amount(available) {
			t.Fatalf("%d does not fit", fits)
		}
		if u.Output = fits + 1; fits < MaxTokens && price(t, table, m.IDs[0], u).Total <= money.Amount(available) {
			t.Fatalf("%d fits too", fits+1)
		}
	})
}

// FuzzLoad: a file is refused, or each of its prices is one that may be charged.
func FuzzLoad(f *testing.F) {
	f.Add(string(defaultRates))
	f.Add(rates("M,m,input,any,3,,2026-01-01", "M,m,input,any,4,2026-01-01,"))
	f.Add(rates("M,m,input,<=200K,3,,", "M,m,input,>200K,6,,2026-01-01"))
	f.Add(rates(`"M",m m,input,any,-0,2026-13-01,x`))
	f.Add("")
	f.Add("\n0")
	f.Add("\n\n" + header + "\r\n\r\nM,m,input,any,3,,")
	f.Fuzz(func(t *testing.T, file string) {
		table, err := Load(strings.NewReader(file))
		if err != nil {
			return
		}
		for _, m := range table.Models(now) {
			for _, class := range Classes {
				got := m.For(class)
				tiered := len(got) == 2 && got[0].Tier == TierUpTo200K && got[1].Tier == TierOver200K
				if single := len(got) == 1 && got[0].Tier == TierAny; len(got) > 0 && !single && !tiered {
					t.Fatalf("%s %s: %v", m.Name, class, got)
				}
				for _, rate := range got {
					if rate.PerMTok < money.Cent/10 || rate.PerMTok > money.Dollars(10_000) || rate.PerMTok%1_000_000 != 0 {
						t.Fatalf("%s: %v", m.Name, rate)
					}
				}
			}
		}
	})
}
