package pricing

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"extrausage/money"
)

// TestTierBoundary walks a prompt over the boundary in every mix of classes. The
// output never decides, and the whole request is at one tier's rates.
func TestTierBoundary(t *testing.T) {
	table := defaultTable(t)
	mixes := map[string]func(prompt int64) Usage{
		"input":         func(n int64) Usage { return Usage{Input: n} },
		"cache write":   func(n int64) Usage { return Usage{CacheWrite: n} },
		"1h write":      func(n int64) Usage { return Usage{CacheWrite1h: n} },
		"cache read":    func(n int64) Usage { return Usage{CacheRead: n} },
		"input + read":  func(n int64) Usage { return Usage{Input: 1, CacheRead: n - 1} },
		"both writes":   func(n int64) Usage { return Usage{CacheWrite: n - 100_000, CacheWrite1h: 100_000} },
		"read + writes": func(n int64) Usage { return Usage{CacheRead: n - 3, CacheWrite: 2, CacheWrite1h: 1} },
		"quarters": func(n int64) Usage {
			return Usage{Input: n - 150_000, CacheWrite: 50_000, CacheWrite1h: 50_000, CacheRead: 50_000}
		},
	}
	tiers := map[int64]Tier{
		1_000: TierUpTo200K, 199_999: TierUpTo200K, 200_000: TierUpTo200K,
		200_001: TierOver200K, 1_000_000: TierOver200K,
	}
	perMTok := map[Tier]map[Class]money.Amount{
		TierUpTo200K: {
			Input: money.Cents(300), Output: money.Cents(1500),
			CacheWrite: money.Cents(375), CacheWrite1h: money.Cents(600), CacheRead: money.Cents(30),
		},
		TierOver200K: {
			Input: money.Cents(600), Output: money.Cents(2250),
			CacheWrite: money.Cents(750), CacheWrite1h: money.Cents(1200), CacheRead: money.Cents(60),
		},
	}
	for name, mix := range mixes {
		for prompt, tier := range tiers {
			if prompt == 1_000 && (name == "both writes" || name == "quarters") {
				continue // needs a longer prompt
			}
			for _, output := range []int64{0, 1, 199_999, 200_001, 1_000_000} {
				for _, id := range []string{"claude-sonnet-4-5", "claude-sonnet-4-20250514"} {
					u := mix(prompt)
					u.Output = output
					price, err := table.Price(id, u, now)
					if err != nil || price.Tier != tier || u.Prompt() != prompt {
						t.Fatalf("%s, %d + %d out: tier %q, %v, want %q", name, prompt, output, price.Tier, err, tier)
					}
					var million money.Amount // a million times the cost: whole dollars
					for class, rate := range perMTok[tier] {
						million = million.Add(rate.Times(u.Tokens(class)))
					}
					if price.Total.Times(1_000_000) != million {
						t.Fatalf("%s, %d + %d out: %s, want a millionth of %s", name, prompt, output, price.Total.Decimal(), million.Decimal())
					}
				}
			}
		}
	}
}

// TestModelsWithoutTiers have one price however long the prompt.
func TestModelsWithoutTiers(t *testing.T) {
	table := defaultTable(t)
	for _, id := range []string{"claude-haiku-4-5", "claude-opus-4-1", "claude-opus-4", "claude-3-7-sonnet-latest", "claude-3-opus-latest"} {
		short, err := table.Price(id, Usage{Input: 200_000}, now)
		if err != nil {
			t.Fatal(err)
		}
		long, err := table.Price(id, Usage{Input: 400_000}, now)
		if err != nil || short.Tier != TierAny || long.Tier != TierAny || long.Total != short.Total.Times(2) {
			t.Errorf("%s: %v and %v, %v", id, short, long, err)
		}
	}
}

func TestPriceExplainsItself(t *testing.T) {
	table := defaultTable(t)
	u := Usage{Input: 1_000, Output: 500, CacheWrite1h: 200, CacheRead: 30_000, ServiceTier: "standard"}
	got, err := table.Price("claude-sonnet-4-5-20250929", u, now)
	want := Price{
		Model: "Sonnet 4.5",
		Tier:  TierUpTo200K,
		Lines: []Line{
			{Input, 1_000, 3_000, 3_000_000},
			{Output, 500, 15_000, 7_500_000},
			{CacheWrite1h, 200, 6_000, 1_200_000},
			{CacheRead, 30_000, 300, 9_000_000},
		},
		Total:   20_700_000, // $0.0207
		Version: table.Version(),
	}
	if err != nil || !cmp.Equal(want, got) {
		t.Errorf("%v, (-want +got):\n%s", err, cmp.Diff(want, got))
	}
}

