package views

import (
	"testing"
	"time"

	"extrausage/money"
)

func TestLangWordsValues(t *testing.T) {
	at := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
	en, it := NewLang("en", time.UTC), NewLang("it", rome())
	for name, c := range map[string]struct{ got, want string }{
		"money en":       {en.Money(money.Cents(123456789)), "$1,234,567.89"},
		"money it":       {it.Money(money.Cents(123456789)), "$1.234.567,89"},
		"round en":       {en.MoneyRound(1), "<$0.01"},
		"field it":       {it.AmountField(money.Cents(1250)), "12,50"},
		"int en":         {en.Int(1234567), "1,234,567"},
		"int it":         {it.Int64(-1234567), "-1.234.567"},
		"int small":      {en.Int(999), "999"},
		"percent":        {it.Percent(62), "62%"},
		"date en":        {en.Date(at), "30 November 2026"},
		"date it":        {it.Date(at), "1 dicembre 2026"},
		"instant en":     {en.DateTime(at), "30 November 2026, 23:00 UTC"},
		"instant it":     {it.DateTime(at), "1 dicembre 2026, 00:00 CET"},
		"month it":       {it.Month(at), "dicembre 2026"},
		"short day":      {it.ShortDay(at), "1 dic"},
		"clock":          {it.Clock(at), "00:00:00"},
		"and of none":    {en.And(), ""},
		"and of one":     {en.And("a"), "a"},
		"and of three":   {it.And("a", "b", "c"), "a, b e c"},
		"span":           {en.Span(125 * time.Minute), "2 h 05 min"},
		"span hours":     {en.Span(3 * time.Hour), "3 h"},
		"span up":        {en.Span(time.Second), "1 min"},
		"amount in text": {it.T(MsgLimitSaved, "Limit", money.Dollars(50)), "Ora il tuo limite di spesa mensile è $50,00."},
		"other language": {NewLang("fr", nil).Tag(), "en"},
		"zero":           {Lang{}.T("base.nav_usage"), "Usage"},
		"zero time":      {Lang{}.Time(at), "23:00 UTC"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", name, c.got, c.want)
		}
	}
}

func TestWhen(t *testing.T) {
	now := time.Date(2026, 12, 30, 14, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		at     time.Time
		en, it string
	}{
		{now.Add(time.Hour), "today at 15:00 UTC", "oggi alle 16:00 CET"},
		{now.Add(9*time.Hour + 30*time.Minute), "today at 23:30 UTC", "domani alle 00:30 CET"},
		{now.AddDate(0, 0, 1), "tomorrow at 14:00 UTC", "domani alle 15:00 CET"},
		{time.Date(2026, 11, 8, 12, 0, 0, 0, time.UTC), "on 8 November at 12:00 UTC", "l'8 novembre alle 13:00 CET"},
		{time.Date(2026, 7, 11, 12, 0, 0, 0, time.UTC), "on 11 July at 12:00 UTC", "l'11 luglio alle 14:00 CEST"},
		{time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC), "on 1 February 2027 at 00:00 UTC", "il 1 febbraio 2027 alle 01:00 CET"},
	} {
		if got := NewLang("en", time.UTC).When(c.at, now); got != c.en {
			t.Errorf("got %q, want %q", got, c.en)
		}
		if got := NewLang("it", rome()).When(c.at, now); got != c.it {
			t.Errorf("got %q, want %q", got, c.it)
		}
	}
}

func TestZoneNames(t *testing.T) {
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for zone, want := range map[string]string{
		"UTC": "UTC", "Europe/Rome": "CET", "Asia/Kathmandu": "UTC+5:45", "America/Sao_Paulo": "UTC-3", "Asia/Dubai": "UTC+4",
	} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := NewLang("en", loc).ZoneName(at); got != want {
			t.Errorf("%s: got %q, want %q", zone, got, want)
		}
	}
}

func TestPlurals(t *testing.T) {
	en, it := NewLang("en", nil), NewLang("it", nil)
	for _, c := range []struct{ got, want string }{
		{en.N("usage.spending_days", 1), "1 day"},
		{en.N("usage.spending_days", 0), "0 days"},
		{it.N("usage.spending_days", 1), "1 giorno"},
		{it.N("usage.spending_days", 7), "7 giorni"},
		{it.N("usage.spending_days", 1_000_000), "1.000.000 di giorni"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
