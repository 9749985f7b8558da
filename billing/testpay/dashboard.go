package testpay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"extrausage/billing"
	"extrausage/money"
)

// dashboardCharges bounds the charges on the dashboard.
const dashboardCharges = 50

// dashboardPage lists the newest charges of everybody, as a merchant sees them.
type dashboardPage struct {
	frame
	Charges []chargeRow
}

// chargeRow is a charge in words.
type chargeRow struct {
	Link, Amount, State, Card, Purchase, At string
}

// detailPage is one charge, and what can be done with it there.
type detailPage struct {
	frame
	chargeRow
	DisputeAt string // "" where none is to come
	Reversals []reversalRow
	Parts     []choice // how much may be reversed; none where nothing may
	Begins    []choice
	Back      string
	Error     string
}

// reversalRow is a refund or a dispute in words, and how it may go on.
type reversalRow struct {
	ID, Amount, Stage string
	Moves             []choice
}

type choice struct{ Value, Label string }

// fact is a charge and what only the provider knows of it.
type fact struct {
	billing.Charge
	kind      kind
	createdAt time.Time
	disputeAt int64
}

func (s *Service) showDashboard(w http.ResponseWriter, r *http.Request) error {
	facts, err := s.facts(r.Context(), "TRUE ORDER BY c.rowid DESC LIMIT ?", dashboardCharges)
	if err != nil {
		return err
	}
	words := wordsOf(r.Header.Get("Accept-Language"))
	p := dashboardPage{frame: s.frame(words)}
	for _, f := range facts {
		p.Charges = append(p.Charges, s.row(words, f))
	}
	return render(w, http.StatusOK, "dashboard.html", p)
}

func (s *Service) showDetail(w http.ResponseWriter, r *http.Request) error {
	return s.renderDetail(w, r, http.StatusOK)
}

func (s *Service) renderDetail(w http.ResponseWriter, r *http.Request, status int) error {
	facts, err := s.facts(r.Context(), "c.id = ?", r.PathValue("charge"))
	if err != nil {
		return err
	}
	if len(facts) == 0 {
		return s.gone(w, r)
	}
	words, f := wordsOf(r.Header.Get("Accept-Language")), facts[0]
	p := detailPage{frame: s.frame(words), chargeRow: s.row(words, f), Parts: parts(words, f.Charge), Back: s.base.Path + "/dashboard"}
	if f.disputeAt != 0 {
		p.DisputeAt = inWords(time.UnixMicro(f.disputeAt))
	}
	if p.Reversals, err = s.reversalRows(r.Context(), words, f.ID); err != nil {
		return err
	}
	p.Begins = moves(words, []Stage{RefundMade, RefundPending, DisputeInquiry, DisputeOpened})
	if status != http.StatusOK {
		p.Error = words.NotPossible
	}
	return render(w, status, "detail.html", p)
}

// reverseCharge begins a refund or a dispute, or moves one on. What does not fit is told with the page as it stands.
func (s *Service) reverseCharge(w http.ResponseWriter, r *http.Request) error {
	charge := r.PathValue("charge")
	var err error
	if to := Stage(r.PostFormValue("to")); to != "" {
		err = s.Advance(r.Context(), r.PostFormValue("reversal"), to)
	} else {
		cents, unread := strconv.ParseInt(r.PostFormValue("part"), 10, 32) // what is no number is nothing, which is not possible
		if unread != nil {
			cents = 0
		}
		_, err = s.Reverse(r.Context(), charge, money.Cents(cents), Stage(r.PostFormValue("begin")))
	}
	switch {
	case errors.Is(err, ErrNotPossible):
		return s.renderDetail(w, r, http.StatusUnprocessableEntity)
	case errors.Is(err, billing.ErrNoCharge):
		return s.gone(w, r)
	case err != nil:
		return err
	}
	http.Redirect(w, r, s.base.Path+"/dashboard/"+charge, http.StatusSeeOther)
	return nil
}

// facts reads charges for the dashboard.
func (s *Service) facts(ctx context.Context, where string, arg any) (found []fact, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT c.id, COALESCE(m.kind, ''), c.created_at, c.dispute_at FROM charges c LEFT JOIN methods m ON m.id = c.method WHERE "+where, arg) //nolint:gosec // where is a constant
		if err != nil {
			return fmt.Errorf("testpay: dashboard: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var f fact
			var at int64
			if err := rows.Scan(&f.ID, &f.kind, &at, &f.disputeAt); err != nil {
				return fmt.Errorf("testpay: dashboard: %w", err)
			}
			f.createdAt = time.UnixMicro(at)
			found = append(found, f)
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("testpay: dashboard: %w", err)
		}
		for i := range found {
			if found[i].Charge, err = s.charge(ctx, tx, found[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

func (s *Service) row(w words, f fact) chargeRow {
	return chargeRow{
		Link: s.base.Path + "/dashboard/" + f.ID, Amount: f.Amount.Format(w.Lang), State: w.States[f.State], Card: w.WithCard + " “" + w.Cards[f.kind].Name + "”",
		Purchase: f.PurchaseID, At: inWords(f.createdAt),
	}
}

// reversalRows are the refunds and disputes of a charge, with the stages that may follow.
func (s *Service) reversalRows(ctx context.Context, w words, charge string) (all []reversalRow, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		c, err := s.charge(ctx, tx, charge)
		if err != nil {
			return err
		}
		for _, r := range c.Reversals {
			_, stage, amount, err := findReversal(ctx, tx, r.ID)
			if err != nil {
				return err
			}
			all = append(all, reversalRow{ID: r.ID, Amount: amount.Format(w.Lang), Stage: w.Stages[stage], Moves: moves(w, stage.Next())})
		}
		return nil
	})
	return all, err
}

func moves(w words, to []Stage) (all []choice) {
	for _, stage := range to {
		all = append(all, choice{string(stage), w.Moves[stage]})
	}
	return all
}

// parts are how much of a charge may be reversed: nothing is typed.
func parts(w words, c billing.Charge) (all []choice) {
	left := leftOf(c)
	if c.State != billing.ChargeSucceeded || left <= 0 {
		return nil
	}
	all = append(all, choice{strconv.FormatInt(left.InCents(), 10), w.Whole + " " + left.Format(w.Lang)})
	for _, part := range []money.Amount{money.Dollars(1), money.Dollars(2), money.Dollars(5), money.Dollars(10), money.Dollars(50)} {
		if part < left {
			all = append(all, choice{strconv.FormatInt(part.InCents(), 10), part.Format(w.Lang)})
		}
	}
	return all
}

func inWords(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
