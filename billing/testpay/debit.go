package testpay

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"extrausage/billing"
)

// KeyKeptFor is how long a purchase's id is known as a key: the same debit sent again later is another debit.
const KeyKeptFor = 24 * time.Hour

// Debit debits a card once per purchase id, for KeyKeptFor: the same request again is answered as its charge stands now, another
// request under the same id is an error. Later the key is forgotten, and the same request takes money once more.
func (s *Service) Debit(ctx context.Context, r billing.DebitRequest) (billing.Charge, error) {
	fault := s.fault(OpDebit, r.PurchaseID)
	if err := fault.before(); err != nil {
		return billing.Charge{}, err
	}
	var c billing.Charge
	var heard Fault
	err := s.inTx(ctx, func(tx *sql.Tx) (err error) {
		if fault == CardRemoved {
			if err := s.detach(ctx, tx, r.Method); err != nil {
				return err
			}
		}
		c, heard, err = s.debit(ctx, tx, r, fault)
		return err
	})
	if err != nil {
		return billing.Charge{}, err
	}
	s.nudge()
	if err := heard.after(); err != nil {
		return billing.Charge{}, err
	}
	return c, nil
}

// debit answers a debit whose key is known, or makes it.
func (s *Service) debit(ctx context.Context, tx *sql.Tx, r billing.DebitRequest, fault Fault) (c billing.Charge, heard Fault, err error) {
	var k usedKey
	err = tx.QueryRowContext(ctx, "SELECT fingerprint, charge, broken, created_at FROM keys WHERE purchase = ?", r.PurchaseID).
		Scan(&k.fingerprint, &k.charge, &k.broken, &k.createdAt)
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && s.now().Sub(time.UnixMicro(k.createdAt)) >= KeyKeptFor:
		return s.execute(ctx, tx, r, fault)
	case err != nil:
		return c, None, fmt.Errorf("testpay: key: %w", err)
	case k.fingerprint != fingerprintOf(r):
		return c, None, errors.New("testpay: the purchase's id was used for another debit")
	}
	heard = fault
	if k.broken {
		heard = ErrorAfter // replayed
	} else if fault == ErrorAfter {
		err = breakKey(ctx, tx, r.PurchaseID)
	}
	if err != nil {
		return c, None, err
	}
	c, err = s.charge(ctx, tx, k.charge)
	return c, heard, err
}

// usedKey is a purchase's id as it was used for a debit.
type usedKey struct {
	fingerprint, charge string
	broken              bool // answers 5xx for good
	createdAt           int64
}

// breakKey makes a key answer 5xx from now on.
func breakKey(ctx context.Context, tx *sql.Tx, purchase string) error {
	if _, err := tx.ExecContext(ctx, "UPDATE keys SET broken = 1 WHERE purchase = ?", purchase); err != nil {
		return fmt.Errorf("testpay: break key: %w", err)
	}
	return nil
}

// execute makes a new charge, and remembers its key.
func (s *Service) execute(ctx context.Context, tx *sql.Tx, r billing.DebitRequest, fault Fault) (billing.Charge, Fault, error) {
	d, err := s.circumstances(ctx, tx, r)
	if err != nil {
		return billing.Charge{}, None, err
	}
	d.fault = fault
	way := courseOf(d)
	c, err := s.addCharge(ctx, tx, r, way)
	if err != nil {
		return c, None, err
	}
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO keys (purchase, fingerprint, charge, broken, created_at) VALUES (?, ?, ?, ?, ?)",
		r.PurchaseID, fingerprintOf(r), c.ID, way.fault == ErrorAfter, s.now().UnixMicro())
	if err != nil {
		return c, None, fmt.Errorf("testpay: remember key: %w", err)
	}
	return c, way.fault, s.enqueue(ctx, tx, eventOf(c, string(c.State)))
}

// circumstances are what the course of a new debit depends on, but for the script.
func (s *Service) circumstances(ctx context.Context, tx *sql.Tx, r billing.DebitRequest) (debit, error) {
	d := debit{onSession: r.OnSession}
	if r.Amount <= 0 || !r.Amount.IsWholeCents() || r.PurchaseID == "" {
		return d, errors.New("testpay: a debit is of whole cents, and for a purchase")
	}
	var customer string
	var month, year int
	err := tx.QueryRowContext(ctx, "SELECT customer, kind, exp_month, exp_year, detached_at <> 0,"+
		" EXISTS (SELECT 1 FROM charges c WHERE c.method = m.id AND c.state = ?) FROM methods m WHERE id = ?", billing.ChargeSucceeded, r.Method).
		Scan(&customer, &d.kind, &month, &year, &d.detached, &d.paid)
	if err != nil || customer != r.Customer {
		return d, errors.Join(errors.New("testpay: no such card of this customer"), err)
	}
	d.expired = !s.now().Before(time.Date(year, time.Month(month)+1, 1, 0, 0, 0, 0, time.UTC))
	return d, nil
}

func (s *Service) addCharge(ctx context.Context, tx *sql.Tx, r billing.DebitRequest, way course) (billing.Charge, error) {
	id, now := s.conf.NewID("test_charge"), s.now()
	var settleAt, disputeAt int64
	if way.state == billing.ChargeProcessing {
		settleAt = now.Add(ProcessingFor).UnixMicro()
	}
	if way.disputed {
		disputeAt = now.Add(DisputedAfter).UnixMicro()
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO charges (id, purchase, n, account, customer, method, cents, return_url, asked, state, failure, created_at, settle_at, dispute_at)"+
		" VALUES (?, ?, (SELECT COUNT(*) + 1 FROM charges WHERE purchase = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", id, r.PurchaseID, r.PurchaseID, r.AccountID,
		r.Customer, r.Method, r.Amount.InCents(), r.ReturnURL, r.OnSession, way.state, way.failure, now.UnixMicro(), settleAt, disputeAt)
	if err != nil {
		return billing.Charge{}, fmt.Errorf("testpay: add charge: %w", err)
	}
	return s.charge(ctx, tx, id)
}

// fingerprintOf tells debits under one id apart.
func fingerprintOf(r billing.DebitRequest) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q|%q|%q|%q|%d|%t|%q", r.PurchaseID, r.AccountID, r.Customer, r.Method, r.Amount.InCents(), r.OnSession, r.ReturnURL))
	return hex.EncodeToString(sum[:])
}
