package testpay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"extrausage/billing"
	"extrausage/money"
)

// Stage is how a refund or a dispute stands.
type Stage string

// The stages, and what they are to the app (billing.ReversalState).
const (
	RefundPending  Stage = "refund.pending"  // open: not made yet
	RefundMade     Stage = "refund.made"     // taken
	RefundFailed   Stage = "refund.failed"   // returned: it was made, and the bank sent it back
	RefundCanceled Stage = "refund.canceled" // closed: it was never made

	DisputeInquiry Stage = "dispute.inquiry" // open: the bank asks, and takes nothing
	DisputeClosed  Stage = "dispute.closed"  // closed: the inquiry ended
	DisputeOpened  Stage = "dispute.opened"  // taken, under review
	DisputeWon     Stage = "dispute.won"     // returned
	DisputeLost    Stage = "dispute.lost"    // taken, for good
)

// stages are what each stage is to the app, and which may follow.
var stages = map[Stage]struct {
	kind  billing.ReversalKind
	state billing.ReversalState
	next  []Stage
}{
	RefundPending:  {billing.Refund, billing.ReversalOpen, []Stage{RefundMade, RefundCanceled}},
	RefundMade:     {billing.Refund, billing.ReversalTaken, []Stage{RefundFailed}},
	RefundFailed:   {billing.Refund, billing.ReversalReturned, nil},
	RefundCanceled: {billing.Refund, billing.ReversalClosed, nil},
	DisputeInquiry: {billing.Dispute, billing.ReversalOpen, []Stage{DisputeOpened, DisputeClosed}},
	DisputeClosed:  {billing.Dispute, billing.ReversalClosed, nil},
	DisputeOpened:  {billing.Dispute, billing.ReversalTaken, []Stage{DisputeWon, DisputeLost}},
	DisputeWon:     {billing.Dispute, billing.ReversalReturned, nil},
	DisputeLost:    {billing.Dispute, billing.ReversalTaken, nil},
}

// Next are the stages that may follow one, none where it has ended.
func (st Stage) Next() []Stage { return stages[st].next }

// ErrNotPossible says that a reversal does not fit its charge or its stage: more than there is, of a charge that took nothing,
// or after its end.
var ErrNotPossible = errors.New("testpay: not possible with this charge")

// Refund gives money of a charge back to the card, as from the dashboard. Refunds and disputes together take no more than the
// charge, unless the script says Racing: then refunds alone do not.
func (s *Service) Refund(ctx context.Context, charge string, amount money.Amount) (id string, err error) {
	return s.Reverse(ctx, charge, amount, RefundMade)
}

// Dispute claims money of a charge back: DisputeInquiry or DisputeOpened. It takes no more than is left of the charge, unless
// the script says Racing: then no more than the charge.
func (s *Service) Dispute(ctx context.Context, charge string, amount money.Amount, stage Stage) (id string, err error) {
	return s.Reverse(ctx, charge, amount, stage)
}

// Reverse begins a refund or a dispute at RefundPending, RefundMade, DisputeInquiry or DisputeOpened, and gives its id.
func (s *Service) Reverse(ctx context.Context, charge string, amount money.Amount, stage Stage) (id string, err error) {
	racing := s.racing(stage, charge)
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		c, err := s.charge(ctx, tx, charge)
		if err != nil {
			return err
		}
		room := roomFor(c, stage, racing)
		begins := stage == RefundPending || stage == RefundMade || stage == DisputeInquiry || stage == DisputeOpened
		if !begins || c.State != billing.ChargeSucceeded || amount <= 0 || !amount.IsWholeCents() || amount > room {
			return fmt.Errorf("%w: %s of %s, %s left", ErrNotPossible, stage, amount.Decimal(), room.Decimal())
		}
		id, err = s.addReversal(ctx, tx, c, amount, stage)
		return err
	})
	s.nudge()
	return id, err
}

// Advance moves a refund or a dispute to its next stage, such as DisputeWon. What takes money then has the bounds of Refund
// and Dispute.
func (s *Service) Advance(ctx context.Context, reversal string, to Stage) error {
	var charge string
	err := s.inTx(ctx, func(tx *sql.Tx) (err error) {
		charge, _, _, err = findReversal(ctx, tx, reversal)
		return err
	})
	if err != nil {
		return err
	}
	racing := s.racing(to, charge)
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		_, from, amount, err := findReversal(ctx, tx, reversal)
		if err != nil {
			return err
		}
		c, err := s.charge(ctx, tx, charge)
		if err != nil {
			return err
		}
		takes := stages[from].state == billing.ReversalOpen && stages[to].state == billing.ReversalTaken
		if !slices.Contains(from.Next(), to) || takes && amount > roomFor(c, to, racing) {
			return fmt.Errorf("%w: %s after %s", ErrNotPossible, to, from)
		}
		if _, err := tx.ExecContext(ctx, "UPDATE reversals SET stage = ? WHERE id = ?", to, reversal); err != nil {
			return fmt.Errorf("testpay: advance reversal: %w", err)
		}
		return s.enqueue(ctx, tx, eventOf(c, string(to)))
	})
	s.nudge()
	return err
}

