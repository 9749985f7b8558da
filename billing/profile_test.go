package billing_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
)

func TestSaveLocaleAndInvoiceAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := d.account("ada@example.org")
		d.ok(d.SaveLocale(t.Context(), id, "it"))
		d.ok(d.SaveLocale(t.Context(), id, "it")) // nothing new
		d.want("locale_unknown", d.SaveLocale(t.Context(), id, "de"))
		typed := billing.InvoiceAddress{Name: " Ada\x00 Lovelace ", Company: "Analytical\nEngines", Address: "Via Roma 1\r\n  00100 Roma\r\n", TaxID: "IT123"}
		saved := billing.InvoiceAddress{Name: "Ada  Lovelace", Company: "Analytical Engines", Address: "Via Roma 1\n00100 Roma", TaxID: "IT123"}
		d.ok(d.SaveInvoiceAddress(t.Context(), id, typed))
		d.ok(d.SaveInvoiceAddress(t.Context(), id, saved)) // nothing new
		p := must(d.Profile(t.Context(), id))(t)
		if p.Locale != "it" || p.InvoiceAddress != saved || !p.HasPassword {
			t.Errorf("profile %+v", p)
		}
		for field, i := range map[string]billing.InvoiceAddress{
			"name": {Name: strings.Repeat("è", 201)}, "company": {Company: strings.Repeat("è", 201)},
			"address": {Address: strings.Repeat("è", 501)}, "tax_id": {TaxID: strings.Repeat("1", 51)},
		} {
			if f := billing.AsFault(d.SaveInvoiceAddress(t.Context(), id, i)); f == nil || f.Code != "too_long" || f.Field != field {
				t.Errorf("%s: %v", field, f)
			}
		}
		d.ok(d.SaveInvoiceAddress(t.Context(), id, billing.InvoiceAddress{Name: strings.Repeat("è", 200)}))
		want := []string{"invoice_address  changed subscriber", "invoice_address  changed subscriber", "locale en it subscriber"}
		if got := d.history(id); !reflect.DeepEqual(got, want) {
			t.Errorf("history %q, want %q", got, want)
		}
		d.want("not_found", d.SaveLocale(t.Context(), "acc_none", "it"))
		_, err := d.Profile(t.Context(), "acc_none")
		d.want("not_found", err)
	})
}

func TestTheProfileLeavesFormsAboutMoneyAlone(t *testing.T) {
	d := newDesk(t, func(clock func() time.Time) *models.Store { return must(openSQLite(t, clock))(t) })
	id := d.account("ada@example.org")
	before := must(d.Status(t.Context(), id))(t).Version
	d.ok(d.SaveLocale(t.Context(), id, "it"))
	d.ok(d.SaveTimeZone(t.Context(), id, "Europe/Rome"))
	if after := must(d.Status(t.Context(), id))(t).Version; after != before {
		t.Errorf("version %d became %d: an open form about the limit would be refused", before, after)
	}
}

func TestChangePassword(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := d.account("ada@example.org")
		here, elsewhere, link := d.signIn("ada@example.org"), d.signIn("ada@example.org"), d.linkTo("ada@example.org")
		for _, c := range []struct{ current, next, field, code string }{
			{otherPassword, otherPassword, "current_password", "password_wrong"},
			{"", otherPassword, "current_password", "password_wrong"},
			{goodPassword, "", "new_password", "password_missing"},
			{goodPassword, "short", "new_password", "password_short"},
			{goodPassword, "ada@example.org", "new_password", "password_common"},
		} {
			if f := billing.AsFault(d.ChangePassword(t.Context(), here, c.current, c.next)); f == nil || f.Code != c.code || f.Field != c.field {
				t.Errorf("%q to %q: %v, want %s in %s", c.current, c.next, f, c.code, c.field)
			}
		}
		must(d.Session(t.Context(), elsewhere))(t)
		d.ok(d.ChangePassword(t.Context(), here, goodPassword, otherPassword))
		must(d.Session(t.Context(), here))(t)
		_, err := d.Session(t.Context(), elsewhere)
		d.want("session_over", err)
		_, _, err = d.LinkInfo(t.Context(), link)
		d.want("link_gone", err)
		_, err = d.SignIn(t.Context(), "ada@example.org", goodPassword, browser)
		d.want("sign_in_failed", err)
		must(d.SignIn(t.Context(), "ada@example.org", otherPassword, browser))(t)
		if got, want := d.history(id), []string{"password  changed subscriber"}; !reflect.DeepEqual(got, want) {
			t.Errorf("history %q, want %q", got, want)
		}
		d.want("session_over", d.ChangePassword(t.Context(), "x", goodPassword, otherPassword))
	})
}

func TestTheHistoryComesInPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id, other := d.account("ada@example.org"), d.account("bob@example.org")
		d.ok(d.SaveLocale(t.Context(), other, "it"))
		for i := range 5 {
			d.wait(time.Minute)
			d.ok(d.SaveLocale(t.Context(), id, []string{"it", "en"}[i%2]))
		}
		var seen []time.Duration
		pages, at := 0, billing.Place{}
		for {
			page, err := d.SettingChanges(t.Context(), id, at, 2)
			d.ok(err)
			for _, c := range page.Changes {
				seen = append(seen, c.At.Sub(deskStart)/time.Minute)
			}
			pages++
			if at.Before = page.Older; at.Before == "" {
				break
			}
		}
		if want := []time.Duration{5, 4, 3, 2, 1}; pages != 3 || !reflect.DeepEqual(seen, want) {
			t.Errorf("%d pages, minutes %v, want 3 with %v", pages, seen, want)
		}
	})
}

// used puts usage, an entry, a purchase, a card and a consent into an account.
func (d *desk) used(id string) {
	d.t.Helper()
	d.tx(func(tx *models.Tx) error {
		m, err := tx.Lock(id)
		if err != nil {
			return err
		}
		card := &models.PaymentMethod{
			AccountID: id, ID: "pm_1", Provider: "test", Customer: "cus_secret", Method: "pm_secret", Brand: "visa", Last4: "4242", AddedAt: tx.Now,
		}
		purchase := &models.Purchase{
			AccountID: id, ID: "purchase_1", Kind: "manual", State: "succeeded", Amount: 20e9, PaymentMethodID: "pm_1",
			MonthStartsAt: m.Meter.MonthStartsAt, Provider: "test", ReceiptNumber: 1, PlannedAt: tx.Now, EndedAt: tx.Now,
		}
		consent := &models.Consent{AccountID: id, ID: "consent_1", At: tx.Now, Locale: "en", Terms: "up to $50.00", Button: "Turn on", LimitKind: "amount"}
		for _, err := range []error{tx.AddCard(card), tx.AddPurchase(purchase), tx.AddConsent(consent)} {
			if err != nil {
				return err
			}
		}
		m.AppendEntry(&models.Entry{MonthStartsAt: m.Meter.MonthStartsAt, Kind: "purchase", Contra: "clearing", Amount: 20e9, PurchaseID: "purchase_1"})
		m.AddUsage(&models.Usage{
			AccountID: id, ID: "usage_1", ModelID: "claude-haiku-4-5", Model: "Haiku 4.5", Tier: "standard", OccurredAt: tx.Now, ArrivedAt: tx.Now,
			InputTokens: 1000, Cost: 1e6, Plan: 1e6, MonthStartsAt: m.Meter.MonthStartsAt,
		}, "2026-11-10")
		m.Meter.ExtraUsage, m.Meter.ExtraUsageSinceAt = true, m.Now
		m.Meter.ReloadOn, m.Meter.ReloadThreshold, m.Meter.ReloadTarget, m.Meter.ReloadWantedAt = true, 5e9, 20e9, m.Now
		return tx.Save(m)
	})
}

