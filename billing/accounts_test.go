package billing_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
)

func TestANewAccountCannotBeCharged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := must(d.CreateAccount(t.Context(), billing.NewAccount{
			Email: "  Ada@Example.ORG ", Name: "Ada\tLovelace", Plan: "max_20x", Locale: "it", TimeZone: "Europe/Rome",
		}))(t)
		if !strings.HasPrefix(id, "acc_") {
			t.Errorf("id %q", id)
		}
		p := must(d.Profile(t.Context(), id))(t)
		if p.Email != "ada@example.org" || p.Name != "Ada Lovelace" || p.Locale != "it" || p.TimeZone != "Europe/Rome" || p.HasPassword {
			t.Errorf("profile %+v", p)
		}
		s := must(d.Status(t.Context(), id))(t)
		if s.Enabled || s.Limit.Kind != billing.LimitUnset || s.Balance != 0 || s.Preference != billing.AskFirst || s.Reload.On || !s.HasPlan {
			t.Errorf("status %+v", s)
		}
		rome := must(time.LoadLocation("Europe/Rome"))(t)
		if want := time.Date(2026, 11, 1, 0, 0, 0, 0, rome); !s.MonthStart.Equal(want) {
			t.Errorf("month starts %v, want %v", s.MonthStart, want)
		}
		if want := time.Date(2026, 12, 1, 0, 0, 0, 0, rome); !s.MonthEnd.Equal(want) || !p.TimeZoneFrom.Equal(want) {
			t.Errorf("month ends %v, a new zone would act from %v, want %v", s.MonthEnd, p.TimeZoneFrom, want)
		}
	})
}

func TestAccountsAreRefused(t *testing.T) {
	d := newDesk(t, func(clock func() time.Time) *models.Store { return must(openSQLite(t, clock))(t) })
	d.account("taken@example.org")
	d.staff("staff@example.org")
	long := strings.Repeat("x", 201)
	for name, c := range map[string]struct {
		account billing.NewAccount
		field   string
		code    string
	}{
		"no e-mail":         {billing.NewAccount{}, "email", "email_invalid"},
		"no at":             {billing.NewAccount{Email: "ada"}, "email", "email_invalid"},
		"a name with it":    {billing.NewAccount{Email: "Ada <ada@example.org>"}, "email", "email_invalid"},
		"two addresses":     {billing.NewAccount{Email: "a@example.org, b@example.org"}, "email", "email_invalid"},
		"a quoted space":    {billing.NewAccount{Email: `"a b"@example.org`}, "email", "email_invalid"},
		"a new line":        {billing.NewAccount{Email: "a@example.org\nBcc: b@example.org"}, "email", "email_invalid"},
		"a NUL":             {billing.NewAccount{Email: "a\x00@example.org"}, "email", "email_invalid"},
		"too long":          {billing.NewAccount{Email: strings.Repeat("a", 250) + "@example.org"}, "email", "email_invalid"},
		"a bare machine":    {billing.NewAccount{Email: "a@[192.0.2.1]"}, "email", "email_invalid"},
		"a closed one's":    {billing.NewAccount{Email: "closed.acc_1@closed.invalid"}, "email", "email_invalid"},
		"taken":             {billing.NewAccount{Email: "TAKEN@example.org"}, "email", "email_taken"},
		"taken by staff":    {billing.NewAccount{Email: "staff@example.org"}, "email", "email_taken"},
		"an unknown zone":   {billing.NewAccount{Email: "a@example.org", TimeZone: "Europe/Atlantis"}, "time_zone", "time_zone_unknown"},
		"this machine's":    {billing.NewAccount{Email: "a@example.org", TimeZone: "Local"}, "time_zone", "time_zone_unknown"},
		"a path":            {billing.NewAccount{Email: "a@example.org", TimeZone: "../etc/passwd"}, "time_zone", "time_zone_unknown"},
		"another language":  {billing.NewAccount{Email: "a@example.org", Locale: "de"}, "locale", "locale_unknown"},
		"another plan":      {billing.NewAccount{Email: "a@example.org", Plan: "max_5x"}, "plan", "plan_unknown"},
		"a long name":       {billing.NewAccount{Email: "a@example.org", Name: long}, "name", "too_long"},
		"a short password":  {billing.NewAccount{Email: "a@example.org", Password: "ab7!xyz"}, "password", "password_short"},
		"a long password":   {billing.NewAccount{Email: "a@example.org", Password: strings.Repeat("ab7!", 257)}, "password", "password_long"},
		"a common password": {billing.NewAccount{Email: "a@example.org", Password: "P@ssw0rd2026"}, "password", "password_common"},
		"a bad id":          {billing.NewAccount{ID: "a/b", Email: "a@example.org"}, "id", "account_id_malformed"},
	} {
		_, err := d.CreateAccount(t.Context(), c.account)
		f := billing.AsFault(err)
		if f == nil || f.Code != c.code || f.Field != c.field || f.Kind != billing.Invalid {
			t.Errorf("%s: %v, want %s in %s", name, err, c.code, c.field)
		}
	}
	_, err := d.CreateStaff(t.Context(), billing.NewStaff{Email: "taken@example.org"})
	d.want("email_taken", err)
	_, err = d.CreateStaff(t.Context(), billing.NewStaff{Email: "new@example.org", Locale: "fr"})
	d.want("locale_unknown", err)
}

func TestOneEmailIsOnePerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		for round := range 8 {
			email := fmt.Sprintf("ada%d@example.org", round)
			got := counted(12, func(i int) (err error) {
				if i%2 == 0 {
					_, err = d.CreateAccount(t.Context(), billing.NewAccount{Email: email})
				} else {
					_, err = d.CreateStaff(t.Context(), billing.NewStaff{Email: email})
				}
				return err
			})
			if want := map[string]int{"": 1, "email_taken": 11}; !reflect.DeepEqual(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		}
	})
}

func TestProvisionMakesAndChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		n := billing.NewAccount{ID: "cust-42", Email: "ada@example.org", Name: "Ada", Plan: "max_20x", Locale: "it", TimeZone: "Europe/Rome"}
		view, created, err := d.ProvisionAccount(t.Context(), n)
		want := billing.AccountView{
			ID: "cust-42", Email: "ada@example.org", Name: "Ada", Plan: "max_20x", Locale: "it", TimeZone: "Europe/Rome", CreatedAt: deskStart,
		}
		if err != nil || !created || view != want {
			t.Fatalf("%+v, created %v, %v; want %+v", view, created, err, want)
		}
		d.wait(time.Hour)
		view, created, err = d.ProvisionAccount(t.Context(), n)
		if err != nil || created || view != want || len(d.history("cust-42")) != 0 {
			t.Fatalf("again: %+v, created %v, %v, %v", view, created, err, d.history("cust-42"))
		}
		view, _, err = d.ProvisionAccount(t.Context(), billing.NewAccount{ID: "cust-42", Email: "ADA@example.com", Plan: "max_20x", Locale: "en"})
		want.Email, want.Locale = "ada@example.com", "en" // what was left empty stays
		if err != nil || view != want {
			t.Errorf("changed: %+v, %v; want %+v", view, err, want)
		}
		if got, want := d.history("cust-42"), []string{"locale it en client", "email a•••@example.org a•••@example.com client"}; !reflect.DeepEqual(got, want) {
			t.Errorf("history %q, want %q", got, want)
		}
		d.account("bob@example.org")
		_, _, err = d.ProvisionAccount(t.Context(), billing.NewAccount{ID: "cust-42", Email: "bob@example.org"})
		d.want("email_taken", err)
		_, _, err = d.ProvisionAccount(t.Context(), billing.NewAccount{ID: "cust-43", Email: "bob@example.org"})
		d.want("email_taken", err)
		for _, id := range []string{"", "ab", "a b c", "ä-account", strings.Repeat("x", 65)} {
			_, _, err = d.ProvisionAccount(t.Context(), billing.NewAccount{ID: id, Email: "new@example.org"})
			d.want("account_id_malformed", err)
		}
	})
}

func TestProvisionAtOnceMakesOneAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		made := make([]bool, 8)
		got := counted(len(made), func(i int) (err error) {
			_, made[i], err = d.ProvisionAccount(t.Context(), billing.NewAccount{ID: "cust-42", Email: "ada@example.org", Plan: "max_20x"})
			return err
		})
		n := 0
		for _, m := range made {
			if m {
				n++
			}
		}
		if got[""] != len(made) || n != 1 {
			t.Errorf("faults %v, made %d times", got, n)
		}
	})
}

func TestWithoutAPlanExtraUsageGoesOffAndCreditsStay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := d.account("ada@example.org")
		d.change(id, func(m *models.MeterState) {
			m.Meter.ExtraUsage, m.Meter.ExtraUsageSinceAt = true, m.Now
			m.AppendEntry(&models.Entry{MonthStartsAt: m.Meter.MonthStartsAt, Kind: "purchase", Contra: "clearing", Amount: 20e9, PurchaseID: "p"})
		})
		_, _, err := d.ProvisionAccount(t.Context(), billing.NewAccount{ID: id, Email: "ada@example.org"})
		d.ok(err)
		s := must(d.Status(t.Context(), id))(t)
		if s.Enabled || s.HasPlan || s.Balance != 20e9 {
			t.Errorf("on %v, plan %v, balance %s", s.Enabled, s.HasPlan, s.Balance.Decimal())
		}
		if got, want := d.history(id), []string{"extra_usage on off system", "plan max_20x none client"}; !reflect.DeepEqual(got, want) {
			t.Errorf("history %q, want %q", got, want)
		}
		_, _, err = d.ProvisionAccount(t.Context(), billing.NewAccount{ID: id, Email: "ada@example.org", Plan: "max_20x"})
		d.ok(err)
		if s := must(d.Status(t.Context(), id))(t); s.Enabled || !s.HasPlan {
			t.Errorf("the plan's return switched extra usage on: %+v", s)
		}
	})
}

func TestANewZoneActsFromTheNextMonth(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := d.account("ada@example.org") // UTC
		d.wait(30 * 24 * time.Hour)        // 10 December: the row of November is the newest
		d.ok(d.SaveTimeZone(t.Context(), id, "Europe/Rome"))
		d.ok(d.SaveTimeZone(t.Context(), id, "America/New_York"))
		d.want("time_zone_unknown", d.SaveTimeZone(t.Context(), id, "Mars/Olympus"))
		end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
		p := must(d.Profile(t.Context(), id))(t)
		if p.TimeZone != "America/New_York" || p.ZoneInForce != "UTC" || !p.TimeZoneFrom.Equal(end) {
			t.Errorf("zone %s, in force %s, from %v", p.TimeZone, p.ZoneInForce, p.TimeZoneFrom)
		}
		if s := must(d.Status(t.Context(), id))(t); !s.MonthEnd.Equal(end) {
			t.Errorf("the running month ends %v, want %v", s.MonthEnd, end)
		}
		d.wait(30 * 24 * time.Hour) // 9 January
		newYork := must(time.LoadLocation("America/New_York"))(t)
		s, p := must(d.Status(t.Context(), id))(t), must(d.Profile(t.Context(), id))(t)
		if want := time.Date(2027, 2, 1, 0, 0, 0, 0, newYork); !s.MonthStart.Equal(end) || !s.MonthEnd.Equal(want) || !p.TimeZoneFrom.Equal(want) {
			t.Errorf("the next month is %v to %v (profile: %v), want %v to %v", s.MonthStart, s.MonthEnd, p.TimeZoneFrom, end, want)
		}
		if p.ZoneInForce != "America/New_York" {
			t.Errorf("in force: %s", p.ZoneInForce)
		}
		want := []string{"time_zone Europe/Rome America/New_York subscriber", "time_zone UTC Europe/Rome subscriber"}
		if got := d.history(id); !reflect.DeepEqual(got, want) {
			t.Errorf("history %q, want %q", got, want)
		}
	})
}

// openSQLite is a store for tests that ask about rules, not about a database.
func openSQLite(t testing.TB, clock func() time.Time) (*models.Store, error) {
	store, err := models.Open(storetest.SQLite(t), clock)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { store.Close() })
	return store, store.Migrate(t.Context())
}
