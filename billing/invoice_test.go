package billing

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

var (
	december = time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)
	january  = time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// issue runs the worker, which must find nothing wrong.
func (r *meterRig) issue() int {
	r.t.Helper()
	n, err := r.svc.IssueInvoices(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func (r *meterRig) invoice(id, month string) Invoice {
	r.t.Helper()
	i, err := r.svc.Invoice(context.Background(), id, month)
	if err != nil {
		r.t.Fatal(err)
	}
	return i
}

// wantInvoices holds the account's months, the newest first, as "2026-11 issued INV-000001", against these.
func (r *meterRig) wantInvoices(id string, want ...string) {
	r.t.Helper()
	months, err := r.svc.MonthSummaries(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	var got []string
	for _, m := range months {
		got = append(got, strings.TrimSpace(fmt.Sprint(m.Name, " ", m.State, " ", m.Number)))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		r.t.Errorf("months: %s", diff)
	}
}

// A month closes when its last hold has ended, not before; and a hold's late report is of the month it arrives in.
func TestMonthClosesWhenItsHoldsHaveEnded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.at(december.Add(-2 * time.Minute))
		r.extra(id, amountLimit(50), 20*money.Dollar)
		r.usePlan(id)
		settled, expired := r.mustHold(id, 3*money.Dollar), r.mustHold(id, 2*money.Dollar)
		if n := r.issue(); n != 0 {
			t.Fatalf("%d issued before the month's end", n)
		}
		r.at(december)
		next := r.mustHold(id, 4*money.Dollar) // of December: nobody waits for it
		for _, wait := range []time.Duration{0, time.Minute, time.Minute} {
			r.advance(wait)
			if n := r.issue(); n != 0 {
				t.Fatalf("%d issued with requests in progress", n)
			}
		}
		r.wantInvoices(id, "2026-12 running", "2026-11 closing")
		r.settle(settled.ID, 3*money.Dollar)
		r.settle(next.ID, money.Dollar)
		r.advance(time.Minute)
		if n := r.issue(); n != 0 {
			t.Fatalf("%d issued with a request in progress", n)
		}
		r.at(expired.ExpiresAt)
		if n := r.issue(); n != 0 {
			t.Fatalf("%d issued before the hold was ended", n)
		}
		r.expire()
		r.advance(closingPause)
		if n := r.issue(); n != 1 {
			t.Fatalf("%d issued", n)
		}
		was := r.invoice(id, "2026-11")
		if was.Extra != 3*money.Dollar || was.Corrections != 20*money.Dollar || was.Closing != 17*money.Dollar || !was.At.Equal(r.time()) {
			t.Errorf("%+v", was)
		}
		r.settle(expired.ID, 2*money.Dollar)
		if is := r.invoice(id, "2026-12"); is.Extra != 3*money.Dollar || is.Opening != 17*money.Dollar || is.Closing != 14*money.Dollar {
			t.Errorf("December: %+v", is)
		}
		if diff := cmp.Diff(was, r.invoice(id, "2026-11")); diff != "" {
			t.Errorf("changed after it was issued: %s", diff)
		}
		if n := r.issue(); n != 0 {
			t.Errorf("%d issued again", n)
		}
		r.verify()
	})
}

// Nothing moved, nothing to invoice: no number is taken for it, and the months after it close as well.
func TestMonthsWithoutMovementHaveNoInvoice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		idle, late := r.account(), r.account()
		r.used(idle, 3*money.Dollar) // within the plan
		r.at(january.AddDate(0, 2, 0))
		r.extra(late, amountLimit(50), 5*money.Dollar)
		r.at(january.AddDate(0, 3, 0))
		if n := r.issue(); n != 1 {
			t.Errorf("%d issued", n)
		}
		r.wantInvoices(idle, "2027-04 running", "2027-03 empty", "2027-02 empty", "2027-01 empty", "2026-12 empty", "2026-11 empty")
		r.wantInvoices(late, "2027-04 running", "2027-03 issued INV-000001", "2027-02 empty", "2027-01 empty", "2026-12 empty", "2026-11 empty")
		if i := r.invoice(idle, "2026-11"); i.State != MonthEmpty || i.Number != "" || i.Closing != 0 {
			t.Errorf("%+v", i)
		}
		r.verify()
	})
}

