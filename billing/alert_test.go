package billing

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"extrausage/models"
	"extrausage/money"
)

func keysOf(notices []notice) (keys []string) {
	for _, n := range notices {
		keys = append(keys, n.Key)
	}
	return keys
}

func TestMonthAlerts(t *testing.T) {
	all := AlertSettings{Percents: AlertPercents, Spent: 100 * money.Dollar}
	few := AlertSettings{Percents: []int{75}}
	limit := amountLimit(50)
	for name, c := range map[string]struct {
		limit    Limit
		spent    money.Amount
		refused  bool
		settings AlertSettings
		told     []string
		want     []string
		next     money.Amount
	}{
		"nothing spent":           {limit, 0, false, all, nil, nil, 25 * money.Dollar},
		"just below half":         {limit, 25*money.Dollar - 1, false, all, nil, nil, 25 * money.Dollar},
		"half":                    {limit, 25 * money.Dollar, false, all, nil, []string{"limit/1/50/50"}, 37*money.Dollar + 50*money.Cent},
		"half, told":              {limit, 30 * money.Dollar, false, all, []string{"limit/1/50/50"}, nil, 37*money.Dollar + 50*money.Cent},
		"three at once":           {limit, 46 * money.Dollar, false, all, nil, []string{"limit/1/50/90"}, 50 * money.Dollar},
		"full":                    {limit, 50 * money.Dollar, false, all, []string{"limit/1/50/90"}, []string{"limit/1/50/100"}, noMore},
		"full, told":              {limit, 50 * money.Dollar, false, all, []string{"limit/1/50/100"}, nil, noMore},
		"over a lowered limit":    {limit, 80 * money.Dollar, false, all, nil, []string{"limit/1/50/100"}, noMore},
		"refused below it":        {limit, 30 * money.Dollar, true, all, []string{"limit/1/50/50"}, []string{"limit_reached/1/50"}, 37*money.Dollar + 50*money.Cent},
		"refused, told":           {limit, 30 * money.Dollar, true, all, []string{"limit/1/50/50", "limit_reached/1/50"}, nil, 37*money.Dollar + 50*money.Cent},
		"refused when full":       {limit, 50 * money.Dollar, true, all, nil, []string{"limit/1/50/100"}, noMore},
		"refused, none wanted":    {limit, 50 * money.Dollar, true, few, []string{"limit/1/50/75"}, []string{"limit_reached/1/50"}, noMore},
		"one wanted":              {limit, 30 * money.Dollar, false, few, nil, nil, 37*money.Dollar + 50*money.Cent},
		"a lower one added later": {limit, 40 * money.Dollar, false, all, []string{"limit/1/50/75"}, nil, 45 * money.Dollar},
		"another limit's":         {limit, 30 * money.Dollar, false, all, []string{"limit/1/40/75"}, []string{"limit/1/50/50"}, 37*money.Dollar + 50*money.Cent},
		"unlimited":               {Limit{Kind: Unlimited}, 99 * money.Dollar, false, all, nil, nil, 100 * money.Dollar},
		"unlimited, reached":      {Limit{Kind: Unlimited}, 100 * money.Dollar, false, all, nil, []string{"spent/1/100"}, noMore},
		"unlimited, told":         {Limit{Kind: Unlimited}, 200 * money.Dollar, false, all, []string{"spent/1/100"}, nil, noMore},
		"unlimited, no amount":    {Limit{Kind: Unlimited}, 200 * money.Dollar, false, few, nil, nil, noMore},
		"never enabled":           {Limit{Kind: LimitUnset}, 0, false, all, nil, nil, noMore},
	} {
		known := told{}
		for _, k := range c.told {
			known[k] = true
		}
		got, next := monthSpending{startsAt: 1, limit: c.limit, spent: c.spent, refused: c.refused}.alert(c.settings, known)
		if !slices.Equal(keysOf(got), c.want) || next != c.next {
			t.Errorf("%s: told %v, next at %s; want %v, %s", name, keysOf(got), next.Decimal(), c.want, c.next.Decimal())
		}
	}
}

