package views

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"extrausage/money"
)

// visible is what a document says without its hidden parts.
func visible(root *html.Node) string {
	for _, n := range all(root, func(n *html.Node) bool { _, hidden := attrOK(n, "hidden"); return hidden }) {
		n.Parent.RemoveChild(n)
	}
	return text(root)
}

// The bar shows of each state what belongs to it, and one button at most; a page that follows nothing offers to be loaded again.
func TestLiveBar(t *testing.T) {
	for _, c := range []struct {
		lang  string
		state LiveState
		says  []string
	}{
		{"en", LiveOff, []string{"Refresh"}},
		{"en", LiveOn, []string{"Pause live updates"}},
		{"en", LiveLost, []string{"Live updates paused – reload to refresh"}},
		{"en", LivePaused, []string{"You paused live updates.", "Resume live updates"}},
		{"en", LiveElsewhere, []string{"two newer tabs or windows", "Resume live updates"}},
		{"en", LiveOver, []string{"You are signed out", "Sign in"}},
		{"it", LiveLost, []string{"Aggiornamenti in tempo reale sospesi: ricarica la pagina"}},
	} {
		p := LiveProps{At: galleryNow, State: c.state}
		root := parsed(t, LiveBar(NewLang(c.lang, nil), p))
		got := visible(root)
		for _, words := range append(c.says, NewLang(c.lang, nil).T("usage.updated", "Time", NewLang(c.lang, nil).Clock(galleryNow))) {
			if !strings.Contains(got, words) {
				t.Errorf("%s %q does not say %q: %s", c.lang, c.state, words, got)
			}
		}
		if n := strings.Count(got, "live updates") + strings.Count(got, "Refresh"); c.lang == "en" && n > 2 {
			t.Errorf("%q says more than its own: %s", c.state, got)
		}
	}
}

// What follows the meter is what the page has, each part in its own place, but for what only a form's answer changes.
func TestLiveParts(t *testing.T) {
	frame := sampleFrame(NewLang("en", nil), "")
	p := galleryUsage(frame, galleryStatus())
	page := parsed(t, UsagePage(p))
	var ids []string
	for _, part := range LiveParts(p) {
		ids = append(ids, part.ID)
		root := parsed(t, part.View)
		if place := all(root, tagged("hx-partial")); len(place) != 1 || attr(place[0], "hx-target") != "#"+part.ID || attr(place[0], "hx-swap") != "outerMorph" {
			t.Errorf("%s has the places %v", part.ID, place)
		}
		if byID(root, part.ID) == nil || byID(page, part.ID) == nil {
			t.Errorf("%s is not what the page has under that name", part.ID)
		}
	}
	for _, section := range all(page, func(n *html.Node) bool { return n.Data == "section" && attr(n.Parent, "class") == "settings-page" }) {
		if id := attr(section, "id"); !slices.Contains(ids, id) {
			t.Errorf("#%s of the page does not follow the meter", id)
		}
	}
	if slices.Contains(ids, "flash") || slices.Contains(ids, "updated") {
		t.Errorf("parts: %v", ids)
	}
	p.Status.Spent = money.Dollars(7)
	if now := parsed(t, LiveUpdated(p)); text(now) != "Updated 14:02:11" {
		t.Errorf("the time says %q", text(now))
	}
}