// What is changed after an invoice was issued does not change it: address, plan, zone, seller, rates.
func TestIssuedInvoiceStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		ctx := context.Background()
		r.svc.conf.Seller = Party{Name: "Seller & Sons", Address: "Via Roma 1\n00100 Roma", TaxID: "IT1"}
		id := r.accountIn("Europe/Rome")
		typed := InvoiceAddress{Name: "Zoë Müller", Company: "Società \"Più\"", Address: "Piazza 1\nRoma", TaxID: "IT2"}
		if err := r.svc.SaveInvoiceAddress(ctx, id, typed); err != nil {
			t.Fatal(err)
		}
		r.extra(id, amountLimit(50), 20*money.Dollar)
		r.usePlan(id)
		r.event(Event{Account: id, Model: "claude-sonnet-4-5", Usage: pricing.Usage{Input: 200_001, Output: 1000, CacheRead: 7}})
		r.used(id, money.Dollar)
		if err := r.svc.SaveTimeZone(ctx, id, "Asia/Kathmandu"); err != nil {
			t.Fatal(err)
		}
		r.at(december) // an hour after the month's end in Rome
		if n := r.issue(); n != 1 {
			t.Fatalf("%d issued", n)
		}
		was := r.invoice(id, "2026-11")
		buyer := Party{Name: typed.Name, Company: typed.Company, Address: typed.Address, TaxID: typed.TaxID, Email: id + "@example.com", Account: id}
		if was.Seller != r.svc.conf.Seller || was.Buyer != buyer || was.TimeZone != "Europe/Rome" || was.Plan.Name != "Max 20x" {
			t.Errorf("%+v", was)
		}
		if len(was.Models) != 2 || was.Models[0].Model != "Sonnet 4.5" || was.Models[0].Lines[0].Tier != pricing.TierOver200K || was.Models[1].Charge != money.Dollar {
			t.Errorf("%+v", was.Models)
		}
		if err := r.svc.SaveInvoiceAddress(ctx, id, InvoiceAddress{Name: "Somebody Else"}); err != nil {
			t.Fatal(err)
		}
		r.change(id, func(m *models.MeterState, _ *models.BillingMonth) { m.Meter.Plan = "" })
		conf := r.svc.conf
		conf.Seller = Party{Name: "Another seller"}
		r.svc = New(r.store, nil, nil, r.svc.newID, conf)
		if diff := cmp.Diff(was, r.invoice(id, "2026-11")); diff != "" {
			t.Errorf("changed: %s", diff)
		}
		if i := r.invoice(id, "2026-12"); i.Seller.Name != "Another seller" || i.Buyer.Name != "Somebody Else" || i.TimeZone != "Asia/Kathmandu" {
			t.Errorf("the running month: %+v", i)
		}
		if err := r.svc.CloseAccount(ctx, id, id+"@example.com"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(was, r.invoice(id, "2026-11")); diff != "" {
			t.Errorf("changed by closing the account: %s", diff)
		}
		r.verify()
	})
}

