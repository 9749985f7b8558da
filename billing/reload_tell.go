package billing

import (
	"errors"
	"strconv"

	"extrausage/models"
)

// tellPurchase tells the subscriber how an automatic purchase went, and of any that waits for them.
func (s *Service) tellPurchase(tx *models.Tx, m *models.MeterState, p *models.Purchase) error {
	card, err := tx.Card(p.AccountID, p.PaymentMethodID)
	if err != nil {
		return err
	}
	n := notice{Args: noticeArgs{Amount: p.Amount, Card: cardText(card), Failure: p.Failure, Purchase: p.ID}}
	automatic := PurchaseKind(p.Kind) == PurchaseAutoReload
	switch state := PurchaseState(p.State); {
	case state == PurchaseRequiresAction && automatic:
		n.Kind = NoticeReloadAction
	case state == PurchaseRequiresAction:
		n.Kind = NoticePayAction
	case state == PurchaseSucceeded && automatic:
		n.Kind = NoticeReloadDone
	case state == PurchaseDeclined && automatic && m.Meter.ReloadPause == string(PausedByDeclines):
		n.Kind, n.Args.Why = NoticeReloadPaused, string(PausedByDeclines)
	case state == PurchaseDeclined && automatic:
		n.Kind, n.Args.RetryAt = NoticeReloadFailed, m.Meter.ReloadWantedAt
	default:
		return nil // who buys by hand is there and sees it
	}
	n.Key = string(n.Kind) + "/" + p.ID
	return s.notify(tx, m, n)
}

// tellReversal tells the subscriber that money of a purchase went back to the card, or came back from a dispute; and that
// auto-reload rests because of it.
func (s *Service) tellReversal(tx *models.Tx, m *models.MeterState, step *reversalStep) error {
	r := step.row
	args := noticeArgs{Amount: step.take, Why: r.Kind, Purchase: r.PurchaseID}
	if step.giveBack > 0 && ReversalKind(r.Kind) == Dispute {
		args.Amount, args.Why = step.giveBack, "dispute_won"
	}
	if args.Amount == 0 {
		return nil // nothing was taken, or a refund failed and all is as it was
	}
	told := s.notify(tx, m, notice{Kind: NoticeReversal, Key: "reversal/" + args.Why + "/" + r.ID, Args: args})
	if step.take == 0 || m.Meter.ReloadPause != string(PausedByReversal) {
		return told
	}
	args.Why = string(PausedByReversal)
	return errors.Join(told, s.notify(tx, m, notice{Kind: NoticeReloadPaused, Key: "reload_paused/reversal/" + r.ID, Args: args}))
}

// tellReloadLimit tells the subscriber that P4 keeps auto-reload from buying: of the monthly limit once a month and limit, of the
// guard and the ceiling once for each time that they end.
func (s *Service) tellReloadLimit(tx *models.Tx, m *models.MeterState, month *models.BillingMonth, d reloadDecision) error {
	key := "reload_limit/" + string(d.waits) + "/"
	if d.waits == WaitsForLimit {
		key += strconv.FormatInt(int64(month.StartsAt), 10) + "/" + limitOf(month).text()
	} else {
		key += strconv.FormatInt(int64(d.until), 10)
	}
	return s.notify(tx, m, notice{Kind: NoticeReloadLimit, Key: key, Args: noticeArgs{Why: string(d.waits), RetryAt: d.until}})
}
