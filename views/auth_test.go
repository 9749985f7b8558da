package views

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestSignInForm(t *testing.T) {
	l := NewLang("en", nil)
	sent := fields(onlyForm(t, sample(t, l, "sign-in"), "/sign-in"))
	if sent["next"] != "/settings/billing" {
		t.Errorf("next is %q", sent["next"])
	}
	doc := sample(t, l, "sign-in-errors")
	if got := attr(byID(doc, "email"), "value"); got != "ada@example.com" {
		t.Errorf("the address typed is lost: %q", got)
	}
	says(t, doc, "E-mail address and password do not belong together.")
	if attr(byID(doc, "email"), "autocomplete") != "username" || attr(byID(doc, "password"), "autocomplete") != "current-password" {
		t.Error("password managers are not helped")
	}
	for _, a := range []string{"/sign-in/link"} {
		if len(all(byID(doc, "main"), func(e *html.Node) bool { return attr(e, "href") == a })) != 1 {
			t.Errorf("no link to %s", a)
		}
	}
}

// TestPasswordsAreNeverSentBack whatever a handler puts into the field.
func TestPasswordsAreNeverSentBack(t *testing.T) {
	l := NewLang("en", nil)
	secret := func(name string) Field { return Field{Name: name, Value: "hunter2hunter2"} }
	pages := map[string]string{
		"sign in":      rendered(t, SignInPage(SignInProps{Frame: publicFrame(l, "/sign-in"), Email: Field{Name: "email"}, Password: secret("password")})),
		"set password": rendered(t, SetPasswordPage(SetPasswordProps{Frame: publicFrame(l, "/x"), Action: "/x", Password: secret("password")})),
		"step up":      rendered(t, StepUpPage(StepUpProps{Frame: sampleFrame(l, "/x"), Action: "/x", Password: secret("current_password")})),
		"profile":      rendered(t, PasswordSection(PasswordProps{Lang: l, Exists: true, Current: secret("current_password"), New: secret("new_password")})),
	}
	for name, page := range pages {
		if strings.Contains(page, "hunter2") {
			t.Errorf("%s sends the password back", name)
		}
	}
}

func TestLinkPageDoesNotTellWhetherAnAccountExists(t *testing.T) {
	doc := sample(t, NewLang("en", nil), "sign-in-link-sent")
	says(t, doc, "Check your mail", "If ada@example.com belongs to an account", "for 30 minutes")
	gone := sample(t, NewLang("en", nil), "sign-in-link-gone")
	says(t, gone, "This link no longer works", "more than 30 minutes old")
	onlyForm(t, gone, "/sign-in/link")
}

func TestStepUpCarriesTheOriginalForm(t *testing.T) {
	l := NewLang("en", nil)
	page := StepUpPage(StepUpProps{
		Frame: sampleFrame(l, "/settings/usage"), Action: "/settings/usage/monthly-limit", Doing: "Set your monthly limit to $80.00",
		Hidden: []HiddenField{{"kind", "amount"}, {"amount", `8"0`}, {"tag", "a"}, {"tag", "b"}}, Email: "ada@example.com",
		Password: Field{Name: "current_password", Error: "This is not your password."}, Cancel: "/settings/usage",
	})
	form := onlyForm(t, parsed(t, page), "/settings/usage/monthly-limit")
	sent := fields(form)
	for name, want := range map[string]string{"kind": "amount", "amount": `8"0`, "tag": "a|b", "current_password": ""} {
		if got, ok := sent[name]; !ok || got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if len(sent) != 4 {
		t.Errorf("the form sends %v", sent)
	}
	says(t, parsed(t, page), "Set your monthly limit to $80.00", "This is not your password.")
}

func TestOpeningAnEmailLinkChangesNothing(t *testing.T) {
	doc := sample(t, NewLang("en", nil), "confirm-email")
	says(t, onlyForm(t, doc, "/sign-in/link/token"), "Use ada@example.org", "Keep ada@example.com")
}
