package models

import "gorm.io/gorm/clause"

// NewMail puts a mail into the outbox.
func (tx *Tx) NewMail(m *Mail) error { return tx.create(m) }

// ClaimMails takes the mails that are due, at most limit, and counts an attempt for each: nobody else takes them before
// until. They are due again then, should the one who took them die.
func (tx *Tx) ClaimMails(until Instant, limit int) ([]Mail, error) {
	var mails []Mail
	err := tx.db.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}). // nothing on SQLite, which has one writer
												Where("sent_at = 0 AND next_at <= ?", tx.Now).Order("next_at, id").Limit(limit).Find(&mails).Error
	if err != nil {
		return nil, err
	}
	for i := range mails {
		mails[i].Attempts++
		mails[i].NextAt = until
		if err := tx.saveMail(&mails[i], "attempts", "next_at"); err != nil {
			return nil, err
		}
	}
	return mails, nil
}

// MailSent marks a mail as sent.
func (tx *Tx) MailSent(id string) error { return tx.saveMail(&Mail{ID: id, SentAt: tx.Now}, "sent_at") }

// MailLater says when a mail that could not be sent is tried again.
func (tx *Tx) MailLater(id string, next Instant) error {
	return tx.saveMail(&Mail{ID: id, NextAt: next}, "next_at")
}

// ForgetSentMails deletes the mails to an account that are out.
func (tx *Tx) ForgetSentMails(accountID string) error {
	return tx.db.Where("account_id = ? AND account_id <> '' AND sent_at > 0", accountID).Delete(&Mail{}).Error
}

func (tx *Tx) saveMail(m *Mail, columns ...string) error {
	return changed(tx.db.Model(&Mail{}).Where("id = ?", m.ID).Select(columns).Updates(m))
}
