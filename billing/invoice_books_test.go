package billing_test

import (
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"extrausage/billing"
)

// close does what the workers do at a month's end.
func (b *bookkeeper) close() {
	b.t.Helper()
	if _, err := b.svc.ExpireHolds(b.ctx); err != nil {
		b.rt.Fatal(err)
	}
	if _, err := b.svc.IssueInvoices(b.ctx); err != nil {
		b.rt.Fatal(err)
	}
}

// checkIssued lets every hold end and every month close: what was over has an invoice if anything moved in it, and the invoice
// says what the month said before, and what was issued before says the same as ever.
func (b *bookkeeper) checkIssued(before []billing.Invoice) {
	b.t.Helper()
	b.advance(billing.DefaultConfig().HoldTTL + time.Minute)
	b.close()
	for _, was := range before {
		if was.State == billing.MonthRunning {
			continue
		}
		is, err := b.svc.Invoice(b.ctx, b.id, was.Name)
		if err != nil {
			b.rt.Fatal(err)
		}
		want := billing.MonthIssued
		if len(was.Models)+len(was.Movements) == 0 {
			want = billing.MonthEmpty
		}
		if is.State != want || (is.Number != "") != (want == billing.MonthIssued) {
			b.rt.Errorf("%s with %d movements is %s %q", was.Name, len(was.Models)+len(was.Movements), is.State, is.Number)
		}
		if was.State != billing.MonthIssued {
			was.State, was.Number, was.At = is.State, is.Number, is.At
		}
		if diff := cmp.Diff(was, is, cmpopts.EquateEmpty()); diff != "" {
			b.rt.Errorf("%s before and after it was closed: %s", was.Name, diff)
		}
	}
}
