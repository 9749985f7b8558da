package views

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"extrausage/money"
)

// usageDoc is the usage page of a sample, by its name.
func usageDoc(t *testing.T, l Lang, name string) *html.Node {
	t.Helper()
	samples := usageSamples(sampleFrame(l, ""))
	i := slices.IndexFunc(samples, func(s GallerySample) bool { return s.Name == "usage-"+name })
	if i < 0 {
		t.Fatalf("no sample %s", name)
	}
	return parsed(t, samples[i].Page)
}

// TestFirstWords is the promise of the page: within sixty words it says whether extra usage is on, what was spent of what,
// what is left and when it resets, with the zone.
func TestFirstWords(t *testing.T) {
	for name, want := range map[string][]string{
		"off-new":         {"Off", "Extra usage is off.", "Nothing is charged"},
		"off-reached":     {"Off", "limit is reached", "today at 18:02 CET", "Nothing is charged"},
		"off-no-plan":     {"Off", "no Max 20x plan"},
		"plan":            {"On", "within your plan, so nothing is charged now", "$12.40 of $50.00", "$37.60 left", "resets on 1 December at 00:00 CET"},
		"plan-unlimited":  {"On", "$12.40 spent this month and $3.00 in progress", "no monthly limit", "resets on 1 December at 00:00 CET"},
		"plan-lowered":    {"On", "already used $12.40", "your limit is $10.00", "$0.00 left", "paused until the limit resets on 1 December at 00:00 CET"},
		"asking":          {"Your choice is needed", "limit is reached", "nothing is charged until you choose", "today at 18:02 CET", "at most $37.60 more"},
		"extra":           {"On extra usage", "charged at standard API rates", "$31.20 of $50.00", "$3.00 in progress", "$15.80 left", "1 December"},
		"stopped-limit":   {"Stopped", "The monthly limit is reached", "$49.93 of your $50.00"},
		"stopped-balance": {"Stopped", "The balance is not enough", "$0.12", "needed $0.42"},
		"stopped-by-choice": {
			"Stopped", "you chose to stop", "Nothing is charged",
		},
		"stopped-reload-pending": {"Stopped", "Credits are on their way"},
		"stopped-reload-action":  {"Stopped", "Your bank asks you to confirm"},
		"stopped-reload-paused":  {"Stopped", "Auto-reload is paused"},
		"stopped-negative":       {"Stopped", "The balance is below zero", "-$3.00"},
	} {
		t.Run(name, func(t *testing.T) {
			words := strings.Fields(text(byID(usageDoc(t, NewLang("en", rome()), name), "status")))
			first := strings.Join(words[:min(60, len(words))], " ")
			for _, part := range want {
				if !strings.Contains(first, part) {
					t.Errorf("want %q in %q", part, first)
				}
			}
		})
	}
}

func TestFirstWordsInItalian(t *testing.T) {
	said := text(byID(usageDoc(t, NewLang("it", rome()), "plan"), "status"))
	for _, part := range []string{"Attivo", "ora non viene addebitato nulla", "$12,40 spesi su $50,00", "$37,60 rimasti", "il 1 dicembre alle 00:00 CET"} {
		if !strings.Contains(said, part) {
			t.Errorf("want %q in %q", part, said)
		}
	}
}

// TestUsageForms holds the addresses and fields that handlers read.
func TestUsageForms(t *testing.T) {
	for _, c := range []struct {
		sample, action string
		fields         map[string]string
	}{
		{"off-new", "/settings/usage/enable", nil},
		{"plan", "/settings/usage/turn-off", nil},
		{"plan", "/settings/usage/monthly-limit", map[string]string{"version": "7", "kind": "amount|unlimited", "amount": "50.00"}},
		{"plan", "/settings/usage/auto-reload", map[string]string{"version": "7", "enabled": "on|off", "threshold": "5.00", "target": "20.00"}},
		{"plan", "/settings/usage/continue", map[string]string{"preference": "ask|always"}},
		{"plan-lowered", "/settings/usage/undo", map[string]string{"change": "chg_1"}},
		{"asking", "/settings/usage/session", map[string]string{"session": "2026-11-24T12:02:11Z", "choice": "stop|continue|always"}},
		{"extra", "/settings/usage/session", map[string]string{"session": "2026-11-24T12:02:11Z", "choice": "stop"}},
		{"stopped-by-choice", "/settings/usage/session", map[string]string{"session": "2026-11-24T12:02:11Z", "choice": "continue|always"}},
		{"limit-unlimited", "/settings/usage/monthly-limit", map[string]string{"version": "7", "kind": "unlimited", "confirm": "unlimited"}},
		{"reload-charge", "/settings/usage/auto-reload", map[string]string{
			"version": "7", "enabled": "on", "threshold": "30", "target": "40", "confirm": "12.4",
		}},
		{"stopped-reload-paused", "/settings/usage/auto-reload/resume", map[string]string{"version": "7", "confirm": "19.88"}},
	} {
		t.Run(c.sample+c.action, func(t *testing.T) {
			forms := formsTo(usageDoc(t, NewLang("en", nil), c.sample), c.action)
			if len(forms) != 1 {
				t.Fatalf("%d forms post to %s", len(forms), c.action)
			}
			got := fields(forms[0])
			for name, value := range c.fields {
				if got[name] != value {
					t.Errorf("%s is %q, want %q", name, got[name], value)
				}
			}
			if len(got) != len(c.fields) {
				t.Errorf("fields %v, want %v", got, c.fields)
			}
		})
	}
}