func TestPriceOfNothing(t *testing.T) {
	price, err := defaultTable(t).Price("claude-haiku-4-5", Usage{}, now)
	if err != nil || price.Total != 0 || len(price.Lines) != 0 || price.Model != "Haiku 4.5" {
		t.Errorf("got %+v, %v", price, err)
	}
}

func TestUnknownModel(t *testing.T) {
	table := defaultTable(t)
	for _, id := range []string{
		"", "Sonnet 4.5", "sonnet", "claude-sonnet-4-6", "claude-sonnet-4-5 ", "CLAUDE-SONNET-4-5", "claude-sonnet-4-5-20250929-v1",
		"claude-haiku-4-5-20251001 claude-haiku-4-5", strings.Repeat("x", 10_000),
	} {
		price, err := table.Price(id, Usage{Input: 1}, now)
		var unknown *UnknownModelError
		if !errors.As(err, &unknown) || unknown.Model != id || price.Total != 0 || len(err.Error()) > 200 {
			t.Errorf("Price(%.40q) = %+v, %.300v", id, price, err)
		}
		if _, err := table.FitOutput(id, Usage{Input: 1}, money.Dollar, now); !errors.As(err, &unknown) {
			t.Errorf("FitOutput(%.40q): %.300v", id, err)
		}
	}
}

