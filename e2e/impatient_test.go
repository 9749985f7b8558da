package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestImpatientBuyer presses three times on a slow line: one review is one purchase, however often it is sent. With JavaScript the
// form also says that it is being sent.
func TestImpatientBuyer(t *testing.T) {
	for _, javaScript := range []bool{true, false} {
		t.Run(fmt.Sprintf("JavaScript=%t", javaScript), func(t *testing.T) { impatientBuyer(t, javaScript) })
	}
}

func impatientBuyer(t *testing.T, javaScript bool) {
	s := startServer(t)
	created(t, s, storyPassword, "account", "create", "--email", storyEmail, "--name", "Ada", "--password-stdin")
	p := newBrowser(t, opts{Base: s.url, JavaScript: javaScript, Width: 1280, Height: 900, Lang: "en"})
	signIn(p, storyEmail)
	enable(p) // buys $10.00

	const buy = `form[action="/settings/billing/credits"] button`
	p.visit("/settings/billing")
	p.fill(`form[action="/settings/billing/credits"] input[name=amount]`, "20")
	p.submit(buy)
	p.gone("#credits")
	equal(t, "the review", p.count("input[name=confirm]"), 1)

	p.slow(2000)
	at := p.expect("press", buy, "submitter", "")
	p.do("press", chromedp.MouseClickXY(at.X, at.Y))
	if javaScript {
		p.wait(`form[data-busy] button[aria-disabled=true]`)
	}
	p.do("press again", chromedp.MouseClickXY(at.X, at.Y))
	p.do("press once more", chromedp.MouseClickXY(at.X, at.Y, chromedp.ClickCount(2)))
	p.settle()
	p.slow(0)
	p.has("$30.00")
	p.screenshotTo(t, "impatient-bought")

	p.visit("/settings/billing")
	p.has("$30.00")
	p.lacks("$50.00")

	out, err := s.command("", "ledger", "verify", "--json")
	if err != nil {
		t.Errorf("ledger verify: %v %s", err, out)
	}
}

// slow makes each answer of the server wait; 0 makes the line as fast as it is.
func (p *page) slow(milliseconds float64) {
	p.t.Helper()
	p.do("slow the line down", send(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Latency: milliseconds, DownloadThroughput: -1, UploadThroughput: -1}},
	}))
}
