package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"extrausage/billing/testpay"
)

// books looks into a site's database from outside.
type books struct {
	*crashSite
	db *sql.DB
}

func (c *crashSite) openBooks() *books {
	c.t.Helper()
	driver, source := "sqlite3", "file:"+filepath.Join(c.s.dir, "data", "extrausage.db")+"?_busy_timeout=10000&_txlock=immediate"
	for _, pair := range c.env {
		if url, ok := strings.CutPrefix(pair, "DATABASE_URL="); ok {
			driver, source = "pgx", url
		}
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		c.t.Fatal(err)
	}
	return &books{c, db}
}

const pendingStates = "('planned', 'submitted', 'unknown', 'requires_action')"

// waitUntilNothingIsPending gives the program the time that it promises to need. hurried lets the time of purchases pass that
// wait to be looked up: a minute and more. That of claimed mails, eleven minutes, always passes so.
func (c *crashSite) waitUntilNothingIsPending(hurried bool) {
	c.t.Helper()
	b := c.openBooks()
	defer b.db.Close()
	b.do("UPDATE mails SET next_at = 1 WHERE sent_at = 0")
	if hurried {
		b.do("UPDATE purchases SET next_check_at = 1 WHERE state IN " + pendingStates)
	}
	ok, why := within(3*time.Minute, func() (bool, string) {
		now := time.Now().UnixMicro()
		pending := map[string]int{
			"purchases": b.count("SELECT COUNT(*) FROM purchases WHERE state IN " + pendingStates),
			"webhooks":  b.count("SELECT COUNT(*) FROM webhook_events WHERE processed_at = 0"),
			"mails":     b.count("SELECT COUNT(*) FROM mails WHERE sent_at = 0"),
			"closings":  b.count(fmt.Sprintf("SELECT COUNT(*) FROM month_closings WHERE due_at <= %d", now)),
			"holds":     b.count(fmt.Sprintf("SELECT COUNT(*) FROM holds WHERE state = 'open' AND expires_at <= %d", now-2*time.Second.Microseconds())),
		}
		for _, n := range pending {
			if n > 0 {
				return false, counted(pending)
			}
		}
		return true, ""
	})
	if !ok {
		c.t.Errorf("%s: still pending: %s", c.name, why)
	}
}

// endAMonth lets the month of the account whose months end be over: an account's time is the latest that it was seen at.
func (c *crashSite) endAMonth() {
	c.t.Helper()
	b := c.openBooks()
	defer b.db.Close()
	account := "'" + c.closing + "'"
	b.do("UPDATE meters SET seen_at = (SELECT MAX(ends_at) FROM billing_months WHERE account_id = " + account + ") + 1000000 WHERE account_id = " + account)
	b.do("UPDATE month_closings SET due_at = 1 WHERE account_id = " + account)
}

// checkBooks holds the database, the provider's own truth and the mails against what clients were told.
func (c *crashSite) checkBooks() {
	c.t.Helper()
	b := c.openBooks()
	defer b.db.Close()
	b.holdsAndUsage()
	b.purchases()
	b.limits()
	b.reloads()
	b.invoices()
	b.mails()
	if out, err := c.s.command("", "ledger", "verify", "--json"); err != nil || !strings.Contains(out, `"ok": true`) {
		c.t.Errorf("%s: ledger verify: %v %s", c.name, err, out)
	}
}

func (b *books) holdsAndUsage() {
	b.t.Helper()
	type held struct {
		worst int64
		state string
	}
	holds := map[string]held{}
	b.each("SELECT id, worst_case_nanos, state FROM holds", func(scan func(...any)) {
		var id string
		var h held
		scan(&id, &h.worst, &h.state)
		holds[id] = h
	})
	byHold, byEvent := map[string]costs{}, map[string]costs{}
	b.each("SELECT hold_id, event_id, cost_nanos, plan_nanos, extra_nanos, absorbed_nanos FROM usages", func(scan func(...any)) {
		var hold, event string
		var u costs
		scan(&hold, &event, &u.cost, &u.plan, &u.extra, &u.absorbed)
		byHold[hold], byEvent[event] = u, u
	})
	for id, worst := range b.journal.holds {
		if holds[id].worst != worst {
			b.t.Errorf("%s: hold %s of %s was acknowledged; the database has %+v", b.name, id, dollars(worst), holds[id])
		}
	}
	for id, want := range b.journal.settled {
		if got := byHold[id]; got != want || holds[id].state == "open" {
			b.t.Errorf("%s: hold %s was settled with %+v; the database has %+v, %s", b.name, id, want, got, holds[id].state)
		}
	}
	for id := range b.journal.voided {
		if _, used := byHold[id]; used || holds[id].state != "voided" {
			b.t.Errorf("%s: hold %s was voided; the database has %s, used %t", b.name, id, holds[id].state, used)
		}
	}
	for id, want := range b.journal.events {
		if got := byEvent[id]; got != want {
			b.t.Errorf("%s: event %s was recorded with %+v; the database has %+v", b.name, id, want, got)
		}
	}
}