func TestUnpriced(t *testing.T) {
	cases := []struct {
		id    string
		usage Usage
		what  string
	}{
		{"claude-3-opus-latest", Usage{Input: 1, CacheWrite: 1}, "cache_write"},
		{"claude-3-opus-latest", Usage{CacheWrite1h: 1}, "cache_write_1h"},
		{"claude-3-opus-20240229", Usage{Input: 1, Output: 1, CacheRead: 1}, "cache_read"},
		{"claude-sonnet-4-5", Usage{Input: 1, WebSearchRequests: 1}, "web_search_requests"},
		{"claude-sonnet-4-5", Usage{Input: 1, ServiceTier: "priority"}, "service_tier"},
		{"claude-sonnet-4-5", Usage{Input: 1, ServiceTier: "batch"}, "service_tier"},
		{"claude-sonnet-4-5", Usage{Input: 1, ServiceTier: "Standard"}, "service_tier"},
	}
	table := defaultTable(t)
	for _, c := range cases {
		price, err := table.Price(c.id, c.usage, now)
		var unpriced *UnpricedError
		if !errors.As(err, &unpriced) || *unpriced != (UnpricedError{c.id, c.what}) || price.Total != 0 {
			t.Errorf("%s %+v: %+v, %v, want no rate for %s", c.id, c.usage, price, err, c.what)
			continue
		}
		if want := fmt.Sprintf("pricing: model %q has no rate for %s", c.id, c.what); err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
	if _, err := table.Price("claude-3-opus-latest", Usage{Input: 1, Output: 1}, now); err != nil {
		t.Errorf("Opus 3 without cache tokens: %v", err)
	}
}

func TestInvalidUsage(t *testing.T) {
	table := defaultTable(t)
	fields := map[string]func(*Usage) *int64{
		"input":               func(u *Usage) *int64 { return &u.Input },
		"output":              func(u *Usage) *int64 { return &u.Output },
		"cache_write":         func(u *Usage) *int64 { return &u.CacheWrite },
		"cache_write_1h":      func(u *Usage) *int64 { return &u.CacheWrite1h },
		"cache_read":          func(u *Usage) *int64 { return &u.CacheRead },
		"web_search_requests": func(u *Usage) *int64 { return &u.WebSearchRequests },
	}
	for field, pointer := range fields {
		for _, value := range []int64{math.MinInt64, -1, MaxTokens + 1, math.MaxInt64} {
			var u Usage
			*pointer(&u) = value
			_, err := table.Price("claude-haiku-4-5", u, now)
			var invalid *InvalidUsageError
			if !errors.As(err, &invalid) || *invalid != (InvalidUsageError{field, value}) {
				t.Errorf("%s = %d: %v", field, value, err)
				continue
			}
			if want := fmt.Sprintf("pricing: %s is %d, want 0 to 1000000000", field, value); err.Error() != want {
				t.Errorf("got %q, want %q", err, want)
			}
		}
		for _, value := range []int64{0, MaxTokens} {
			var u Usage
			*pointer(&u) = value
			if err := u.Validate(); err != nil {
				t.Errorf("%s = %d: %v", field, value, err)
			}
		}
	}
	if got := (Usage{Input: 5}).Tokens("tokens"); got != 0 {
		t.Errorf("tokens of no class: %d", got)
	}
}

// TestLargestUsageFits: the bounds on tokens and rates keep even an absurd request exact.
func TestLargestUsageFits(t *testing.T) {
	table := load(t, rates(
		"M,m,input,any,1000,,", "M,m,output,any,10000,,", "M,m,cache_write,any,10000,,",
		"M,m,cache_write_1h,any,10000,,", "M,m,cache_read,any,10000,,",
	))
	all := Usage{Input: MaxTokens, Output: MaxTokens, CacheWrite: MaxTokens, CacheWrite1h: MaxTokens, CacheRead: MaxTokens}
	price, err := table.Price("m", all, now)
	if want := money.Dollars(41_000_000); err != nil || price.Total != want {
		t.Errorf("got %s, %v, want %s", price.Total.Decimal(), err, want.Decimal())
	}
}

// TestOverflowIsAnError, should the bounds ever be loosened: in a line and in the total.
func TestOverflowIsAnError(t *testing.T) {
	table := load(t, rates("M,m,input,any,1,,", "M,m,output,any,1,,"))
	for name, rate := range map[string]money.Amount{"line": math.MaxInt64 / 2, "total": math.MaxInt64 / 1000} {
		for i := range table.models[0].rows {
			table.models[0].rows[i].perToken = rate
		}
		price, err := table.Price("m", Usage{Input: 1000, Output: 1000}, now)
		var overflow *money.OverflowError
		if !errors.As(err, &overflow) || price.Total != 0 {
			t.Errorf("%s: %+v, %v", name, price, err)
		}
	}
}

func TestDatedRates(t *testing.T) {
	table := load(t, rates(
		"M,m,input,any,3,,2026-01-01",
		"M,m,output,any,15,,",
		"M,m,input,any,2,2026-01-01,2026-06-30T22:00:00Z",
		"M,m,input,<=200K,1,2026-06-30T22:00:00Z,",
		"M,m,input,>200K,4,2026-07-01T00:00:00+02:00,",
		"N,n,input,any,5,2026-02-01,2026-03-01",
	))
	cases := []struct {
		at      string
		total   money.Amount // of 300,000 input tokens
		tier    Tier
		from    string
		nIsSold bool
	}{
		{"0001-01-01T00:00:00Z", money.Cents(90), TierAny, "0001-01-01T00:00:00Z", false},
		{"2025-12-31T23:59:59.999999999Z", money.Cents(90), TierAny, "0001-01-01T00:00:00Z", false},
		{"2026-01-01T00:00:00Z", money.Cents(60), TierAny, "2026-01-01T00:00:00Z", false},
		{"2026-01-01T00:30:00+01:00", money.Cents(90), TierAny, "0001-01-01T00:00:00Z", false},
		{"2026-02-01T00:00:00Z", money.Cents(60), TierAny, "2026-01-01T00:00:00Z", true},
		{"2026-02-28T23:59:59Z", money.Cents(60), TierAny, "2026-01-01T00:00:00Z", true},
		{"2026-03-01T00:00:00Z", money.Cents(60), TierAny, "2026-01-01T00:00:00Z", false},
		{"2026-06-30T21:59:59Z", money.Cents(60), TierAny, "2026-01-01T00:00:00Z", false},
		{"2026-06-30T22:00:00Z", money.Cents(120), TierOver200K, "2026-06-30T22:00:00Z", false},
		{"2099-01-01T00:00:00Z", money.Cents(120), TierOver200K, "2026-06-30T22:00:00Z", false},
	}
	for _, c := range cases {
		at, err := time.Parse(time.RFC3339Nano, c.at)
		if err != nil {
			t.Fatal(err)
		}
		price, err := table.Price("m", Usage{Input: 300_000}, at)
		if err != nil || price.Total != c.total || price.Tier != c.tier {
			t.Errorf("%s: %s at %s, %v, want %s at %s", c.at, price.Total.Decimal(), price.Tier, err, c.total.Decimal(), c.tier)
		}
		models := table.Models(at)
		if got := models[0].EffectiveFrom.Format(time.RFC3339); got != c.from {
			t.Errorf("%s: effective from %s, want %s", c.at, got, c.from)
		}
		if sold := len(models) == 2; sold != c.nIsSold {
			t.Errorf("%s: N is shown: %t", c.at, sold)
		}
		_, err = table.Price("n", Usage{Input: 1}, at)
		var unpriced *UnpricedError
		if sold := err == nil; sold != c.nIsSold || !sold && !errors.As(err, &unpriced) {
			t.Errorf("%s: N is priced: %v", c.at, err)
		}
	}
}

// TestEffectiveFrom is when the last of a model's present rates began, in whatever order they stand.
func TestEffectiveFrom(t *testing.T) {
	for _, days := range [][2]string{{"2025-03-01", "2025-02-01"}, {"2025-02-01", "2025-03-01"}} {
		table := load(t, rates("M,m,input,any,1,"+days[0]+",", "M,m,output,any,5,"+days[1]+",", "M,m,cache_read,any,5,2099-01-01,"))
		if got := table.Models(now)[0].EffectiveFrom.Format(time.DateOnly); got != "2025-03-01" {
			t.Errorf("%s: effective from %s", days, got)
		}
	}
}

func TestFor(t *testing.T) {
	models := defaultTable(t).Models(now)
	sonnet, opus3 := models[1], models[6]
	if got := sonnet.For(Output); len(got) != 2 || got[0].Tier != TierUpTo200K || got[1].PerMTok != money.Cents(2250) {
		t.Errorf("Sonnet 4.5 output: %v", got)
	}
	if got := opus3.For(CacheRead); got != nil {
		t.Errorf("Opus 3 cache read: %v", got)
	}
}

// TestModelsAreCopies: a page that sorts or edits what it got changes no price.
func TestModelsAreCopies(t *testing.T) {
	table := defaultTable(t)
	want := defaultTable(t).Models(now)
	spoilt := table.Models(now)
	spoilt[0].IDs[0], spoilt[0].Rates[0].PerMTok = "x", 0
	if diff := cmp.Diff(want, table.Models(now)); diff != "" {
		t.Error(diff)
	}
}

func TestFitOutput(t *testing.T) {
	table := defaultTable(t)
	cases := []struct {
		name      string
		id        string
		usage     Usage
		available money.Amount
		want      int64
	}{
		{"exactly one token", "claude-haiku-4-5", Usage{}, 5_000, 1},
		{"a nano short", "claude-haiku-4-5", Usage{}, 4_999, 0},
		{"exactly the prompt", "claude-haiku-4-5", Usage{Input: 1_000}, 1_000_000, 0},
		{"a nano short of the prompt", "claude-haiku-4-5", Usage{Input: 1_000}, 999_999, -1},
		{"nothing for nothing", "claude-haiku-4-5", Usage{}, 0, 0},
		{"in debt", "claude-haiku-4-5", Usage{}, -1, -1},
		{"deep in debt", "claude-haiku-4-5", Usage{Input: 1}, math.MinInt64, -1},
		{"more than anyone may ask", "claude-haiku-4-5", Usage{}, math.MaxInt64, MaxTokens},
		{"the output asked for is ignored", "claude-haiku-4-5", Usage{Output: -7}, 10_000, 2},
		{"lower tier at the boundary", "claude-sonnet-4-5", Usage{Input: 200_000}, money.Cents(75), 10_000},
		{"higher tier beyond it", "claude-sonnet-4-5", Usage{Input: 200_001}, money.Cents(75), -1},
		{"higher tier's output", "claude-sonnet-4-5", Usage{Input: 200_001}, money.Cents(120) + 6_000 + 22_500*7, 7},
	}
	for _, c := range cases {
		if got, err := table.FitOutput(c.id, c.usage, c.available, now); err != nil || got != c.want {
			t.Errorf("%s: %d, %v, want %d", c.name, got, err, c.want)
		}
	}
}

func TestFitOutputErrors(t *testing.T) {
	table := load(t, rates("M,m,input,any,1,,"))
	var unpriced *UnpricedError
	if _, err := table.FitOutput("m", Usage{Input: 1}, money.Dollar, now); !errors.As(err, &unpriced) || unpriced.What != "output" {
		t.Errorf("no rate for output: %v", err)
	}
	if _, err := table.FitOutput("m", Usage{CacheRead: 1}, money.Dollar, now); !errors.As(err, &unpriced) || unpriced.What != "cache_read" {
		t.Errorf("no rate for cache reads: %v", err)
	}
	var invalid *InvalidUsageError
	if _, err := table.FitOutput("m", Usage{Input: -1}, money.Dollar, now); !errors.As(err, &invalid) {
		t.Errorf("negative input: %v", err)
	}
}