func TestSessionAlerts(t *testing.T) {
	const now = models.Instant(100)
	for name, c := range map[string]struct {
		stage     int64
		ends      models.Instant
		on        bool
		continued bool
		choice    string
		want      NoticeKind
	}{
		"nothing yet":             {0, 200, true, false, "", ""},
		"nearly used":             {stageNearly, 200, true, false, "", NoticeSessionNearly},
		"nearly used, over":       {stageNearly, 100, true, false, "", ""},
		"nearly used, off":        {stageNearly, 200, false, false, "", ""},
		"limit, asking":           {stageLimit, 200, true, false, "", NoticeSessionLimit},
		"limit, stopped by them":  {stageLimit, 200, true, false, "stop", ""},
		"limit, goes on":          {stageLimit, 200, true, true, "", ""},
		"limit, off":              {stageLimit, 200, false, false, "", ""},
		"limit, over":             {stageLimit, 99, true, false, "", ""},
		"charged":                 {stageExtra, 200, true, true, "", NoticeExtraStarted},
		"charged, session over":   {stageExtra, 50, true, true, "", NoticeExtraStarted},
		"charged, off meanwhile":  {stageExtra, 200, false, true, "", NoticeExtraStarted},
		"charged, stopped by now": {stageExtra, 200, true, false, "stop", NoticeExtraStarted},
	} {
		w := models.UsageWindow{StartsAt: 7, EndsAt: c.ends, AlertStage: c.stage, Choice: c.choice}
		got := NoticeKind("")
		if n := sessionAlert(&models.Meter{ExtraUsage: c.on}, w, c.continued, now); n != nil {
			got = n.Kind
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// The mark is auto-reload's threshold where that is on. Whoever was never above it is not told, nor twice for one fall.
func TestBalanceAlerts(t *testing.T) {
	m := &models.MeterState{Meter: &models.Meter{ExtraUsage: true, LowBalance: 5 * money.Dollar}}
	post := func(amount money.Amount) bool {
		m.Meter.Balance = m.Meter.Balance.Add(amount)
		watchBalance(m)
		n := balanceAlert(m.Meter)
		if n != nil {
			m.Meter.LowBalanceArmed = false
		}
		return n != nil
	}
	for i, step := range []struct {
		amount money.Amount
		want   bool
	}{
		{4 * money.Dollar, false},  // never above
		{-1 * money.Dollar, false}, // 3
		{2 * money.Dollar, false},  // 5: exactly at it
		{-money.Nano, true},
		{-1 * money.Dollar, false}, // told
		{1 * money.Dollar, false},  // still below
		{10 * money.Dollar, false}, // above
		{-10 * money.Dollar, true},
		{20 * money.Dollar, false},
	} {
		if got := post(step.amount); got != step.want {
			t.Errorf("step %d, balance %s: told %v, want %v", i, m.Meter.Balance.Decimal(), got, step.want)
		}
	}
	m.Meter.ReloadOn, m.Meter.ReloadThreshold = true, 20*money.Dollar
	if n := balanceAlert(m.Meter); n != nil && n.Args.Amount != 20*money.Dollar {
		t.Errorf("the mark is %s", n.Args.Amount.Decimal())
	}
	m.Meter.ExtraUsage = false
	if post(-19 * money.Dollar) {
		t.Error("told while extra usage is off")
	}
}

// alertModel is a month whose spending, limit and settings change at random. It is looked at whenever the hot path says so.
type alertModel struct {
	month    monthSpending
	settings AlertSettings
	at       money.Amount // the hot path's mark
	known    told
}

func (a *alertModel) look(t *rapid.T) {
	notices, next := a.month.alert(a.settings, a.known)
	for _, n := range notices {
		if a.known[n.Key] {
			t.Fatalf("%s was told twice", n.Key)
		}
		a.known[n.Key] = true
	}
	if len(notices) > 1 {
		t.Fatalf("several at once: %v", keysOf(notices))
	}
	a.at = next
}

// Each percentage is told at most once for a month and limit, whatever happens to spending, limit and settings; the highest
// that is reached is always told; and the hot path's mark lets nothing through.
func TestEachAlertOncePerMonthAndLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := alertModel{month: monthSpending{startsAt: 1, limit: amountLimit(50)}, settings: AlertSettings{Percents: AlertPercents}, known: told{}}
		t.Repeat(map[string]func(*rapid.T){
			"spend": func(t *rapid.T) {
				a.month.spent = a.month.spent.Add(money.Amount(rapid.Int64Range(1, int64(20*money.Dollar)).Draw(t, "extra")))
				if a.month.spent >= a.at {
					a.look(t)
				}
			},
			"limit": func(t *rapid.T) {
				a.month.limit = amountLimit(rapid.SampledFrom([]int64{20, 50, 100, 333}).Draw(t, "limit"))
				a.look(t)
			},
			"settings": func(t *rapid.T) {
				a.settings.Percents = nil
				for _, p := range AlertPercents {
					if rapid.Bool().Draw(t, "wanted") {
						a.settings.Percents = append(a.settings.Percents, p)
					}
				}
				a.look(t)
			},
			"": func(t *rapid.T) {
				highest := 0
				for _, p := range a.settings.Percents {
					if a.month.spent.Times(100) >= a.month.limit.Amount.Times(int64(p)) {
						highest = p
					}
				}
				for _, p := range AlertPercents {
					if p >= highest && a.known[a.month.percentKey(p)] {
						return
					}
				}
				if highest > 0 {
					t.Fatalf("%s of %s is spent: nobody was told of %d%%", a.month.spent.Decimal(), a.month.limit.Amount.Decimal(), highest)
				}
			},
		})
	})
}
