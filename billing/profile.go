package billing

import (
	"context"
	"errors"
	"time"

	"extrausage/models"
)

// Profile is what a subscriber keeps about themselves.
type Profile struct {
	AccountID   string
	Email       string
	HasPassword bool
	InvoiceAddress
	Locale       string
	TimeZone     string    // the billing zone chosen last
	ZoneInForce  string    // the one that the running billing month was made in
	TimeZoneFrom time.Time // when TimeZone acts, where it is not in force yet, or when a zone chosen now would: the month's end
	Plan         string
	CreatedAt    time.Time
}

// InvoiceAddress is who receipts and invoices are made out to. Address may have several lines.
type InvoiceAddress struct {
	Name    string `json:"name"`
	Company string `json:"company"`
	Address string `json:"address"`
	TaxID   string `json:"tax_id"`
}

// Profile is the profile of an account.
func (s *Service) Profile(ctx context.Context, accountID string) (p Profile, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		p, err = readProfile(tx, accountID)
		return err
	})
	return p, err
}

func readProfile(tx *models.Tx, accountID string) (p Profile, err error) {
	a, err := tx.Account(accountID)
	if err != nil {
		return p, err
	}
	m, err := tx.MeterRow(accountID)
	if err != nil {
		return p, err
	}
	month, err := tx.MonthRow(accountID, m.MonthStartsAt)
	if err != nil {
		return p, err
	}
	start, end := monthNow(month, m.TimeZone, max(tx.Now, m.SeenAt))
	p = Profile{
		AccountID: a.ID, Email: a.Email, HasPassword: a.PasswordHash != "",
		InvoiceAddress: InvoiceAddress{Name: a.Name, Company: a.Company, Address: a.Address, TaxID: a.TaxID},
		Locale:         a.Locale, TimeZone: m.TimeZone, ZoneInForce: m.TimeZone, TimeZoneFrom: end.Time(),
		Plan: m.Plan, CreatedAt: a.CreatedAt.Time(),
	}
	c, err := tx.FirstChangeSince(accountID, settingTimeZone, start)
	if errors.Is(err, models.ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.ZoneInForce = c.OldValue
	return p, nil
}

// SaveLocale sets the language of pages and mails. Fault: locale_unknown.
func (s *Service) SaveLocale(ctx context.Context, accountID, locale string) error {
	if err := checkLocale(locale); err != nil {
		return err
	}
	return s.changeProfile(ctx, accountID, func(tx *models.Tx, m *models.MeterState, a *models.Account) error {
		if a.Locale == locale {
			return nil
		}
		s.addNote(m, settingLocale, a.Locale, locale, BySubscriber)
		a.Locale = locale
		return tx.SaveLocale(a)
	})
}

// SaveTimeZone sets the billing zone, which acts from the next billing month. Fault: time_zone_unknown.
func (s *Service) SaveTimeZone(ctx context.Context, accountID, name string) error {
	if err := checkZone(name); err != nil {
		return err
	}
	return s.changeProfile(ctx, accountID, func(_ *models.Tx, m *models.MeterState, _ *models.Account) error {
		s.changeZone(m, name, BySubscriber)
		return nil
	})
}

// SaveInvoiceAddress sets who receipts and invoices are made out to. Fault: too_long (fields name, company, address, tax_id).
func (s *Service) SaveInvoiceAddress(ctx context.Context, accountID string, i InvoiceAddress) error {
	i = InvoiceAddress{Name: oneLine(i.Name), Company: oneLine(i.Company), Address: lines(i.Address), TaxID: oneLine(i.TaxID)}
	if err := errors.Join(checkLength("name", i.Name, maxTextLength), checkLength("company", i.Company, maxTextLength),
		checkLength("address", i.Address, maxAddressLength), checkLength("tax_id", i.TaxID, maxTaxIDLength)); err != nil {
		return err
	}
	return s.changeProfile(ctx, accountID, func(tx *models.Tx, m *models.MeterState, a *models.Account) error {
		if i == (InvoiceAddress{Name: a.Name, Company: a.Company, Address: a.Address, TaxID: a.TaxID}) {
			return nil
		}
		s.addNote(m, settingInvoiceAddress, "", "changed", BySubscriber)
		a.Name, a.Company, a.Address, a.TaxID = i.Name, i.Company, i.Address, i.TaxID
		return tx.SaveInvoiceAddress(a)
	})
}

// changeProfile runs one change of a profile under the account's lock. Fault: account_closed.
func (s *Service) changeProfile(ctx context.Context, accountID string,
	change func(*models.Tx, *models.MeterState, *models.Account) error,
) error {
	return s.store.InTx(ctx, func(tx *models.Tx) error {
		m, err := tx.Lock(accountID)
		if err != nil {
			return err
		}
		if m.Meter.Closed {
			return fault(Conflict, "account_closed")
		}
		a, err := tx.Account(accountID)
		if err != nil {
			return err
		}
		if err := change(tx, m, a); err != nil {
			return err
		}
		return tx.Save(m)
	})
}

// ChangePassword sets another password and ends every other session and every mailed link. It takes the session's token, for
// staff too. Faults: session_over, sign_in_throttled; password_wrong (field current_password); password_missing,
// password_short, password_long, password_common (field new_password).
func (s *Service) ChangePassword(ctx context.Context, token, current, next string) error {
	who, fits, try, err := s.confirm(ctx, token, current)
	if err != nil {
		return err
	}
	if next == "" {
		return invalid("new_password", "password_missing")
	}
	hash, err := s.newPassword(ctx, "new_password", next, who.email)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx *models.Tx) error {
		session, err := liveSession(tx, token)
		if err != nil {
			return err
		}
		if err := s.admit(tx, who, fitting{right: fits.right}, try); err != nil {
			return err
		}
		return s.setPassword(tx, who, hash, session.IDHash)
	})
}
