package handlers_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

const enableURL = "/settings/usage/enable"

// preferences fills the second step and gives what it answers.
func (b *browser) preferences(pairs ...string) *answer {
	b.s.t.Helper()
	page := b.get(enableURL + "/preferences").want(http.StatusOK)
	pairs = append([]string{"version", page.value("version"), "continue_preference", "ask"}, pairs...)
	return b.post(enableURL+"/preferences", pairs...)
}

// enabling starts the way, with a card that works.
func (b *browser) enabling() {
	b.s.t.Helper()
	b.post(enableURL).want(http.StatusSeeOther)
	b.addCard("succeeds", "next", enableURL+"/payment-method")
}

// review is the last step's form, sent.
func (b *browser) agree(page *answer) *answer {
	b.s.t.Helper()
	return b.post(enableURL+"/review", "version", page.value("version"), "terms", page.value("terms"))
}

func (s *site) enabled(id string) bool {
	s.t.Helper()
	status, err := s.svc.Status(context.Background(), id)
	s.must(err)
	return status.Enabled
}

func (s *site) consents(id string) []*models.Consent {
	s.t.Helper()
	var all []*models.Consent
	s.must(s.store.View(context.Background(), func(tx *models.Tx) (err error) {
		all, err = tx.Consents(id)
		return err
	}))
	return all
}

// P1: only the last button switches on, and what it said is kept word for word.
func TestEnablingStepByStep(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b := s.subscriber("ada@example.com")
		id := s.idOf("ada@example.com")
		if to := b.post(enableURL).want(http.StatusSeeOther).location(); to != enableURL+"/payment-method" {
			t.Errorf("without a card one is led to %s", to)
		}
		for _, early := range []string{"/preferences", "/review", "/unlimited"} {
			if to := b.get(enableURL + early).location(); to != enableURL+"/payment-method" {
				t.Errorf("%s without a card leads to %q", early, to)
			}
		}
		b.addCard("succeeds", "next", enableURL+"/payment-method")
		if to := b.preferences("limit_kind", "amount", "limit_amount", "50,5", "first_purchase", "10").want(http.StatusSeeOther).location(); to != enableURL+"/review" {
			t.Errorf("preferences lead to %s", to)
		}
		page := b.get(enableURL + "/review").want(http.StatusOK)
		button := page.text("main form button")
		if button != "Turn on extra usage: I may be charged up to $50.50 a month" {
			t.Errorf("the button says %q", button)
		}
		if s.enabled(id) {
			t.Fatal("on before the last button")
		}
		b.agree(page).follow().says("$50.50")
		status, err := s.svc.Status(context.Background(), id)
		s.must(err)
		if !status.Enabled || status.Balance != 10*money.Dollar || status.Limit.Amount != money.Cents(5050) {
			t.Errorf("%+v", status)
		}
		kept := s.consents(id)
		if len(kept) != 1 || kept[0].Button != button || !strings.Contains(kept[0].Terms, "$50.50") || kept[0].CardLast4 != "4242" || kept[0].Locale != "en" {
			t.Errorf("consent: %+v", kept)
		}
		b.agree(page).want(http.StatusSeeOther) // the same form again, by Back or a double click
		if again := s.consents(id); len(again) != 1 || len(s.entries(id)) != 1 {
			t.Errorf("a replay did something: %d consents, %d entries", len(again), len(s.entries(id)))
		}
	})
}

func TestEnablingSaysTheObligationInItalian(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber("ada@example.com")
	b.post("/language", "locale", "it").want(http.StatusSeeOther)
	b.enabling()
	b.preferences("limit_kind", "amount", "limit_amount", "50").want(http.StatusSeeOther)
	got := b.get(enableURL + "/review").text("main form button")
	if got != "Abilita l'utilizzo extra: con obbligo di pagamento, fino a $50,00 al mese" {
		t.Errorf("the button says %q", got)
	}
}

func TestUnlimitedIsConfirmedOnAPageOfItsOwn(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber("ada@example.com")
	b.enabling()
	if page := b.get(enableURL + "/preferences"); page.has("[name=limit_kind][checked]") {
		t.Error("a limit is preselected")
	}
	if to := b.preferences("limit_kind", "unlimited").location(); to != enableURL+"/unlimited" {
		t.Errorf("Unlimited leads to %s", to)
	}
	if to := b.get(enableURL + "/review").location(); to != enableURL+"/unlimited" {
		t.Errorf("the review without the confirmation leads to %q", to)
	}
	page := b.get(enableURL + "/unlimited").says("no maximum")
	b.post(enableURL+"/unlimited", "version", page.value("version")).want(http.StatusUnprocessableEntity)
	if to := b.post(enableURL+"/unlimited", "version", page.value("version"), "confirm", "unlimited").location(); to != enableURL+"/review" {
		t.Errorf("the confirmation leads to %s", to)
	}
	b.agree(b.get(enableURL + "/review")).follow()
	if !s.enabled(s.idOf("ada@example.com")) {
		t.Error("not on")
	}
}

