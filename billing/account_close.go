package billing

import (
	"context"
	"errors"

	"extrausage/models"
)

// CloseAccount ends an account for good: extra usage and auto-reload off, card removed, sessions ended, and everything that
// tells who it was replaced. The ledger, the history of settings and the consents stay: they name the account by id only.
// Credits that are left the operator refunds. confirmEmail is the account's e-mail, typed.
// Faults: close_unconfirmed (field confirm), account_closed.
func (s *Service) CloseAccount(ctx context.Context, accountID, confirmEmail string) error {
	return s.changeProfile(ctx, accountID, func(tx *models.Tx, m *models.MeterState, a *models.Account) error {
		if NormalEmail(confirmEmail) != a.Email {
			return invalid("confirm", "close_unconfirmed")
		}
		s.switchOff(m, BySubscriber)
		if m.Meter.ReloadOn {
			s.setReload(m, ReloadRule{}, BySubscriber)
		}
		stopReload(m)
		if err := archiveCard(tx, accountID); err != nil {
			return err
		}
		if err := forgetPerson(tx, a); err != nil {
			return err
		}
		s.addNote(m, settingAccount, "open", "closed", BySubscriber)
		m.Meter.Closed = true
		return nil
	})
}

func archiveCard(tx *models.Tx, accountID string) error {
	card, err := tx.CurrentCard(accountID)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.ArchiveCard(accountID, card.ID)
}

// forgetPerson deletes, or replaces, everything outside the ledger that tells who an account was.
func forgetPerson(tx *models.Tx, a *models.Account) error {
	return errors.Join(
		tx.SavePersonalData(&models.Account{ID: a.ID, Email: pseudonym(a.ID)}),
		tx.EndSessionsBut(a.ID, "", ""),
		tx.ForgetSignInLinks(a.ID),
		tx.ForgetSentMails(a.ID),
		tx.ForgetNotices(a.ID),
		tx.DropEnableDraft(a.ID),
	)
}

// closedDomain is where nobody receives mail (RFC 2606); checkEmail refuses it, so that nobody asks for a link there either.
const closedDomain = "closed.invalid"

// pseudonym is the e-mail of a closed account: accounts have one, and all differ.
func pseudonym(accountID string) string { return "closed." + accountID + "@" + closedDomain }
