package models

// NewSignInLink adds a mailed link.
func (tx *Tx) NewSignInLink(l *SignInLink) error { return tx.create(l) }

// SignInLink is the link whose token has this hash, or ErrNotFound. Whether it can still be used the caller decides.
func (tx *Tx) SignInLink(tokenHash string) (*SignInLink, error) {
	l := new(SignInLink)
	return l, first(tx.db.Where("token_hash = ?", tokenHash), l)
}

// UseSignInLink marks a link as used; ErrNotFound when it is used already. Of two at once one wins.
func (tx *Tx) UseSignInLink(tokenHash string) error {
	return changed(tx.db.Model(&SignInLink{}).Where("token_hash = ? AND used_at = 0", tokenHash).Select("used_at").
		Updates(&SignInLink{UsedAt: tx.Now}))
}

// EndSignInLinks marks every open link of an account or staff member as used.
func (tx *Tx) EndSignInLinks(accountID, staffID string) error {
	return tx.db.Model(&SignInLink{}).Where("account_id = ? AND staff_id = ? AND used_at = 0", accountID, staffID).
		Select("used_at").Updates(&SignInLink{UsedAt: tx.Now}).Error
}

// ForgetSignInLinks deletes every link of an account: they hold its e-mail.
func (tx *Tx) ForgetSignInLinks(accountID string) error {
	return tx.db.Where("account_id = ? AND account_id <> ''", accountID).Delete(&SignInLink{}).Error
}