func TestExportHoldsEverything(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id, other := d.account("ada@example.org"), d.account("bob@example.org")
		staff := d.staff("sam@example.org")
		d.used(id)
		d.used(other)
		d.signIn("ada@example.org")
		d.signIn("bob@example.org")
		d.ok(d.SaveLocale(t.Context(), id, "it"))
		must(d.StartLook(t.Context(), staff, id, "asked for help", "T-1"))(t)
		must(d.Look(t.Context(), staff, id))(t)
		e := must(d.ExportData(t.Context(), id))(t)
		text := string(must(json.Marshal(e))(t))
		for _, want := range []string{
			`"account_id":"` + id + `"`, `"email":"ada@example.org"`, `"tax_id":""`, `"amount":"20"`, `"plan_part":"0.001"`, `"balance_after":"20"`,
			`"terms":"up to $50.00"`, `"last4":"4242"`, `"receipt_number":1`, `"reason":"asked for help"`, `"user_agent":"Firefox"`,
			`"setting":"locale","old":"en","new":"it"`, `"occurred_at":"2026-11-10T09:00:00Z"`,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the export lacks %s", want)
			}
		}
		for _, never := range []string{"argon2id", "secret", "bob@", other} {
			if strings.Contains(text, never) {
				t.Errorf("the export holds %q: %s", never, text)
			}
		}
		for name, n := range map[string]int{
			"setting changes": len(e.SettingChanges), "usages": len(e.Usages), "entries": len(e.Entries), "purchases": len(e.Purchases),
			"cards": len(e.Cards), "consents": len(e.Consents), "sessions": len(e.Sessions), "staff views": len(e.StaffViews),
		} {
			if n != 1 {
				t.Errorf("%d %s, want 1", n, name)
			}
		}
		empty := must(d.ExportData(t.Context(), d.account("eve@example.org")))(t)
		if text := string(must(json.Marshal(empty))(t)); strings.Contains(text, "null") {
			t.Errorf("an empty list is null: %s", text)
		}
	})
}

func TestCloseAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := d.account("ada@example.org")
		d.used(id)
		d.ok(d.SaveInvoiceAddress(t.Context(), id, billing.InvoiceAddress{Name: "Ada Lovelace", Company: "Engines", Address: "Via Roma", TaxID: "IT1"}))
		session, link := d.signIn("ada@example.org"), d.linkTo("ada@example.org")
		d.want("close_unconfirmed", d.CloseAccount(t.Context(), id, "bob@example.org"))
		must(d.Session(t.Context(), session))(t)
		d.ok(d.CloseAccount(t.Context(), id, " ADA@example.org"))

		s := must(d.Status(t.Context(), id))(t)
		if !s.Closed || s.Enabled || s.Reload.On || s.Card != nil || s.Balance != 20e9 {
			t.Errorf("status %+v", s)
		}
		p := must(d.Profile(t.Context(), id))(t)
		if p.Email != "closed."+id+"@closed.invalid" || p.InvoiceAddress != (billing.InvoiceAddress{}) || p.HasPassword {
			t.Errorf("profile %+v", p)
		}
		text := string(must(json.Marshal(must(d.ExportData(t.Context(), id))(t)))(t))
		for _, gone := range []string{"ada@", "Ada", "Lovelace", "Engines", "Via Roma", "IT1", "Firefox"} {
			if strings.Contains(text, gone) {
				t.Errorf("%q is still there: %s", gone, text)
			}
		}
		if !strings.Contains(text, "purchase_1") {
			t.Error("the ledger is gone")
		}
		want := []string{
			"account open closed subscriber", "auto_reload 5..20 off subscriber", "extra_usage on off subscriber", "invoice_address  changed subscriber",
		}
		if got := d.history(id); !reflect.DeepEqual(got, want) {
			t.Errorf("history %q, want %q", got, want)
		}
		d.tx(func(tx *models.Tx) error {
			m, err := tx.Lock(id)
			if err == nil && m.Meter.ReloadWantedAt != 0 {
				t.Error("a reload is still wanted")
			}
			return err
		})
		_, err := d.Session(t.Context(), session)
		d.want("session_over", err)
		_, _, err = d.LinkInfo(t.Context(), link)
		d.want("link_gone", err)
		_, err = d.SignIn(t.Context(), "ada@example.org", goodPassword, browser)
		d.want("sign_in_failed", err)
		for what, err := range map[string]error{
			"close":  d.CloseAccount(t.Context(), id, p.Email),
			"locale": d.SaveLocale(t.Context(), id, "it"),
			"email":  d.AskEmailChange(t.Context(), id, "new@example.org"),
			"provision": func() error {
				_, _, err := d.ProvisionAccount(t.Context(), billing.NewAccount{ID: id, Email: "ada@example.org", Plan: "max_20x"})
				return err
			}(),
		} {
			if codeOf(err) != "account_closed" {
				t.Errorf("%s: %v", what, err)
			}
		}
		d.account("ada@example.org") // the e-mail is free again
	})
}
