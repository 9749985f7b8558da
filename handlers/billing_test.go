package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
)

const (
	ada  = "ada@example.com"
	anna = "anna@example.com"
)

// A card is added, replaced and removed on the provider's page; the page says what came of it, once.
func TestCardIsAddedReplacedAndRemoved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b := s.subscriber(ada)
		b.get("/settings/billing").want(http.StatusOK).says("No payment method yet", "No purchases yet", "Add a card first")

		b.addCard("succeeds").want(http.StatusOK).says("Card added. Nothing was debited.", "Visa", "4242")
		if page := b.get("/settings/billing"); strings.Contains(page.body, "Card added.") {
			t.Error("the notice is shown twice")
		}
		b.addCard("expires_next_month").says("Card replaced.", "Mastercard", "8210", "Expires soon")
		b.post("/settings/billing/payment-method/remove").follow().says("Card removed.", "No payment method yet")
		b.get("/settings/usage/activity?show=changes").says("Payment method", "Visa •• 4242", "Mastercard •• 8210", "not set")
	})
}

// On the way to enabling the visit comes back to enabling.
func TestCardOfEnablingLeadsBackToEnabling(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	b.post("/settings/usage/enable")
	for _, next := range []string{"enable", "/settings/usage/enable/payment-method"} {
		visit := b.post("/settings/billing/payment-method", "next", next).want(http.StatusSeeOther).location()
		back := b.post(visit, "card", "succeeds").want(http.StatusSeeOther).location()
		if to := b.get(back).want(http.StatusSeeOther).location(); to != "/settings/usage/enable" {
			t.Errorf("next %s leads to %s", next, to)
		}
	}
}

// A visit is its account's: swapped, unfinished and made-up sessions add nothing.
func TestCardReturnBelievesNothing(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b, other := s.subscriber(ada), s.subscriber(anna)
	b.get("/settings/billing/card/return?session=made-up").want(http.StatusNotFound)
	b.get("/settings/billing/card/return").want(http.StatusNotFound)

	visit := b.post("/settings/billing/payment-method").location()
	session := visit[strings.LastIndex(visit, "/")+1:]
	b.get("/settings/billing/card/return?session="+session).follow().says("No card was added. Nothing changed.", "No payment method yet")
	back := b.post(visit, "card", "succeeds").location()
	other.get(back).want(http.StatusForbidden)
	other.get("/settings/billing").says("No payment method yet")
	b.get(back).follow().says("Card added.")
	b.get(back).follow().says("Visa") // again: the same answer, one card
	other.get(back).want(http.StatusForbidden)
}

// What makes spending possible asks for the password when it was given long ago, and goes on with the form as it was.
func TestCardAndCreditsWantAFreshPassword(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	b.addCard("succeeds")
	s.advance(11 * time.Minute)
	b.post("/settings/billing/payment-method").want(http.StatusForbidden)
	b.post("/settings/billing/payment-method/remove").want(http.StatusForbidden)
	ask := b.post("/settings/billing/credits", "amount", "20", "key", "k1", "confirm", "20").want(http.StatusForbidden)
	if ask.value("amount") != "20" || ask.value("key") != "k1" || ask.value("confirm") != "20" {
		t.Errorf("the form is lost:\n%s", ask.body)
	}
	if got := len(s.entries(s.idOf(ada))); got != 0 {
		t.Fatalf("%d entries without a password", got)
	}
	b.post("/settings/billing/credits", "amount", "20", "key", "k1", "confirm", "20", "current_password", password).follow().says("$20.00 of credits bought")
}

