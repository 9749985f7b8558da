package billing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

// told wants these notices of an account since the last time, the oldest first, each with one mail; it gives them.
func (r *paymentRig) told(id string, want ...billing.NoticeKind) (found []billing.Notice) {
	r.t.Helper()
	page, _, err := r.svc.Notices(r.ctx, id, "", 100)
	if err != nil {
		r.t.Fatal(err)
	}
	var kinds []billing.NoticeKind
	for _, n := range slices.Backward(page) {
		if !n.Read {
			found, kinds = append(found, n), append(kinds, n.Kind)
		}
	}
	if !slices.Equal(kinds, want) {
		r.t.Fatalf("told %v, want %v", kinds, want)
	}
	if len(page) > 0 {
		if err := r.svc.ReadNotices(r.ctx, id, page[0].ID); err != nil {
			r.t.Fatal(err)
		}
	}
	if mails := r.noticeMails(); !slices.Equal(mails, kinds) {
		r.t.Fatalf("mails %v, want %v", mails, kinds)
	}
	return found
}

// noticeMails takes the mails of notices out of the outbox: their kinds, the oldest first.
func (r *paymentRig) noticeMails() (kinds []billing.NoticeKind) {
	r.t.Helper()
	err := r.store.InTx(r.ctx, func(tx *models.Tx) error {
		kinds = nil
		mails, err := tx.ClaimMails(tx.Now.Add(time.Hour), 1000)
		for _, m := range mails {
			kinds = append(kinds, billing.NoticeKind(strings.TrimPrefix(m.Subject, "notice en ")))
			if err := tx.MailSent(m.ID); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return kinds
}

// reloaderTold is a reloader who has read what they were told on the way there.
func reloaderTold(t *testing.T, open storetest.Open, card string, limit billing.Limit, first money.Amount) (*paymentRig, string) {
	t.Helper()
	r := newPaymentRig(t, open)
	r.svc.WithLetters(letters{})
	id := r.reloader(card, limit, rule520, first)
	r.told(id, billing.NoticeCardChanged, billing.NoticeEnabled)
	return r, id
}

func TestAReloadIsToldOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r, id := reloaderTold(t, open, "succeeds", limitOf(30), 20*money.Dollar)
		r.use(id, 16*money.Dollar)
		r.reload()
		r.reload()
		n := r.told(id, billing.NoticeReloadDone)[0]
		if n.Amount != 10*money.Dollar || n.Card != "visa 4242" || n.Balance != 14*money.Dollar || n.Limit != limitOf(30) || n.Spent != 16*money.Dollar || n.Purchase != r.reloads(id)[0].ID {
			t.Errorf("%+v", n)
		}
		if err := r.svc.LookUpPurchase(r.ctx, id, n.Purchase); err != nil {
			t.Fatal(err)
		}
		r.told(id)
		refundAll(r, id)
		refundAll(r, id)
		back := r.told(id, billing.NoticeReversal, billing.NoticeReloadPaused)
		if back[0].Why != "refund" || back[0].Amount != 10*money.Dollar || back[1].Why != "reversal" {
			t.Errorf("%+v", back)
		}
	})
}

func TestDeclinesAreTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r, id := reloaderTold(t, open, "declined", limitOf(100), 0)
		r.ask(id, money.Dollar)
		r.reload()
		r.reload()
		n := r.told(id, billing.NoticeReloadFailed)[0]
		if n.Amount != 20*money.Dollar || !n.RetryAt.Equal(r.clock().Add(time.Hour)) || n.Card == "" {
			t.Errorf("%+v", n)
		}
		r.advance(time.Hour)
		r.reload()
		r.told(id, billing.NoticeReloadFailed)
		r.advance(6 * time.Hour)
		r.reload()
		if n := r.told(id, billing.NoticeReloadPaused)[0]; n.Why != "declined" {
			t.Errorf("%+v", n)
		}
		r.advance(48 * time.Hour)
		r.reload()
		r.told(id)
	})
}

func TestABankThatAsksIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r, id := reloaderTold(t, open, "needs_authentication_off_session", limitOf(100), 0)
		r.ask(id, money.Dollar)
		r.reload()
		r.reload()
		if n := r.told(id, billing.NoticeReloadAction)[0]; n.Amount != 20*money.Dollar || n.Purchase == "" {
			t.Errorf("%+v", n)
		}
		r.reconcile()
		r.told(id)
	})
}

// What keeps auto-reload from buying is told once: of the limit for a month and limit, of the guard each time it begins.
func TestTheWallOfReloadsIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r, id := reloaderTold(t, open, "succeeds", limitOf(20), 0)
		r.ask(id, money.Dollar)
		r.reload()
		r.told(id, billing.NoticeReloadDone)
		for range 3 {
			r.use(id, 6*money.Dollar)
			r.reload()
		}
		if n := r.told(id, billing.NoticeReloadLimit)[0]; n.Why != "limit" || n.Limit != limitOf(20) {
			t.Errorf("%+v", n)
		}
	})
}

// A subscriber who turned these mails off reads of it in the app only; what waits for them is mailed all the same.
func TestMailsOfReloadsCanBeTurnedOff(t *testing.T) {
	for card, mailed := range map[string][]billing.NoticeKind{
		"declined": nil, "needs_authentication_off_session": {billing.NoticeReloadAction},
	} {
		r, id := reloaderTold(t, storetest.OpenOn(t, storetest.SQLite(t)), card, limitOf(100), 0)
		a, err := r.svc.Alerts(r.ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		a.Mails.Reload = false
		if _, err := r.svc.SaveAlerts(r.ctx, id, a); err != nil {
			t.Fatal(err)
		}
		r.ask(id, money.Dollar)
		r.reload()
		if got := r.noticeMails(); !slices.Equal(got, mailed) {
			t.Errorf("%s: mails %v, want %v", card, got, mailed)
		}
		if n, err := r.svc.UnreadNotices(r.ctx, id); n != 1 || err != nil {
			t.Errorf("%s: %d unread %v", card, n, err)
		}
	}
}