// TestTheQuestionIsAskedOnlyWhereItHelps: continuing is offered while asking, after a stop and a continue, nowhere else.
func TestTheQuestionIsAskedOnlyWhereItHelps(t *testing.T) {
	for _, s := range usageStates() {
		asked := len(formsTo(usageDoc(t, NewLang("en", nil), s.name), "/settings/usage/session")) > 0
		want := slices.Contains([]string{"asking", "asking-no-funds", "extra", "stopped-by-choice"}, s.name)
		if asked != want {
			t.Errorf("%s: asked %v, want %v", s.name, asked, want)
		}
	}
}

func TestMeters(t *testing.T) {
	doc := usageDoc(t, NewLang("en", nil), "extra")
	meters := all(byID(doc, "extra-usage"), tagged("meter"))
	if len(meters) != 2 || attr(meters[0], "aria-hidden") != "true" || attr(meters[1], "aria-hidden") == "true" {
		t.Fatalf("want the reserved part hidden behind the level: %v", meters)
	}
	for i, want := range []string{"342000", "312000"} {
		if attr(meters[i], "value") != want || attr(meters[i], "max") != "500000" {
			t.Errorf("meter %d is %s of %s, want %s", i, attr(meters[i], "value"), attr(meters[i], "max"), want)
		}
	}
	if named := byID(doc, attr(meters[1], "aria-labelledby")); text(named) != "Extra usage this month" {
		t.Errorf("named %q", text(named))
	}
	full := all(byID(usageDoc(t, NewLang("en", nil), "plan-lowered"), "extra-usage"), tagged("meter"))
	if len(full) != 1 || attr(full[0], "value") != attr(full[0], "max") {
		t.Error("a level beyond the limit fills the meter")
	}
	if none := all(byID(usageDoc(t, NewLang("en", nil), "plan-unlimited"), "extra-usage"), tagged("meter")); len(none) != 0 {
		t.Error("Unlimited has no meter")
	}
}

func TestTheBlockingGateIsMarked(t *testing.T) {
	for name, want := range map[string]string{
		"plan": "", "plan-lowered": "limit", "stopped-limit": "limit", "stopped-balance": "balance", "stopped-negative": "balance",
		"stopped-reload-action": "card balance", "stopped-purchase-limit": "balance limit", "asking-no-funds": "balance", "extra": "",
	} {
		var blocked []string
		doc := usageDoc(t, NewLang("en", nil), name)
		for _, id := range []string{"card", "balance", "limit"} {
			if strings.Contains(text(byID(doc, "gate-"+id)), "Blocks") {
				blocked = append(blocked, id)
			}
		}
		if got := strings.Join(blocked, " "); got != want {
			t.Errorf("%s: %q blocks, want %q", name, got, want)
		}
	}
}

func TestEachControlNamesItsConsequence(t *testing.T) {
	doc := usageDoc(t, NewLang("en", nil), "plan")
	for id, want := range map[string]string{
		"monthly-limit": "at most $50.00 a month",
		"auto-reload":   "When your balance falls below $5.00, we charge Visa •• 4242 what brings it back to $20.00: at most 3 times an hour and 10 times a day, never beyond your $50.00 monthly limit.",
		"extra-usage":   "Your balance of $27.60 stays yours.",
		"continue":      "Nothing is charged in a session before you choose to continue.",
	} {
		if said := text(byID(doc, id)); !strings.Contains(said, want) {
			t.Errorf("%s says %q, want %q in it", id, said, want)
		}
	}
	unlimited := text(byID(usageDoc(t, NewLang("en", nil), "plan-unlimited"), "auto-reload"))
	if !strings.Contains(unlimited, "at most $2,000.00 in 24 hours. There is no monthly limit.") {
		t.Errorf("unlimited: %q", unlimited)
	}
}

// TestUnlimitedIsNeverPreselected: a form that was never filled in has no choice made.
func TestUnlimitedIsNeverPreselected(t *testing.T) {
	l := NewLang("en", nil)
	if f := LimitFormOf(l, Limit{Kind: LimitUnset}); f.Kind.Value != "" || f.Amount.Value != "" {
		t.Errorf("unset: %+v", f)
	}
	if f := LimitFormOf(NewLang("it", nil), Limit{Kind: LimitAmount, Amount: money.Cents(123450)}); f.Amount.Value != "1.234,50" {
		t.Errorf("amount: %+v", f)
	}
	if f := ReloadFormOf(l, ReloadStatus{}); f.Enabled.Value != "off" || f.Threshold.Value != "" {
		t.Errorf("reload: %+v", f)
	}
}

// TestUpdateSendsWhatMayHaveChanged: the section itself, and the others as partials, each once.
func TestUpdateSendsWhatMayHaveChanged(t *testing.T) {
	f := sampleFrame(NewLang("en", nil), "/settings/usage")
	answer := rendered(t, UsageUpdate(galleryUsage(f, galleryStatus()), SectionMonthlyLimit))
	if !strings.HasPrefix(answer, "<title>Usage · Extra Usage</title><section class=\"card\" id=\"monthly-limit\"") {
		t.Errorf("begins with %.120s", answer)
	}
	for _, id := range []string{"flash", SectionStatus, SectionSession, SectionExtraUsage, SectionAutoReload, SectionContinue} {
		if n := strings.Count(answer, `<hx-partial hx-target="#`+id+`" hx-swap="outerHTML">`); n != 1 {
			t.Errorf("%d partials of %s", n, id)
		}
	}
	if strings.Contains(answer, `hx-target="#monthly-limit" hx-swap="outerHTML"></`) || strings.Count(answer, `id="monthly-limit"`) != 1 {
		t.Error("the section is there twice")
	}
}