// Credits are bought once per form: two clicks, a reload and the way back change nothing.
func TestCreditsAreBoughtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b := s.subscriber(ada)
		b.addCard("succeeds")
		review := b.review("12,50").says("$12.50", "Visa •• 4242", "Balance afterwards")
		if button := review.text("button.button-primary"); !strings.Contains(button, "Buy $12.50 of credits: charges Visa •• 4242 now") {
			t.Errorf("the button says %q", button)
		}
		if len(s.entries(s.idOf(ada))) != 0 {
			t.Fatal("bought by a review")
		}
		b.confirm(review).follow().says("$12.50 of credits bought, debited from Visa •• 4242.", "Receipt")
		for range 3 {
			b.confirm(review).want(http.StatusSeeOther)
		}
		b.post("/settings/billing/credits", "amount", "12.50", "key", review.value("key")).follow().says("$12.50 of credits bought")
		conflict := b.post("/settings/billing/credits", "amount", "99", "key", review.value("key"), "confirm", "99").want(http.StatusConflict)
		conflict.says("This form was sent already with another amount")
		if conflict.value("key") == review.value("key") || conflict.value("amount") != "99" {
			t.Errorf("form after a conflict: key %s, amount %s", conflict.value("key"), conflict.value("amount"))
		}
		if e := s.entries(s.idOf(ada)); len(e) != 1 || e[0].Amount != 1250*money.Cent {
			t.Errorf("entries %+v", e)
		}
	})
}

// The amount confirmed is the amount shown, or nothing is bought.
func TestOnlyTheAmountShownIsBought(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	b.addCard("succeeds")
	for _, confirm := range []string{"", "20", "2000", "10.00", "yes"} {
		b.post("/settings/billing/credits", "amount", "10", "key", "k", "confirm", confirm).want(http.StatusOK).says("Review your purchase")
	}
	if n := len(s.entries(s.idOf(ada))); n != 0 {
		t.Errorf("%d entries", n)
	}
}

func TestWrongAmountsComeBackAsTyped(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	b.addCard("succeeds")
	for typed, says := range map[string]string{
		"": "Enter an amount", "1.234": "Enter 1234 or 1.23", "4.99": "between $5.00 and $2,000.00", "2000,01": "between $5.00 and $2,000.00",
		"-5": "without a minus sign", "10 EUR": "US dollars", "abc": "in digits", "12.505": "Enter 12505 or 12.5",
	} {
		page := b.post("/settings/billing/credits", "amount", typed, "key", "k").want(http.StatusUnprocessableEntity)
		if page.value("amount") != typed || !page.has("#amount[aria-invalid=true]") || !page.has("#amount-error") {
			t.Errorf("%q comes back as %q", typed, page.value("amount"))
		}
		if !strings.Contains(textOf(page.doc()), says) {
			t.Errorf("%q: does not say %q: %s", typed, says, page.text("#amount-error"))
		}
		if title := page.text("title"); !strings.HasPrefix(title, "Error: ") {
			t.Errorf("%q: title %q", typed, title)
		}
	}
	b.post("/settings/billing/credits", "amount", "20").want(http.StatusUnprocessableEntity).says("Open the form again")
}

func TestCreditsNeedACard(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	b.post("/settings/billing/credits", "amount", "20", "key", "k").want(http.StatusConflict).says("Add a payment method first")
}

// Each way a purchase can go is told in the list and in a notice.
func TestPurchasesSayHowTheyStand(t *testing.T) {
	cases := map[string][]string{
		"declined":           {"Nothing was debited: Visa •• 0002 was declined for $20.00.", "Declined", "Your bank declined the debit."},
		"insufficient_funds": {"Nothing was debited", "The card does not have enough funds."},
		"answer_lost":        {"$20.00 is on its way", "Being checked with the payment provider"},
	}
	for card, words := range cases {
		s := newSite(t, onSQLite(t))
		b := s.subscriber(ada)
		b.addCard(card)
		b.confirm(b.review("20")).follow().says(words...)
	}
}

// Where the bank wants to see the subscriber they go there, and what it said is looked up when they are back.
func TestAuthenticationLeadsToTheBankAndBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b, other := s.subscriber(ada), s.subscriber(anna)
		b.addCard("needs_authentication")
		bank := b.confirm(b.review("20")).want(http.StatusSeeOther).location()
		if !strings.HasPrefix(bank, "/test-provider/") {
			t.Fatalf("the way leads to %s", bank)
		}
		b.get("/settings/billing").says("Waiting for you", "Confirm with your bank")
		back := b.post(bank, "answer", "authenticate").want(http.StatusSeeOther).location()
		other.get(back).want(http.StatusNotFound)
		b.get(back).follow().says("$20.00 of credits bought")
		b.get(back).follow().says("$20.00 of credits bought") // reloading is harmless
		if e := s.entries(s.idOf(ada)); len(e) != 1 {
			t.Errorf("entries %+v", e)
		}

		bank = b.confirm(b.review("30")).location()
		pending, _, _ := strings.Cut(back, "?")
		purchases, _, err := s.svc.Purchases(t.Context(), s.idOf(ada), "", 1)
		s.must(err)
		b.get(pending + "?purchase=" + purchases[0].ID).follow().says("$30.00 is not debited yet")
		b.get(b.post(bank, "answer", "refuse").location()).follow().says("Nothing was debited")
	})
}

