package billing

import (
	"testing"

	"pgregory.net/rapid"

	"extrausage/money"
)

// code is a fault's field and code, "" for none.
func code(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	f := AsFault(err)
	if f == nil {
		t.Fatalf("no fault: %v", err)
	}
	return f.Field + " " + f.Code
}

// design, "Limit changes": bounds $5 to $10,000, whole cents; 0 has its own answer; Unlimited and unset are no amounts.
func TestCheckLimit(t *testing.T) {
	for _, c := range []struct {
		l    Limit
		want string
	}{
		{limited(5 * money.Dollar), ""},
		{limited(10_000 * money.Dollar), ""},
		{limited(12*money.Dollar + 34*money.Cent), ""},
		{limited(5*money.Dollar - money.Cent), "limit_amount limit_bounds"},
		{limited(10_000*money.Dollar + money.Cent), "limit_amount limit_bounds"},
		{limited(5*money.Dollar + 1), "limit_amount limit_bounds"},
		{limited(money.Amount(1<<63 - 1)), "limit_amount limit_bounds"},
		{limited(-5 * money.Dollar), "limit_amount limit_bounds"},
		{limited(0), "limit_amount limit_zero"},
		{Limit{Kind: Unlimited}, ""},
		{Limit{Kind: Unlimited, Amount: 5 * money.Dollar}, "limit_kind limit_kind_missing"},
		{Limit{Kind: LimitUnset}, "limit_kind limit_kind_missing"},
		{Limit{}, "limit_kind limit_kind_missing"},
		{Limit{Kind: "infinite"}, "limit_kind limit_kind_missing"},
	} {
		if got := code(t, checkLimit(c.l)); got != c.want {
			t.Errorf("%+v: %q; want %q", c.l, got, c.want)
		}
	}
}

// design, "Auto-reload": threshold $5–$1,000, target ≥ threshold + $5, ≤ $2,000.
func TestCheckReload(t *testing.T) {
	on := func(threshold, target money.Amount) ReloadRule {
		return ReloadRule{On: true, Threshold: threshold, Target: target}
	}
	for _, c := range []struct {
		r    ReloadRule
		want string
	}{
		{ReloadRule{}, ""},
		{on(5*money.Dollar, 10*money.Dollar), ""},
		{on(1000*money.Dollar, 2000*money.Dollar), ""},
		{on(1000*money.Dollar, 1005*money.Dollar), ""},
		{on(5*money.Dollar-money.Cent, 20*money.Dollar), "threshold threshold_bounds"},
		{on(1000*money.Dollar+money.Cent, 2000*money.Dollar), "threshold threshold_bounds"},
		{on(5*money.Dollar+1, 20*money.Dollar), "threshold threshold_bounds"},
		{on(5*money.Dollar, 10*money.Dollar-money.Cent), "target target_above_threshold"},
		{on(20*money.Dollar, 5*money.Dollar), "target target_above_threshold"},
		{on(5*money.Dollar, 2000*money.Dollar+money.Cent), "target target_bounds"},
		{on(5*money.Dollar, 10*money.Dollar+1), "target target_bounds"},
		{on(0, 0), "threshold threshold_bounds"},
	} {
		if got := code(t, checkReload(c.r)); got != c.want {
			t.Errorf("%+v: %q; want %q", c.r, got, c.want)
		}
	}
}

func TestDecideMonthlyLimit(t *testing.T) {
	unlimited := Limit{Kind: Unlimited}
	for _, c := range []struct {
		name string
		old  Limit
		r    SaveLimit
		want string
	}{
		{"another amount", amountLimit(50), SaveLimit{Limit: amountLimit(20)}, ""},
		{"Unlimited without the word for it", amountLimit(50), SaveLimit{Limit: unlimited}, " unlimited_unconfirmed"},
		{"Unlimited with the word for it", amountLimit(50), SaveLimit{Limit: unlimited, Confirmed: Confirmed}, ""},
		{"Unlimited again", unlimited, SaveLimit{Limit: unlimited}, ""},
		{"from Unlimited to an amount", unlimited, SaveLimit{Limit: amountLimit(5)}, ""},
		{"before the first enabling", Limit{Kind: LimitUnset}, SaveLimit{Limit: amountLimit(5)}, " not_enabled"},
		{"Unlimited before the first enabling", Limit{Kind: LimitUnset}, SaveLimit{Limit: unlimited, Confirmed: Confirmed}, " not_enabled"},
	} {
		if got := code(t, decideMonthlyLimit(c.old, c.r)); got != c.want {
			t.Errorf("%s: %q; want %q", c.name, got, c.want)
		}
	}
}

