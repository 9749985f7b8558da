package views

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"extrausage/money"
)

func enableDoc(t *testing.T, l Lang, name string) *html.Node {
	t.Helper()
	samples := enableSamples(sampleFrame(l, ""))
	i := slices.IndexFunc(samples, func(s GallerySample) bool { return s.Name == "enable-"+name })
	if i < 0 {
		t.Fatalf("no sample %s", name)
	}
	return parsed(t, samples[i].Page)
}

func TestEnableForms(t *testing.T) {
	for name, c := range map[string]struct {
		action string
		fields map[string]string
	}{
		"card-none": {"/settings/billing/payment-method", map[string]string{"next": "/settings/usage/enable/payment-method"}},
		"preferences": {"/settings/usage/enable/preferences", map[string]string{
			"version": "1", "limit_kind": "amount|unlimited", "limit_amount": "", "auto_reload": "on", "threshold": "", "target": "",
			"first_purchase": "", "continue_preference": "ask|always",
		}},
		"unlimited": {"/settings/usage/enable/unlimited", map[string]string{"version": "2", "confirm": "unlimited"}},
		"review":    {"/settings/usage/enable/review", map[string]string{"version": "3", "terms": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			forms := formsTo(enableDoc(t, NewLang("en", nil), name), c.action)
			if len(forms) != 1 {
				t.Fatalf("%d forms post to %s", len(forms), c.action)
			}
			got := fields(forms[0])
			if len(got) != len(c.fields) {
				t.Errorf("fields %v, want %v", got, c.fields)
			}
			for field, value := range c.fields {
				if got[field] != value {
					t.Errorf("%s is %q, want %q", field, got[field], value)
				}
			}
		})
	}
}

// TestNothingIsPreselected: neither kind of limit, nor auto-reload, is chosen for the subscriber.
func TestNothingIsPreselected(t *testing.T) {
	doc := enableDoc(t, NewLang("en", nil), "preferences")
	for _, e := range all(doc, tagged("input")) {
		_, checked := attrOK(e, "checked")
		if checked && attr(e, "name") != "continue_preference" {
			t.Errorf("%s=%s is preselected", attr(e, "name"), attr(e, "value"))
		}
	}
}

func TestTheButtonNamesTheObligation(t *testing.T) {
	for _, c := range []struct{ tag, sample, want string }{
		{"en", "review", "Turn on extra usage: I may be charged up to $50.00 a month"},
		{"it", "review", "Abilita l'utilizzo extra: con obbligo di pagamento, fino a $50,00 al mese"},
		{"en", "review-unlimited", "Turn on extra usage: I may be charged, with no maximum"},
		{"it", "review-unlimited", "Abilita l'utilizzo extra: con obbligo di pagamento, senza un massimo"},
	} {
		form := formsTo(enableDoc(t, NewLang(c.tag, nil), c.sample), "/settings/usage/enable/review")[0]
		if got := text(all(form, tagged("button"))[0]); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestTheReviewShowsTheTerms: what is kept with the consent is what stands on the page, row by row.
func TestTheReviewShowsTheTerms(t *testing.T) {
	l := NewLang("en", nil)
	terms := EnableTerms{
		Card: visa, Limit: Limit{Kind: LimitAmount, Amount: money.Dollars(50)}, ReloadOn: true, Threshold: money.Dollars(5),
		Target: money.Dollars(20), FirstPurchase: money.Dollars(10), Continue: AskFirst, Balance: money.Dollars(3),
		WorstCase: money.Dollars(60), Bounded: true, Figures: galleryFigures(),
	}
	page := text(parsed(t, EnableReviewPage(EnableReviewProps{Frame: sampleFrame(l, ""), Terms: terms, Card: visa})))
	for _, line := range strings.Split(terms.Text(l), "\n") {
		name, value, _ := strings.Cut(line, ": ")
		if !strings.Contains(page, name+" "+value) {
			t.Errorf("the page does not say %q", line)
		}
	}
	for _, want := range []string{
		"$10.00 to Visa •• 4242. Your balance is then $13.00.", "$60.00, if auto-reload buys as much as your limit allows.",
		"Settings > Usage > Turn off", "at most 3 times an hour and 10 times a day",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("want %q", want)
		}
	}
}

func TestTermsSayWhatHoldsWithoutALimit(t *testing.T) {
	l := NewLang("en", nil)
	terms := EnableTerms{Card: visa, Limit: Limit{Kind: Unlimited}, Continue: AlwaysContinue, Bounded: true, Figures: galleryFigures()}
	for _, want := range []string{"None: there is no maximum.", "Nothing, unless you buy credits yourself.", "begins without asking. There is no monthly limit"} {
		if !strings.Contains(terms.Text(l), want) {
			t.Errorf("want %q in %q", want, terms.Text(l))
		}
	}
	terms.ReloadOn, terms.Bounded = true, false
	if want := "There is no maximum for the month. Auto-reload can charge up to $2,000.00 in 24 hours."; !strings.Contains(terms.Text(l), want) {
		t.Errorf("want %q in %q", want, terms.Text(l))
	}
}

func TestStepsSayWhereOneIs(t *testing.T) {
	for name, want := range map[string]string{
		"card": "Payment method", "preferences": "Spending preferences", "unlimited": "Spending preferences", "review": "Review",
	} {
		doc := enableDoc(t, NewLang("en", nil), name)
		current := all(doc, func(e *html.Node) bool { return attr(e, "aria-current") == "step" })
		if len(current) != 1 || !strings.HasSuffix(text(current[0]), want) {
			t.Errorf("%s: the current step is not %s", name, want)
		}
		if cancel := all(doc, func(e *html.Node) bool { return text(e) == "Cancel" && e.Data == "a" }); len(cancel) != 1 {
			t.Errorf("%s has no way out", name)
		}
	}
}