// purchases: what was acknowledged exists, what the provider debited is what was credited, each once.
func (b *books) purchases() {
	b.t.Helper()
	ordered := map[string]int64{}
	b.each("SELECT form_key, amount_nanos FROM purchases WHERE form_key <> ''", func(scan func(...any)) {
		var key string
		var nanos int64
		scan(&key, &nanos)
		ordered[key] = nanos
	})
	for key, want := range b.journal.purchases {
		if ordered[key] != want {
			b.t.Errorf("%s: purchase %s of %s was acknowledged; the database has %s", b.name, key, dollars(want), dollars(ordered[key]))
		}
	}
	credits, debits, clearing := map[string]int64{}, map[string]int64{}, int64(0)
	b.each("SELECT purchase_id, amount_nanos FROM entries WHERE kind = 'purchase'", func(scan func(...any)) {
		var purchase string
		var nanos int64
		scan(&purchase, &nanos)
		if credits[purchase] != 0 {
			b.t.Errorf("%s: purchase %s is credited twice", b.name, purchase)
		}
		credits[purchase] = nanos
	})
	for purchase, nanos := range b.captured() {
		debits[purchase] = nanos
		clearing += nanos
		if credits[purchase] != nanos {
			b.t.Errorf("%s: the provider took %s for purchase %s, credited is %s", b.name, dollars(nanos), purchase, dollars(credits[purchase]))
		}
	}
	for purchase, nanos := range credits {
		if debits[purchase] != nanos {
			b.t.Errorf("%s: purchase %s is credited with %s, the provider took %s", b.name, purchase, dollars(nanos), dollars(debits[purchase]))
		}
	}
	b.each("SELECT amount_nanos FROM entries WHERE contra = 'clearing'", func(scan func(...any)) {
		var nanos int64
		scan(&nanos)
		clearing -= nanos
	})
	if clearing != 0 {
		b.t.Errorf("%s: the clearing account is at %d nanos", b.name, clearing)
	}
	if len(debits) < len(b.journal.purchases)/2 {
		b.t.Errorf("%s: %d purchases were acknowledged, only %d debited", b.name, len(b.journal.purchases), len(debits))
	}
}

