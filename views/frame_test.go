package views

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestDocumentTitle(t *testing.T) {
	f := Frame{Lang: NewLang("en", nil)}
	for _, c := range []struct {
		frame Frame
		want  string
	}{
		{f, "Extra Usage"},
		{f.Named("usage.title"), "Usage · Extra Usage"},
		{f.Named("usage.title").With(Field{Error: "x"}), "Error: Usage · Extra Usage"},
		{f.Named("usage.title").With(Field{}).Failed(false), "Usage · Extra Usage"},
		{Frame{Lang: f.Lang, Title: "base.nav_billing"}.Named("usage.title"), "Billing · Extra Usage"},
	} {
		if got := c.frame.DocumentTitle(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestCurrentSetting(t *testing.T) {
	for path, want := range map[string]string{
		"/settings/usage":                          "/settings/usage",
		"/settings/usage/enable/review":            "/settings/usage",
		"/settings/usage/activity":                 "/settings/usage/activity",
		"/settings/usage/activity/evt_1":           "/settings/usage/activity",
		"/settings/billing/invoices/2026-11":       "/settings/billing",
		"/settings/usages":                         "",
		"/support":                                 "",
		"/settings/profile":                        "/settings/profile",
		"/settings/usage/activityother":            "/settings/usage",
		"/settings/billing/payment-method/replace": "/settings/billing",
	} {
		if got := currentSetting(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestHeaderKnowsWhoIsThere(t *testing.T) {
	l := NewLang("en", nil)
	for name, c := range map[string]struct {
		frame        Frame
		says, silent string
	}{
		"nobody":     {publicFrame(l, "/pricing"), "Sign in", "Sign out"},
		"subscriber": {sampleFrame(l, "/settings/usage"), "ada@example.com", "Support"},
		"staff":      {staffFrame(l, "/support"), "Support", "Test payments"},
	} {
		said := text(parsed(t, Layout(c.frame)))
		if !strings.Contains(said, c.says) || strings.Contains(said, c.silent) {
			t.Errorf("%s: %q", name, said)
		}
	}
}

func TestLanguageSwitchReturns(t *testing.T) {
	doc := parsed(t, Layout(publicFrame(NewLang("it", nil), "/pricing")))
	form := formsTo(doc, "/language")[0]
	if got := fields(form); got["next"] != "/pricing" || got["locale"] != "en|it" {
		t.Errorf("fields %v", got)
	}
	current := all(form, func(e *html.Node) bool { return attr(e, "aria-current") == "true" })
	if len(current) != 1 || attr(current[0], "value") != "it" {
		t.Error("the language in use is not marked")
	}
}

func TestFlashOffersUndo(t *testing.T) {
	f := sampleFrame(NewLang("it", nil), "/settings/usage")
	f.Flash = &Flash{
		Kind: KindSuccess, MessageID: MsgLimitSaved, Args: []any{"Limit", usd(8000)},
		Undo: &Undo{Action: "/settings/usage/undo", Change: "chg_9", LabelID: MsgUndoLimit, Args: []any{"Limit", usd(5000)}},
	}
	for name, page := range map[string]*html.Node{"plain": parsed(t, Layout(f)), "settings": parsed(t, SettingsLayout(f))} {
		region := byID(page, "flash")
		if got := text(region); got != "Ora il tuo limite di spesa mensile è $80,00. Torna a $50,00" {
			t.Errorf("%s: %q", name, got)
		}
		if got := fields(formsTo(region, "/settings/usage/undo")[0]); got["change"] != "chg_9" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestHTMXIsLockedDown(t *testing.T) {
	doc := parsed(t, Layout(publicFrame(NewLang("en", nil), "/")))
	for _, e := range all(doc, tagged("meta")) {
		if attr(e, "name") != "htmx-config" {
			continue
		}
		for _, want := range []string{`"mode":"same-origin"`, `"extensions":"sse"`, `"noSwap":[204,304,"5xx"]`, `"includeIndicatorCSS":false`, `"history":false`} {
			if !strings.Contains(attr(e, "content"), want) {
				t.Errorf("want %s in %s", want, attr(e, "content"))
			}
		}
		return
	}
	t.Error("no htmx-config")
}
