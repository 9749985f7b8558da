package billing

import (
	"context"
	"errors"

	"extrausage/models"
)

// ProvisionAccount makes the account n.ID, or changes its e-mail, name, plan, locale and time zone; created tells which.
// Where it exists, an empty name, locale or time zone leaves the old one. It never switches extra usage on; without a plan
// it switches it off and keeps the credits. A new zone acts from the next billing month. n.Password is not read.
// Faults: as CreateAccount; account_closed.
func (s *Service) ProvisionAccount(ctx context.Context, n NewAccount) (view AccountView, created bool, err error) {
	if !accountIDs.MatchString(n.ID) {
		return view, false, invalid("id", "account_id_malformed")
	}
	if err := checkNewAccount(n.withDefaults()); err != nil {
		return view, false, err
	}
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		view, created, err = s.provision(tx, n)
		return err
	})
	return view, created, emailTaken(err)
}

func (s *Service) provision(tx *models.Tx, n NewAccount) (view AccountView, created bool, err error) {
	if err := tx.LockNames("account " + n.ID); err != nil { // a twin of this call may be about to make it
		return view, false, err
	}
	a, err := tx.Account(n.ID)
	if errors.Is(err, models.ErrNotFound) {
		n = n.withDefaults()
		if err := emailMustBeFree(tx, n.Email); err != nil {
			return view, false, err
		}
		if err := addAccount(tx, n, ""); err != nil {
			return view, false, err
		}
		view, err = accountView(tx, n.ID)
		return view, true, err
	}
	if err != nil {
		return view, false, err
	}
	if err := s.reprovision(tx, a, n); err != nil {
		return view, false, err
	}
	view, err = accountView(tx, n.ID)
	return view, false, err
}

// reprovision changes what differs of an account that exists.
func (s *Service) reprovision(tx *models.Tx, a *models.Account, n NewAccount) error {
	m, err := tx.Lock(a.ID)
	if err != nil {
		return err
	}
	if m.Meter.Closed {
		return fault(Conflict, "account_closed")
	}
	if a, err = tx.Account(a.ID); err != nil { // as it stands under the lock
		return err
	}
	if err := s.changeIdentity(tx, m, a, n); err != nil {
		return err
	}
	if n.TimeZone != "" {
		s.changeZone(m, n.TimeZone, ByClient)
	}
	if m.Meter.Plan != n.Plan {
		s.addNote(m, settingPlan, orNone(m.Meter.Plan), orNone(n.Plan), ByClient)
		m.Meter.Plan = n.Plan
		s.includePlan(m)
	}
	if n.Plan == "" {
		if err := s.tellTurnedOff(tx, m, s.switchOff(m, BySystem)); err != nil {
			return err
		}
	}
	return tx.Save(m)
}

// changeIdentity writes e-mail, name and locale where they differ.
func (s *Service) changeIdentity(tx *models.Tx, m *models.MeterState, a *models.Account, n NewAccount) error {
	next := *a
	if next.Email = NormalEmail(n.Email); next.Email != a.Email {
		if err := s.changeEmail(tx, m, a, next.Email, ByClient); err != nil {
			return err
		}
	}
	if n.Name != "" {
		next.Name = oneLine(n.Name)
	}
	if n.Locale != "" && n.Locale != a.Locale {
		next.Locale = n.Locale
		s.addNote(m, settingLocale, a.Locale, n.Locale, ByClient)
	}
	return tx.SaveIdentity(&next)
}

// changeEmail makes sure that an e-mail is free, notes the change, and ends the links that went to the old one.
func (s *Service) changeEmail(tx *models.Tx, m *models.MeterState, a *models.Account, email string, by Actor) error {
	if err := emailMustBeFree(tx, email); err != nil {
		return err
	}
	s.addNote(m, settingEmail, maskEmail(a.Email), maskEmail(email), by)
	return tx.EndSignInLinks(a.ID, "")
}

// changeZone sets the billing zone. Months that have begun are rolled first, in the old zone: the new one acts from the next.
func (s *Service) changeZone(m *models.MeterState, name string, by Actor) {
	currentMonth(m)
	if m.Meter.TimeZone != name {
		s.addNote(m, settingTimeZone, m.Meter.TimeZone, name, by)
		m.Meter.TimeZone = name
	}
}

func orNone(plan string) string {
	if plan == "" {
		return "none"
	}
	return plan
}

func accountView(tx *models.Tx, id string) (AccountView, error) {
	a, err := tx.Account(id)
	if err != nil {
		return AccountView{}, err
	}
	m, err := tx.MeterRow(id)
	if err != nil {
		return AccountView{}, err
	}
	return AccountView{
		ID: a.ID, Email: a.Email, Name: a.Name, Plan: m.Plan, Locale: a.Locale, TimeZone: m.TimeZone, CreatedAt: a.CreatedAt.Time(),
	}, nil
}