// captured is the provider's own truth, in nanos by purchase. A purchase debited twice fails the test.
func (b *books) captured() map[string]int64 {
	b.t.Helper()
	provider, err := testpay.New(testpay.Config{
		Path: filepath.Join(b.s.dir, "data", "test-provider.db"), BaseURL: b.s.url + "/test-provider", WebhookSecrets: []string{"none"}, Clock: time.Now,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	defer provider.Close()
	charges, err := provider.Captured(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	taken := map[string]int64{}
	for _, c := range charges {
		if taken[c.PurchaseID] != 0 {
			b.t.Errorf("%s: purchase %s is debited twice", b.name, c.PurchaseID)
		}
		taken[c.PurchaseID] = int64(c.Amount)
	}
	return taken
}

func (b *books) limits() {
	b.t.Helper()
	b.each("SELECT account_id, spent_nanos, held_nanos, limit_nanos FROM billing_months WHERE limit_kind = 'amount' AND spent_nanos + held_nanos > limit_nanos", func(scan func(...any)) {
		var account string
		var spent, held, limit int64
		scan(&account, &spent, &held, &limit)
		b.t.Errorf("%s: account %s has spent %s and holds %s of a limit of %s", b.name, account, dollars(spent), dollars(held), dollars(limit))
	})
	if b.count("SELECT COUNT(*) FROM refusals WHERE reason = 'monthly_limit_reached'") == 0 && b.deaths >= 10 {
		b.t.Errorf("%s: nobody met the limit", b.name)
	}
}

// reloads: automatic purchases kept to P4, and there were some.
func (b *books) reloads() {
	b.t.Helper()
	attempts := map[string]int{}
	sums := map[string]int64{}
	b.each("SELECT account_id, amount_nanos, state FROM purchases WHERE kind = 'auto_reload'", func(scan func(...any)) {
		var account, state string
		var nanos int64
		scan(&account, &nanos, &state)
		if state != "succeeded" {
			b.t.Errorf("%s: an automatic purchase of %s ended as %s", b.name, account, state)
		}
		attempts[account]++
		sums[account] += nanos
	})
	for account, n := range attempts {
		if n > 3 || sums[account] > 50_000_000_000 {
			b.t.Errorf("%s: %d automatic purchases of %s for %s in an hour, under a limit of $50", b.name, n, dollars(sums[account]), account)
		}
		b.journal.counts["auto-reload"] += n
	}
	if len(attempts) == 0 && b.deaths >= 10 {
		b.t.Errorf("%s: auto-reload bought nothing", b.name)
	}
}

// invoices are numbered without gaps, and each month that has ended, and in which something was posted, has one.
func (b *books) invoices() {
	b.t.Helper()
	var want int64
	b.each("SELECT number FROM invoices ORDER BY number", func(scan func(...any)) {
		var number int64
		scan(&number)
		if want++; number != want {
			b.t.Errorf("%s: invoice %d where %d was due", b.name, number, want)
		}
	})
	months := b.count(`SELECT COUNT(*) FROM billing_months b JOIN meters m ON m.account_id = b.account_id WHERE b.ends_at <= m.seen_at
		AND EXISTS (SELECT 1 FROM entries e WHERE e.account_id = b.account_id AND e.month_starts_at = b.starts_at)`)
	if int64(months) != want {
		b.t.Errorf("%s: %d months have ended, %d invoices are issued", b.name, months, want)
	}
	b.journal.counts["invoice"] += months
}

// mails: each that was due has left, under one id, and nothing has left that is not in the outbox. A link is in one mail, and
// what else there is to tell is told by one mail at most.
func (b *books) mails() {
	b.t.Helper()
	outbox, links, told := map[string]bool{}, map[string]int{}, map[string]int{}
	b.each("SELECT id, account_id, recipient, text_body FROM mails", func(scan func(...any)) {
		var id, account, to, text string
		scan(&id, &account, &to, &text)
		outbox[id] = true
		if link := linkIn.FindString(text); link != "" {
			if links[link]++; links[link] > 1 {
				b.t.Errorf("%s: the link of mail %s to %s left before", b.name, id, to)
			}
			links[to]++
		} else {
			told[account]++
		}
	})
	b.each("SELECT account_id FROM notices", func(scan func(...any)) {
		var account string
		scan(&account)
		told[account]--
	})
	for account, n := range told {
		if n > 0 {
			b.t.Errorf("%s: %d more mails to %s than there was to tell", b.name, n, account)
		}
	}
	files, err := filepath.Glob(filepath.Join(b.s.dir, "data", "mail", "*.json"))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, file := range files {
		if id := strings.TrimSuffix(filepath.Base(file), ".json"); !outbox[id] {
			b.t.Errorf("%s: mail %s left, and is not in the outbox", b.name, id)
		} else {
			delete(outbox, id)
		}
	}
	for id := range outbox {
		b.t.Errorf("%s: mail %s did not leave", b.name, id)
	}
	for account, n := range b.journal.links {
		if got := links[account+"@example.com"]; got < n {
			b.t.Errorf("%s: %s was promised %d mails, %d were written", b.name, account, n, got)
		}
	}
}

// linkIn finds the link of a mail that lets somebody sign in.
var linkIn = regexp.MustCompile(`/sign-in/link/\S+`)

func (b *books) do(statement string) {
	b.t.Helper()
	if _, err := b.db.Exec(statement); err != nil {
		b.t.Fatalf("%s: %s: %v", b.name, statement, err)
	}
}

func (b *books) count(query string) int {
	b.t.Helper()
	n := 0
	if err := b.db.QueryRow(query).Scan(&n); err != nil {
		b.t.Fatalf("%s: %s: %v", b.name, query, err)
	}
	return n
}

func (b *books) each(query string, row func(scan func(...any))) {
	b.t.Helper()
	rows, err := b.db.Query(query)
	if err != nil {
		b.t.Fatalf("%s: %s: %v", b.name, query, err)
	}
	defer rows.Close()
	for rows.Next() {
		row(func(into ...any) {
			if err := rows.Scan(into...); err != nil {
				b.t.Fatalf("%s: %s: %v", b.name, query, err)
			}
		})
	}
	if err := rows.Err(); err != nil {
		b.t.Fatalf("%s: %s: %v", b.name, query, err)
	}
}