// What setting_changes keeps as text is read back as it was: undo depends on it.
func TestSettingsSurviveTheirText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := func(name string) money.Amount { return money.Cents(rapid.Int64Range(500, 1_000_000).Draw(t, name)) }
		for _, l := range []Limit{{Kind: Unlimited}, {Kind: LimitUnset}, limited(cents("limit"))} {
			if got, err := limitFromText(l.text()); err != nil || got != l {
				t.Fatalf("%+v as %q: %+v, %v", l, l.text(), got, err)
			}
		}
		for _, r := range []ReloadRule{{}, {On: true, Threshold: cents("threshold"), Target: cents("target")}} {
			if got, err := ParseReloadRule(r.text()); err != nil || got != r {
				t.Fatalf("%+v as %q: %+v, %v", r, r.text(), got, err)
			}
		}
	})
	for _, bad := range []string{"", "5", "5..", "..5", "x..y", "5..x", "on"} {
		if r, err := ParseReloadRule(bad); err == nil {
			t.Errorf("%q read as %+v", bad, r)
		}
	}
}

func TestCheckPreferences(t *testing.T) {
	good := Preferences{Limit: amountLimit(50), FirstPurchase: 10 * money.Dollar, Preference: AskFirst}
	for _, c := range []struct {
		name string
		set  func(*Preferences)
		want string
	}{
		{"good", func(*Preferences) {}, ""},
		{"without a first purchase", func(p *Preferences) { p.FirstPurchase = 0 }, ""},
		{"smallest purchase", func(p *Preferences) { p.FirstPurchase = 5 * money.Dollar }, ""},
		{"largest purchase", func(p *Preferences) { p.FirstPurchase = 2000 * money.Dollar }, ""},
		{"purchase too small", func(p *Preferences) { p.FirstPurchase = 5*money.Dollar - money.Cent }, "first_purchase amount_bounds"},
		{"purchase too large", func(p *Preferences) { p.FirstPurchase = 2000*money.Dollar + money.Cent }, "first_purchase amount_bounds"},
		{"part of a cent", func(p *Preferences) { p.FirstPurchase = 5*money.Dollar + 1 }, "first_purchase amount_bounds"},
		{"no limit chosen", func(p *Preferences) { p.Limit = Limit{Kind: LimitUnset} }, "limit_kind limit_kind_missing"},
		{"rule out of bounds", func(p *Preferences) { p.Reload = ReloadRule{On: true} }, "threshold threshold_bounds"},
		{"no preference", func(p *Preferences) { p.Preference = "" }, "continue_preference choice_unknown"},
	} {
		p := good
		c.set(&p)
		if got := code(t, checkPreferences(p)); got != c.want {
			t.Errorf("%s: %q; want %q", c.name, got, c.want)
		}
	}
}

// P4: what the card can be debited in a month, as the review page says it.
func TestWorstCase(t *testing.T) {
	rule := ReloadRule{On: true, Threshold: 5 * money.Dollar, Target: 20 * money.Dollar}
	for _, c := range []struct {
		p       Preferences
		want    money.Amount
		bounded bool
	}{
		{Preferences{Limit: amountLimit(50), FirstPurchase: 10 * money.Dollar}, 10 * money.Dollar, true},
		{Preferences{Limit: Limit{Kind: Unlimited}, FirstPurchase: 10 * money.Dollar}, 10 * money.Dollar, true},
		{Preferences{Limit: amountLimit(50), Reload: rule, FirstPurchase: 10 * money.Dollar}, 60 * money.Dollar, true},
		{Preferences{Limit: Limit{Kind: Unlimited}, Reload: rule}, 0, false},
	} {
		if got, bounded := c.p.WorstCase(); got != c.want || bounded != c.bounded {
			t.Errorf("%+v: %s %v", c.p, got.Decimal(), bounded)
		}
	}
}
