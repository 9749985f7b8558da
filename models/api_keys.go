package models

// NewAPIKey adds an API key.
func (tx *Tx) NewAPIKey(k *APIKey) error { return tx.create(k) }

// APIKey is the key with this id, or ErrNotFound. Whether it can still be used the caller decides.
func (tx *Tx) APIKey(id string) (*APIKey, error) {
	k := new(APIKey)
	return k, first(tx.db.Where("id = ?", id), k)
}

// RevokeAPIKey ends a key; one that is revoked keeps its first time. ErrNotFound when there is none.
func (tx *Tx) RevokeAPIKey(id string) error {
	if _, err := tx.APIKey(id); err != nil {
		return err
	}
	return tx.db.Model(&APIKey{}).Where("id = ? AND revoked_at = 0", id).Select("revoked_at").
		Updates(&APIKey{RevokedAt: tx.Now}).Error
}

// TouchAPIKey writes when a key was used last.
func (tx *Tx) TouchAPIKey(id string) error {
	return tx.db.Model(&APIKey{}).Where("id = ?", id).Select("last_used_at").Updates(&APIKey{LastUsedAt: tx.Now}).Error
}
