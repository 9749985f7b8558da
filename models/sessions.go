package models

import "errors"

// NewSession adds a web session.
func (tx *Tx) NewSession(s *Session) error { return tx.create(s) }

// SessionByHash is the web session whose random id has this hash, or ErrNotFound. Whether it is still alive the caller decides.
func (tx *Tx) SessionByHash(idHash string) (*Session, error) {
	s := new(Session)
	return s, first(tx.db.Where("id_hash = ?", idHash), s)
}

// Sessions are the web sessions of an account, the one seen last first.
func (tx *Tx) Sessions(accountID string) ([]Session, error) {
	var sessions []Session
	err := tx.db.Where("account_id = ? AND account_id <> ''", accountID).Order("seen_at DESC, id DESC").Find(&sessions).Error
	return sessions, err
}

// TouchSession writes when a web session was seen last. One that has ended meanwhile stays ended.
func (tx *Tx) TouchSession(idHash string) error {
	return tx.db.Model(&Session{}).Where("id_hash = ?", idHash).Select("seen_at").Updates(&Session{SeenAt: tx.Now}).Error
}

// EndSessionByHash ends the web session whose random id has this hash, if there is one.
func (tx *Tx) EndSessionByHash(idHash string) error {
	s, err := tx.SessionByHash(idHash)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	tx.Tell(s.AccountID)
	return tx.db.Where("id_hash = ?", idHash).Delete(&Session{}).Error
}

// ReplaceSession ends the web session with this hash and begins next in its place; ErrNotFound when it has ended already.
func (tx *Tx) ReplaceSession(idHash string, next *Session) error {
	if err := changed(tx.db.Where("id_hash = ?", idHash).Delete(&Session{})); err != nil {
		return err
	}
	tx.Tell(next.AccountID)
	return tx.create(next)
}

// EndSession ends one web session of an account, or ErrNotFound.
func (tx *Tx) EndSession(accountID, id string) error {
	tx.Tell(accountID)
	return changed(tx.db.Where("account_id = ? AND account_id <> '' AND id = ?", accountID, id).Delete(&Session{}))
}

// EndSessionsBut ends the web sessions of an account or staff member, all but the one with this hash.
func (tx *Tx) EndSessionsBut(accountID, staffID, idHash string) error {
	tx.Tell(accountID)
	return tx.db.Where("account_id = ? AND staff_id = ? AND id_hash <> ?", accountID, staffID, idHash).Delete(&Session{}).Error
}
