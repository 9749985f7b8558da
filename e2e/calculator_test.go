package e2e

import (
	"strings"
	"testing"
)

// TestCalculator works out a price, says what is wrong with a number and keeps what was typed, with JavaScript and without: the
// question is in the address either way, and the summary of errors has the focus.
func TestCalculator(t *testing.T) {
	s := startServer(t)
	eachScript(t, func(t *testing.T, script bool) {
		p := newBrowser(t, opts{Base: s.url, JavaScript: script, Width: 390, Height: 800})
		p.visit("/pricing")
		p.fill("#input", "a lot")
		p.submit("#calculator button[type=submit]")
		p.wait("#input-error")
		equal(t, "the field", p.value("#input"), "a lot")
		if script {
			equal(t, "focus", evaluate[bool](p, `document.activeElement.matches(".error-summary")`), true)
		}
		p.fill("#input", "200001")
		evaluate[string](p, `document.querySelector("#model").value = "Sonnet 4.5"`)
		p.submit("#calculator button[type=submit]")
		p.wait(".result")
		p.has("over 200K, so the whole request is at the higher rates")
		if !strings.Contains(p.url(), "input=200001") {
			t.Errorf("the address is %s", p.url())
		}
		p.reload()
		p.wait(".result")
		equal(t, "the field", p.value("#input"), "200001")
	})
}
