package billing

import (
	"fmt"

	"extrausage/models"
)

// This file tells of changes: whoever changed something reads of it, and whoever did not has reason to look.

// tellChange tells of a change of the limit or the card.
func (s *Service) tellChange(tx *models.Tx, m *models.MeterState, c Change) error {
	switch {
	case c.ID == "":
	case c.Setting == settingMonthlyLimit:
		return s.notify(tx, m, notice{Kind: NoticeLimitChanged, Key: "limit_changed/" + c.ID, Args: noticeArgs{Old: c.Old}})
	case c.Setting == settingCard:
		return s.notify(tx, m, notice{Kind: NoticeCardChanged, Key: "card_changed/" + c.ID, Args: noticeArgs{Old: c.Old, Card: c.New}})
	}
	return nil
}

// tellEnabled tells that extra usage is on.
func (s *Service) tellEnabled(tx *models.Tx, m *models.MeterState) error {
	return s.notify(tx, m, notice{Kind: NoticeEnabled, Key: fmt.Sprintf("enabled/%d", m.Meter.ExtraUsageSinceAt)})
}

// tellTurnedOff tells that we switched extra usage off, where a plan ended.
func (s *Service) tellTurnedOff(tx *models.Tx, m *models.MeterState, c Change) error {
	if c.ID == "" {
		return nil
	}
	return s.notify(tx, m, notice{Kind: NoticeTurnedOff, Key: "turned_off/" + c.ID, Args: noticeArgs{Why: string(NoPlan)}})
}

// tellLook tells that a staff member looks at the account, once for each reason that they gave.
func (s *Service) tellLook(tx *models.Tx, look *models.StaffLook, staff string) error {
	m, err := tx.Look(look.AccountID) // nothing of it changes
	if err != nil {
		return err
	}
	return s.notify(tx, m, notice{
		Kind: NoticeSupportView, Key: "support_view/" + look.ID,
		Args: noticeArgs{Staff: staff, Reason: look.Reason, Ticket: look.Ticket},
	})
}