// racing asks the script about a refund or a dispute, outside a transaction.
func (s *Service) racing(stage Stage, charge string) bool {
	if stages[stage].kind == billing.Dispute {
		return s.fault(OpDispute, charge) == Racing
	}
	return s.fault(OpRefund, charge) == Racing
}

// findReversal reads a refund or a dispute by its id.
func findReversal(ctx context.Context, tx *sql.Tx, id string) (charge string, stage Stage, amount money.Amount, err error) {
	var cents int64
	err = tx.QueryRowContext(ctx, "SELECT charge, stage, cents FROM reversals WHERE id = ?", id).Scan(&charge, &stage, &cents)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", 0, fmt.Errorf("%w: no refund or dispute %q", ErrNotPossible, id)
	}
	if err != nil {
		return "", "", 0, fmt.Errorf("testpay: read reversal: %w", err)
	}
	return charge, stage, money.Cents(cents), nil
}

func (s *Service) addReversal(ctx context.Context, tx *sql.Tx, c billing.Charge, amount money.Amount, stage Stage) (string, error) {
	id := s.conf.NewID("test_" + string(stages[stage].kind))
	_, err := tx.ExecContext(ctx, "INSERT INTO reversals (id, charge, stage, cents, created_at) VALUES (?, ?, ?, ?, ?)", id, c.ID, stage, amount.InCents(), s.now().UnixMicro())
	if err != nil {
		return "", fmt.Errorf("testpay: add reversal: %w", err)
	}
	return id, s.enqueue(ctx, tx, eventOf(c, string(stage)))
}

// roomFor is what a refund or a dispute may take of a charge now.
func roomFor(c billing.Charge, stage Stage, racing bool) money.Amount {
	if racing {
		return c.Amount - takenBy(c, stages[stage].kind)
	}
	return leftOf(c)
}

// leftOf is what refunds and disputes have left of a charge; less than nothing where they raced.
func leftOf(c billing.Charge) money.Amount {
	return c.Amount - takenBy(c, billing.Refund) - takenBy(c, billing.Dispute)
}

// takenBy is what reversals of a kind have taken of a charge.
func takenBy(c billing.Charge, kind billing.ReversalKind) (sum money.Amount) {
	for _, r := range c.Reversals {
		if r.Kind == kind && r.State == billing.ReversalTaken {
			sum += r.Amount
		}
	}
	return sum
}

// reversalsOf reads the refunds and disputes of a charge, the oldest first.
func reversalsOf(ctx context.Context, tx *sql.Tx, charge string) ([]billing.Reversal, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, stage, cents FROM reversals WHERE charge = ? ORDER BY rowid", charge)
	if err != nil {
		return nil, fmt.Errorf("testpay: read reversals: %w", err)
	}
	defer rows.Close()
	var found []billing.Reversal
	for rows.Next() {
		var r billing.Reversal
		var stage Stage
		var cents int64
		if err := rows.Scan(&r.ID, &stage, &cents); err != nil {
			return nil, fmt.Errorf("testpay: read reversals: %w", err)
		}
		r.Kind, r.State, r.Amount = stages[stage].kind, stages[stage].state, money.Cents(cents)
		found = append(found, r)
	}
	return found, rows.Err()
}

// Reversed names the purchases whose charges had a refund or a dispute opened since a time, the earliest first.
func (s *Service) Reversed(ctx context.Context, since time.Time) ([]string, error) {
	var purchases []string
	err := s.call(OpReversed, "", func() error {
		return s.inTx(ctx, func(tx *sql.Tx) error {
			rows, err := tx.QueryContext(ctx, "SELECT c.purchase FROM reversals r JOIN charges c ON c.id = r.charge WHERE r.created_at >= ?"+
				" GROUP BY c.purchase ORDER BY MIN(r.rowid)", since.UnixMicro())
			if err != nil {
				return fmt.Errorf("testpay: reversed: %w", err)
			}
			defer rows.Close()
			for rows.Next() {
				var purchase string
				if err := rows.Scan(&purchase); err != nil {
					return fmt.Errorf("testpay: reversed: %w", err)
				}
				purchases = append(purchases, purchase)
			}
			return rows.Err()
		})
	})
	if err != nil {
		return nil, err
	}
	return purchases, nil
}
