package testpay_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/money"
)

func TestAuthentication(t *testing.T) {
	for answer, want := range map[string]struct {
		state    billing.ChargeState
		failure  string
		captured int
	}{
		"authenticate": {billing.ChargeSucceeded, "", 1},
		"refuse":       {billing.ChargeDeclined, "authentication_required", 0},
		"cancel":       {billing.ChargeCanceled, "", 0},
	} {
		t.Run(answer, func(t *testing.T) {
			r := newRig(t)
			ctx := context.Background()
			c, err := r.Debit(ctx, r.request(r.card("needs_authentication"), "purchase_1", money.Cents(1250)))
			if err != nil {
				t.Fatal(err)
			}
			page, body := r.ask(http.MethodGet, c.ActionURL, nil)
			if page.StatusCode != http.StatusOK || !strings.Contains(body, "$12.50") {
				t.Errorf("the page: %s\n%s", page.Status, body)
			}
			if page, _ := r.ask(http.MethodPost, c.ActionURL, url.Values{"answer": {"perhaps"}}); page.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("another answer: %s", page.Status)
			}
			if answer == "cancel" {
				if err := r.Cancel(ctx, c.ID); err != nil {
					t.Fatal(err)
				}
			} else if page, _ := r.ask(http.MethodPost, c.ActionURL, url.Values{"answer": {answer}}); page.StatusCode != http.StatusSeeOther ||
				page.Header.Get("Location") != "http://app.test/paid?purchase=purchase_1" {
				t.Errorf("answered: %s to %q", page.Status, page.Header.Get("Location"))
			}
			for range 2 { // what has ended stays as it ended
				got, err := r.FindCharge(ctx, billing.ChargeQuery{PurchaseID: "purchase_1"})
				if err != nil || got.State != want.state || got.Failure != want.failure || got.ActionURL != "" {
					t.Errorf("found %+v %v", got, err)
				}
				if got := r.captured(); len(got) != want.captured {
					t.Errorf("captured %v", got)
				}
				r.ask(http.MethodPost, c.ActionURL, url.Values{"answer": {"authenticate"}})
				r.ask(http.MethodPost, c.ActionURL, url.Values{"answer": {"refuse"}})
				if err := r.Cancel(ctx, c.ID); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

var inputs = regexp.MustCompile(`(?s)<(input|textarea|select)[^>]*>`)

func TestNoFieldTakesACardNumber(t *testing.T) {
	r := newRig(t)
	for _, locale := range []string{"en", "it"} {
		_, body := r.ask(http.MethodGet, r.visit(locale).URL, nil)
		fields := inputs.FindAllString(body, -1)
		if len(fields) != 13 {
			t.Errorf("%s: %d fields: %q", locale, len(fields), fields)
		}
		for _, f := range fields {
			if !strings.Contains(f, `type="radio"`) || !strings.Contains(f, `name="card"`) {
				t.Errorf("%s: %s", locale, f)
			}
		}
	}
	c := r.paid("purchase_1")
	if _, err := r.Dispute(context.Background(), c.ID, money.Dollars(2), testpay.DisputeOpened); err != nil {
		t.Fatal(err)
	}
	fields := inputs.FindAllString(r.read(r.dashboard(c.ID), "en"), -1)
	if len(fields) != 2 {
		t.Errorf("%d fields: %q", len(fields), fields)
	}
	for _, f := range fields {
		if !strings.Contains(f, `type="hidden"`) && !strings.HasPrefix(f, "<select") {
			t.Error(f)
		}
	}
}

func TestPages(t *testing.T) {
	r := newRig(t)
	charge, err := r.Debit(context.Background(), r.request(r.card("needs_authentication"), "purchase_1", money.Dollars(5)))
	if err != nil {
		t.Fatal(err)
	}
	english, ended := r.visit("en"), r.visit("en")
	r.ask(http.MethodPost, ended.URL, url.Values{"card": {"succeeds"}})
	for _, c := range []struct {
		name, method, address string
		form                  url.Values
		status                int
		says                  []string
	}{
		{"setup", http.MethodGet, english.URL, nil, 200, []string{`lang="en"`, "<h1>Test payments: no money moves</h1>", "Visa ending 4242", `href="http://app.test/cancel"`}},
		{"setup in Italian", http.MethodGet, r.visit("it").URL, nil, 200, []string{`lang="it"`, "<h1>Pagamenti di prova: non si muove denaro</h1>", "Annulla"}},
		{"no card chosen", http.MethodPost, english.URL, nil, 422, []string{"Choose one of the cards."}},
		{"no such card", http.MethodPost, english.URL, url.Values{"card": {"4242424242424242"}}, 422, []string{"Choose one of the cards."}},
		{"ended visit", http.MethodGet, ended.URL, nil, 200, []string{"A card was added already", "http://app.test/back?a=1&amp;session=" + ended.Session}},
		{"unknown visit", http.MethodGet, english.URL + "x", nil, 404, []string{"Nothing is here"}},
		{"unknown visit, post", http.MethodPost, english.URL + "x", url.Values{"card": {"succeeds"}}, 404, []string{"Nothing is here"}},
		{"charge", http.MethodGet, charge.ActionURL, nil, 200, []string{"Confirm this payment", "$5.00"}},
		{"unknown charge", http.MethodGet, charge.ActionURL + "x", nil, 404, []string{"Nothing is here"}},
		{"unknown charge, post", http.MethodPost, charge.ActionURL + "x", url.Values{"answer": {"refuse"}}, 404, []string{"Nothing is here"}},
		{"home", http.MethodGet, r.web.URL + "/test-provider/", nil, 200, []string{"no money moves"}},
		{"nowhere", http.MethodGet, r.web.URL + "/test-provider/nowhere", nil, 404, []string{"Nothing is here"}},
		{"dashboard", http.MethodGet, r.dashboard(""), nil, 200, []string{"Dashboard", "Waits for authentication · card “Needs authentication”"}},
		{"a charge on the dashboard", http.MethodGet, r.dashboard(charge.ID), nil, 200, []string{"$5.00", "Waits for authentication"}},
		{"a paid one on the dashboard", http.MethodGet, r.dashboard(r.paid("purchase_2").ID), nil, 200, []string{"Give back or claim back", "Open a dispute"}},
		{"style", http.MethodGet, r.web.URL + "/test-provider/style.css", nil, 200, []string{"color-scheme"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, body := r.ask(c.method, c.address, c.form)
			if page.StatusCode != c.status {
				t.Errorf("status %s", page.Status)
			}
			for _, text := range c.says {
				if !strings.Contains(body, text) {
					t.Errorf("does not say %q:\n%s", text, body)
				}
			}
			for _, inline := range []string{"style=", "<style", "<script", " onclick", "http://fonts", "https://"} {
				if strings.Contains(body, inline) {
					t.Errorf("has %s", inline)
				}
			}
			for header, want := range map[string]string{
				"Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
				"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "no-referrer",
			} {
				if got := page.Header.Get(header); got != want {
					t.Errorf("%s: %q", header, got)
				}
			}
		})
	}
}

func TestAVisitEndsOnce(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	v := r.visit("en")
	if found, err := r.Setup(ctx, v.Session); err != nil || found.Done {
		t.Errorf("before: %+v %v", found, err)
	}
	for _, kind := range []string{"declined", "succeeds"} { // a double click, even with another card
		answer, _ := r.ask(http.MethodPost, v.URL, url.Values{"card": {kind}})
		if got, want := answer.Header.Get("Location"), "http://app.test/back?a=1&session="+v.Session; got != want {
			t.Errorf("back to %q, want %q", got, want)
		}
	}
	if found, err := r.Setup(ctx, v.Session); err != nil || found.Card.Last4 != "0002" {
		t.Errorf("after: %+v %v", found, err)
	}
	if _, err := r.Setup(ctx, "test_session_x"); !errors.Is(err, billing.ErrNoSetup) {
		t.Errorf("unknown: %v", err)
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	r := newRig(t)
	v := r.visit("en")
	q, err := http.NewRequest(http.MethodPost, v.URL, strings.NewReader("card=succeeds"))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Sec-Fetch-Site", "cross-site")
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusForbidden {
		t.Errorf("answered %s", answer.Status)
	}
}