// An invoice that an earlier version of the program issued reads as it was: members may be added, none renamed.
func TestInvoicesOfEarlierVersionsAreRead(t *testing.T) {
	const facts = `{"month":"2026-11","starts":"2026-10-31T23:00:00Z","ends":"2026-11-30T23:00:00Z","number":"INV-000007","extra":"1.25","at":"2026-11-30T23:00:01Z",
		"time_zone":"Europe/Rome","seller":{"name":"Seller","address":"Via 1","tax_id":"IT1"},"buyer":{"name":"N","company":"C","address":"A","tax_id":"T","email":"e","account":"acc"},
		"plan":{"name":"Max 20x","price":"200"},"models":[{"model":"Haiku 4.5","requests":2,"lines":[{"class":"input","tier":"any","tokens":1500000,"rate":"0.000001","cost":"1.5"}],
		"covered_by_plan":"0.2","absorbed":"0.05","charge":"1.25"}],"movements":[{"kind":"purchase","at":"2026-11-02T00:00:00Z","amount":"20","purchase":"p1","receipt":3,"auto":true,
		"card_brand":"visa","card_last4":"4242"},{"kind":"refund","at":"2026-11-03T00:00:00Z","amount":"-5","purchase":"p1","receipt":3}],
		"purchased":"20","returned":"5","corrections":"0","opening":"1","closing":"14.75"}`
	got, err := issuedInvoice(&models.Invoice{Number: 7, Facts: facts})
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time { x, _ := time.Parse(time.RFC3339, s); return x }
	want := Invoice{
		MonthSummary: MonthSummary{
			Name: "2026-11", Starts: at("2026-10-31T23:00:00Z"), Ends: at("2026-11-30T23:00:00Z"), State: MonthIssued, Number: "INV-000007", Extra: money.Cents(125),
		},
		At: at("2026-11-30T23:00:01Z"), TimeZone: "Europe/Rome", Seller: Party{Name: "Seller", Address: "Via 1", TaxID: "IT1"},
		Buyer: Party{Name: "N", Company: "C", Address: "A", TaxID: "T", Email: "e", Account: "acc"}, Plan: Plan{Name: "Max 20x", Price: money.Dollars(200)},
		Models: []InvoiceModel{{
			Model: "Haiku 4.5", Requests: 2, Lines: []InvoiceLine{{pricing.Input, pricing.TierAny, 1_500_000, 1000, money.Cents(150)}},
			Plan: money.Cents(20), Absorbed: money.Cents(5), Charge: money.Cents(125),
		}},
		Movements: []InvoiceMovement{
			{Kind: MovedByPurchase, At: at("2026-11-02T00:00:00Z"), Amount: money.Dollars(20), PurchaseID: "p1", Receipt: 3, Auto: true, CardBrand: "visa", CardLast4: "4242"},
			{Kind: MovedByRefund, At: at("2026-11-03T00:00:00Z"), Amount: money.Dollars(-5), PurchaseID: "p1", Receipt: 3},
		},
		Purchased: money.Dollars(20), Returned: money.Dollars(5), Opening: money.Dollars(1), Closing: money.Cents(1475),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := got.check(); err != nil {
		t.Error(err)
	}
}

// I15: two processes with many workers close the months of many accounts; each month has one invoice, and the numbers no gap.
func TestInvoicesByManyWorkersAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r, other := newMeterRig(t, open), newMeterRig(t, open)
		const accounts, months = 12, 3
		var ids []string
		for range accounts {
			ids = append(ids, r.account())
		}
		for range months {
			for _, id := range ids {
				r.post(id, money.Dollar)
			}
			r.at(r.time().AddDate(0, 1, 0))
		}
		other.at(r.time())
		var workers sync.WaitGroup
		var issued [6]int
		start := make(chan struct{})
		for w := range issued {
			svc := []*Service{r.svc, other.svc}[w%2]
			workers.Go(func() {
				<-start
				n, err := svc.IssueInvoices(context.Background())
				if err != nil {
					t.Error(err)
				}
				issued[w] = n
			})
		}
		close(start)
		workers.Wait()
		seen, total := map[string]bool{}, 0
		for _, n := range issued {
			total += n
		}
		for _, id := range ids {
			list, err := r.svc.MonthSummaries(context.Background(), id)
			if err != nil || len(list) != months+1 {
				t.Fatalf("%+v: %v", list, err)
			}
			for _, m := range list[1:] {
				if seen[m.Number] || m.State != MonthIssued {
					t.Errorf("%s of %s is %s %s, seen %v", m.Name, id, m.State, m.Number, seen[m.Number])
				}
				seen[m.Number] = true
			}
		}
		for n := range accounts * months {
			if !seen[InvoiceNumber(int64(n+1))] {
				t.Errorf("there is no %s", InvoiceNumber(int64(n+1)))
			}
		}
		if total != accounts*months {
			t.Errorf("%v issued", issued)
		}
		r.verify()
	})
}

// A process whose clock is behind cannot charge a month that another one has closed.
func TestClosedMonthIsClosedForEveryClock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r, behind := newMeterRig(t, open), newMeterRig(t, open)
		behind.ids = r.ids
		behind.svc.newID = r.svc.newID
		id := r.account()
		r.extra(id, amountLimit(50), 20*money.Dollar)
		r.at(december)
		if n := r.issue(); n != 1 {
			t.Fatalf("%d issued", n)
		}
		behind.at(december.Add(-time.Hour))
		behind.usePlan(id)
		behind.used(id, money.Dollar)
		behind.post(id, money.Dollar)
		if i := r.invoice(id, "2026-12"); i.Extra != money.Dollar || i.Corrections != money.Dollar {
			t.Errorf("%+v", i)
		}
		r.verify()
	})
}

// A month that cannot be closed is told, tried again later, and keeps no other waiting; its number is not lost.
func TestMonthThatFailsKeepsNoOtherWaiting(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newMeterRig(t, open)
		db := storetest.Raw(t, address)
		broken, fine := r.account(), r.account()
		for _, id := range []string{broken, fine} {
			r.post(id, money.Dollar)
		}
		exec := func(statement string) {
			t.Helper()
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		exec("UPDATE billing_months SET spent_nanos = 5 WHERE account_id = '" + broken + "'")
		r.at(december)
		n, err := r.svc.IssueInvoices(context.Background())
		if n != 1 || err == nil || !strings.Contains(err.Error(), broken) || strings.Contains(err.Error(), fine) {
			t.Fatalf("%d issued: %v", n, err)
		}
		r.wantInvoices(fine, "2026-12 running", "2026-11 issued INV-000001")
		r.wantInvoices(broken, "2026-12 running", "2026-11 closing")
		if n := r.issue(); n != 0 {
			t.Errorf("%d issued", n)
		}
		exec("UPDATE billing_months SET spent_nanos = 0 WHERE account_id = '" + broken + "'")
		r.advance(closingFault)
		if n := r.issue(); n != 1 {
			t.Errorf("%d issued", n)
		}
		r.wantInvoices(broken, "2026-12 running", "2026-11 issued INV-000002")
		r.verify()
	})
}