// What was not shown is not agreed to: a changed card, changed preferences, a forged digest.
func TestEnablingRefusesOtherTermsThanThoseShown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b := s.subscriber("ada@example.com")
		id := s.idOf("ada@example.com")
		b.enabling()
		b.preferences("limit_kind", "amount", "limit_amount", "20").want(http.StatusSeeOther)
		seen := b.get(enableURL + "/review")
		b.post(enableURL+"/review", "version", seen.value("version"), "terms", billing.HashTerms("something else")).want(http.StatusConflict)
		b.post(enableURL+"/review", "version", "77", "terms", seen.value("terms")).want(http.StatusConflict)
		b.preferences("limit_kind", "amount", "limit_amount", "90").want(http.StatusSeeOther) // in another tab
		b.agree(seen).want(http.StatusConflict).says("Something changed")
		now := b.get(enableURL + "/review")
		b.addCard("expires_next_month", "next", enableURL+"/payment-method")
		b.agree(now).want(http.StatusConflict)
		if s.enabled(id) {
			t.Error("on with other terms than those shown")
		}
		b.agree(b.get(enableURL + "/review")).want(http.StatusSeeOther)
		if !s.enabled(id) {
			t.Error("the terms as they are now were refused")
		}
	})
}

func TestPreferencesComeBackAsTyped(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber("ada@example.com")
	b.enabling()
	for name, c := range map[string]struct {
		pairs []string
		says  string
		field string
		value string
	}{
		"nothing chosen": {nil, "Choose a monthly limit", "limit_amount", ""},
		"ambiguous":      {[]string{"limit_kind", "amount", "limit_amount", "1.234"}, "Enter 1234 or 1.23", "limit_amount", "1.234"},
		"zero":           {[]string{"limit_kind", "amount", "limit_amount", "0"}, "turn extra usage off", "limit_amount", "0"},
		"too much":       {[]string{"limit_kind", "amount", "limit_amount", "1000000"}, "between $5.00 and $10,000.00", "limit_amount", "1000000"},
		"euro":           {[]string{"limit_kind", "amount", "limit_amount", "€ 20"}, "US dollars", "limit_amount", "€ 20"},
		"threshold":      {[]string{"limit_kind", "amount", "limit_amount", "20", "auto_reload", "on", "threshold", "1", "target", "30"}, "threshold must be between", "threshold", "1"},
		"target":         {[]string{"limit_kind", "amount", "limit_amount", "20", "auto_reload", "on", "threshold", "10", "target", "12"}, "at least $15.00", "target", "12"},
		"purchase":       {[]string{"limit_kind", "amount", "limit_amount", "20", "first_purchase", "1"}, "between $5.00 and $2,000.00", "first_purchase", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.preferences(c.pairs...).want(http.StatusUnprocessableEntity)
			got.says(c.says)
			if v := got.value(c.field); v != c.value {
				t.Errorf("%s holds %q, typed %q", c.field, v, c.value)
			}
			if title := got.text("title"); !strings.HasPrefix(title, "Error:") {
				t.Errorf("title %q", title)
			}
		})
	}
}

// Turning on asks for the password again after ten minutes, and goes on with the form as it was.
func TestEnablingAsksForThePasswordAgain(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber("ada@example.com")
	id := s.idOf("ada@example.com")
	b.enabling()
	b.preferences("limit_kind", "amount", "limit_amount", "20").want(http.StatusSeeOther)
	page := b.get(enableURL + "/review")
	s.advance(10*time.Minute + time.Second)
	asked := b.agree(page).want(http.StatusForbidden)
	if asked.value("terms") != page.value("terms") || s.enabled(id) {
		t.Error("the form was lost, or taken")
	}
	pairs := []string{"version", asked.value("version"), "terms", asked.value("terms"), "current_password"}
	b.post(enableURL+"/review", append(pairs, "wrong")...).want(http.StatusUnprocessableEntity)
	if s.enabled(id) {
		t.Fatal("on with a wrong password")
	}
	b.post(enableURL+"/review", append(pairs, password)...).want(http.StatusSeeOther)
	if !s.enabled(id) {
		t.Error("not on with the right password")
	}
}
