package views

import (
	"testing"
)

func TestProfileForms(t *testing.T) {
	doc := sample(t, NewLang("en", rome()), "profile")
	for action, names := range map[string][]string{
		"/settings/profile/language":        {"locale"},
		"/settings/profile/time-zone":       {"time_zone"},
		"/settings/profile/password":        {"current_password", "new_password"},
		"/settings/profile/email":           {"email"},
		"/settings/profile/sessions/end":    {"session"},
		"/settings/profile/invoice-address": {"name", "company", "address", "tax_id"},
		"/settings/profile/close":           {"confirm"},
	} {
		sent := fields(onlyForm(t, doc, action))
		if len(sent) != len(names) {
			t.Errorf("%s sends %v, want %v", action, sent, names)
		}
		for _, name := range names {
			if _, ok := sent[name]; !ok {
				t.Errorf("%s does not send %s", action, name)
			}
		}
	}
}

// TestSectionIsTheSwapTarget: a form's target is the section around it, so that a fragment replaces what it renders.
func TestSectionIsTheSwapTarget(t *testing.T) {
	for _, name := range []string{"profile", "billing"} {
		doc := sample(t, NewLang("en", nil), name)
		for _, form := range all(doc, tagged("form")) {
			target, ok := attrOK(form, "hx-target")
			if !ok {
				continue
			}
			inside := false
			for n := form.Parent; n != nil; n = n.Parent {
				inside = inside || "#"+attr(n, "id") == target
			}
			if !inside {
				t.Errorf("the form to %s replaces %s, which is not around it", attr(form, "action"), target)
			}
		}
	}
}

func TestTimeZoneSaysFromWhen(t *testing.T) {
	l := NewLang("en", rome())
	says(t, byID(sample(t, l, "profile"), "profile-time-zone"), "1 December 2026, 00:00 CET", "In force now: Europe/Rome.", "Chosen for later: America/New York")
	saysNot(t, byID(sample(t, l, "profile-fresh"), "profile-time-zone"), "Chosen for later")
}

func TestOneCannotEndTheBrowserOneUses(t *testing.T) {
	l := NewLang("en", rome())
	says(t, byID(sample(t, l, "profile"), "profile-sessions"), "This browser", "Safari, iPhone")
	if forms := formsTo(sample(t, l, "profile-fresh"), "/settings/profile/sessions/end"); len(forms) != 0 {
		t.Error("the only browser can be ended here; signing out is elsewhere")
	}
}

func TestClosingSaysWhatHappensToCredits(t *testing.T) {
	l := NewLang("en", nil)
	says(t, byID(sample(t, l, "profile"), "profile-close"), "You have $12.40 of credits left", "Exactly: ada@example.com")
	says(t, byID(sample(t, l, "profile-fresh"), "profile-close"), "no credits left")
	wrong := byID(sample(t, l, "profile-errors"), "profile-close")
	says(t, wrong, "Your balance is -$2.50")
	if _, open := attrOK(all(wrong, tagged("details"))[0], "open"); !open {
		t.Error("the error is folded away")
	}
}

func TestFirstPasswordAsksForNone(t *testing.T) {
	doc := sample(t, NewLang("en", nil), "profile-fresh")
	if byID(doc, "current_password") != nil {
		t.Error("it asks for a password that does not exist")
	}
	says(t, byID(doc, "profile-password"), "Set password", "At least 8 characters. 15 or more")
	says(t, byID(doc, "profile-email"), "A link is on its way to ada@example.org")
}
