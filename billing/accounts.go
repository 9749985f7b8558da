package billing

import (
	"context"
	"errors"
	"time"

	"extrausage/models"
)

// NewAccount is an account to be made. ID is chosen by a caller that provisions, else empty. Plan is "max_20x", or "" for
// none. Locale and TimeZone are English and UTC where empty. Without a Password the first sign-in is by a mailed link.
type NewAccount struct {
	ID       string
	Email    string
	Name     string
	Plan     string
	Locale   string
	TimeZone string
	Password string
}

// AccountView is an account as the one who provisions it sees it.
type AccountView struct {
	ID        string
	Email     string
	Name      string
	Plan      string
	Locale    string
	TimeZone  string
	CreatedAt time.Time
}

// CreateAccount makes an account with extra usage off, no limit and no credits, and gives its id.
// Faults: email_invalid, email_taken, account_id_malformed, account_id_taken, time_zone_unknown, locale_unknown,
// plan_unknown, too_long, password_short, password_long, password_common.
func (s *Service) CreateAccount(ctx context.Context, n NewAccount) (string, error) {
	n = n.withDefaults()
	if err := checkNewAccount(n); err != nil {
		return "", err
	}
	hash, err := s.newPassword(ctx, "password", n.Password, n.Email)
	if err != nil {
		return "", err
	}
	if n.ID == "" {
		n.ID = s.newID("acc")
	}
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		if err := mustBeFree(tx, n.ID, n.Email); err != nil {
			return err
		}
		return addAccount(tx, n, hash)
	})
	return n.ID, emailTaken(err)
}

func (n NewAccount) withDefaults() NewAccount {
	n.Email, n.Name = NormalEmail(n.Email), oneLine(n.Name)
	if n.Locale == "" {
		n.Locale = defaultLocale
	}
	if n.TimeZone == "" {
		n.TimeZone = defaultZone
	}
	return n
}

func checkNewAccount(n NewAccount) error {
	if n.ID != "" && !accountIDs.MatchString(n.ID) {
		return invalid("id", "account_id_malformed")
	}
	return errors.Join(checkEmail("email", n.Email), checkLength("name", n.Name, maxTextLength), checkPlan(n.Plan),
		checkLocale(n.Locale), checkZone(n.TimeZone))
}

// mustBeFree refuses an id or e-mail that is in use, by a subscriber or by staff: nobody can be both, so nobody looks at
// their own account as staff.
func mustBeFree(tx *models.Tx, id, email string) error {
	if err := tx.LockNames("account " + id); err != nil {
		return err
	}
	if _, err := tx.Account(id); !errors.Is(err, models.ErrNotFound) {
		return orFault(err, fault(Conflict, "account_id_taken"))
	}
	return emailMustBeFree(tx, email)
}

func emailMustBeFree(tx *models.Tx, email string) error {
	if err := tx.LockNames("email " + email); err != nil {
		return err
	}
	p, err := personByEmail(tx, email)
	if err != nil {
		return err
	}
	if p != nil {
		return invalid("email", "email_taken")
	}
	return nil
}

// orFault is err, or f where there is none.
func orFault(err error, f *Fault) error {
	if err != nil {
		return err
	}
	return f
}

// emailTaken words the database's refusal of a second row: only the e-mail can be what two at once ran into.
func emailTaken(err error) error {
	if errors.Is(err, models.ErrTaken) {
		return invalid("email", "email_taken")
	}
	return err
}

// addAccount writes a new account, its meter and its first billing month.
func addAccount(tx *models.Tx, n NewAccount, passwordHash string) error {
	start, end := firstMonth(tx.Now, zone(n.TimeZone))
	return tx.NewAccount(
		&models.Account{ID: n.ID, Email: n.Email, Name: n.Name, PasswordHash: passwordHash, Locale: n.Locale, CreatedAt: tx.Now},
		&models.Meter{AccountID: n.ID, Plan: n.Plan, TimeZone: n.TimeZone, MonthStartsAt: start, SeenAt: tx.Now, LowBalance: DefaultLowBalance},
		&models.BillingMonth{AccountID: n.ID, StartsAt: start, EndsAt: end, LimitKind: string(LimitUnset)},
	)
}