func TestReceipt(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b, other := s.subscriber(ada), s.subscriber(anna)
	b.addCard("succeeds")
	b.confirm(b.review("20")).follow()
	path := b.get("/settings/billing").attr("#purchases a[href]", "href")
	b.get(path).want(http.StatusOK).says("Receipt 1", "$20.00", "Paid with Visa •• 4242", "Balance right after: $20.00", ada)
	other.get(path).want(http.StatusNotFound)

	b.addCard("declined")
	b.confirm(b.review("20")).follow()
	purchases, _, err := s.svc.Purchases(t.Context(), s.idOf(ada), "", 1)
	s.must(err)
	b.get("/settings/billing/purchases/" + purchases[0].ID).want(http.StatusNotFound)
}

func TestOlderPurchasesAreAPageAway(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	b.addCard("succeeds")
	for range 21 {
		_, err := s.svc.BuyCredits(t.Context(), s.idOf(ada), billing.Order{Amount: 5 * money.Dollar, Key: s.newID("k")})
		s.must(err)
	}
	first := b.get("/settings/billing")
	if n := len(first.all("#purchases tbody tr")); n != 20 {
		t.Errorf("%d on the first page", n)
	}
	next := ""
	for _, a := range first.all("#purchases a") {
		if textOf(a) == "Older purchases" {
			next = attrOf(a, "href")
		}
	}
	if n := len(b.get(strings.TrimSuffix(next, "#purchases")).all("#purchases tbody tr")); n != 1 {
		t.Errorf("%d on the second page", n)
	}
}

// A provider that does not answer is told as that, and changes nothing.
func TestProviderThatDoesNotAnswer(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	visit := b.post("/settings/billing/payment-method").location()
	back := b.post(visit, "card", "succeeds").location()
	b.addCard("needs_authentication")
	bank := b.post(b.confirm(b.review("20")).location(), "answer", "authenticate").location()
	s.must(s.provider.Close())
	b.post("/settings/billing/payment-method").follow().says("The payment provider does not answer at the moment. Nothing changed.")
	if to := b.post("/settings/billing/payment-method", "next", "enable").want(http.StatusSeeOther).location(); to != "/settings/usage/enable/payment-method?result=unavailable" {
		t.Errorf("on the way to enabling it leads to %s", to)
	}
	b.get(back).follow().says("The payment provider is still checking the card.")
	b.get(bank).follow().says("$20.00 is not debited yet", "Visa •• 3155")
	b.confirm(b.review("30")).follow().says("$30.00 is on its way")
	if n := len(s.entries(s.idOf(ada))); n != 0 {
		t.Errorf("%d entries", n)
	}
}

func TestBillingInItalian(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	s.must(s.svc.SaveLocale(t.Context(), s.idOf(ada), "it"))
	b.addCard("succeeds").says("Carta aggiunta. Non è stato prelevato nulla.")
	b.review("1500,5").says("$1.500,50", "Visa •• 4242")
	b.confirm(b.review("1500,5")).follow().says("Crediti acquistati: $1.500,50, prelevati da Visa •• 4242.", "novembre 2026")
	b.post("/settings/billing/credits", "amount", "4,99", "key", "k").want(http.StatusUnprocessableEntity).says("$5,00", "$2.000,00")
	b.get("/settings/billing/invoices/2026-11").want(http.StatusOK).says("+$1.500,50")
	b.get("/settings/usage/activity?show=changes").says("Metodo di pagamento", "non impostato")
}
