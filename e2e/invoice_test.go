package e2e

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// endMonths lets the running billing months of all accounts end now. They keep their names: a month is named by its middle.
func (s *server) endMonths() {
	s.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(s.dir, "data", "extrausage.db")+"?_busy_timeout=10000&_txlock=immediate")
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	now := time.Now().UnixMicro()
	for _, statement := range []string{"UPDATE billing_months SET ends_at = ? WHERE ends_at > ?", "UPDATE month_closings SET due_at = ? WHERE due_at > ?"} {
		if _, err := db.Exec(statement, now, now); err != nil {
			s.t.Fatal(err)
		}
	}
}

// issued waits for the worker's invoice, and gives its address.
func (p *page) issued(number string) string {
	p.t.Helper()
	path := ""
	ok, why := within(20*time.Second, func() (bool, string) {
		p.visit("/settings/billing")
		path = evaluate[string](p, `(() => {
			const row = [...document.querySelectorAll("#invoices tbody tr")].find(tr => tr.textContent.includes("`+number+`"));
			return row ? row.querySelector("a").getAttribute("href") : "";
		})()`)
		return path != "", "no " + number
	})
	if !ok {
		p.fatalf("%s", why)
	}
	return path
}

// A month ends while the program runs: its invoice comes by itself, is fit for paper, and is a file as well; with JavaScript and
// without.
func TestInvoiceOnScreenAndPaper(t *testing.T) {
	eachScript(t, invoiceOnScreenAndPaper)
}

func invoiceOnScreenAndPaper(t *testing.T, javaScript bool) {
	s := startServer(t, "PLAN_ALLOWANCE=1")
	account := created(t, s, storyPassword, "account", "create", "--email", storyEmail, "--name", "Ada", "--time-zone", "Europe/Rome", "--password-stdin")
	api := newMachine(t, s)
	p := newBrowser(t, opts{Base: s.url, JavaScript: javaScript, Width: 1280, Height: 900, Lang: "en", Dark: true})
	signIn(p, storyEmail)
	enable(p)
	api.use(account, 1000, `"plan"`)
	p.visit("/settings/usage")
	p.click(`button[name=choice][value=always]`)
	p.gone(`button[name=choice][value=always]`)
	api.use(account, 1500, `"extra"`)
	s.endMonths()
	path := p.issued("INV-000001")
	p.visit(path)
	p.has("Invoice INV-000001")
	p.has("$1.50")
	p.screenshotTo(t, "invoice-issued")

	for _, kind := range []string{"pdf", "csv"} {
		if !javaScript {
			equal(t, "links to the "+kind, p.count(fmt.Sprintf("a[href=%q]", path+"/"+kind)) > 0, true)
			continue // the file is the same, and only a script can fetch it here
		}
		got := evaluate[string](p, fmt.Sprintf(`fetch(%q).then(async r => r.status + " " + r.headers.get("content-type").split(";")[0] + " " + ((await r.text()).length > 300))`, path+"/"+kind))
		if want := map[string]string{"pdf": "200 application/pdf true", "csv": "200 text/csv true"}[kind]; got != want {
			t.Errorf("%s: %s", kind, got)
		}
	}
	paper(t, p)
	out, err := s.command("", "ledger", "verify", "--json")
	if err != nil {
		t.Errorf("ledger verify: %v %s", err, out)
	}
}

// paper holds what a printer gets against trust.md, C2: no navigation, black on white, where and when it was printed, heads on
// each page and sums once.
func paper(t *testing.T, p *page) {
	t.Helper()
	p.do("emulate paper", send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
	for selector, want := range map[string]string{
		".header": "none", ".sidenav": "none", ".footer": "none", ".document-bar": "none", ".skip": "none",
		".document thead": "table-header-group", ".document tfoot": "table-row-group",
	} {
		if got := evaluate[string](p, fmt.Sprintf(`(e => e ? getComputedStyle(e).display : "none")(document.querySelector(%q))`, selector)); got != want {
			t.Errorf("on paper %s is %s, want %s", selector, got, want)
		}
	}
	if got := evaluate[string](p, `getComputedStyle(document.body).backgroundColor + " " + getComputedStyle(document.documentElement).colorScheme`); got != "rgb(255, 255, 255) light" {
		t.Errorf("paper is %s", got)
	}
	for _, want := range []string{"Printed: ", p.url()} {
		if shown := evaluate[bool](p, fmt.Sprintf(`[...document.querySelectorAll(".print-only")].some(e => e.offsetParent !== null && e.textContent.includes(%q))`, want)); !shown {
			t.Errorf("paper does not say %q", want)
		}
	}
	res, err := chromedp.Call(p.ctx, cdppage.PrintToPDF, cdppage.PrintToPDFParams{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(artifact(t, "invoice-on-paper.pdf"), res.Data, 0o600); err != nil {
		t.Error(err)
	}
	if pages := bytes.Count(res.Data, []byte("/Type /Page\n")); pages < 1 || pages > 2 {
		t.Errorf("%d pages of paper", pages)
	}
}
