package models

import "slices"

// NewStaffMember adds a staff member; ErrTaken when the e-mail is.
func (tx *Tx) NewStaffMember(m *StaffMember) error { return tx.create(m) }

// StaffMember is the staff member with this id, or ErrNotFound.
func (tx *Tx) StaffMember(id string) (*StaffMember, error) {
	m := new(StaffMember)
	return m, first(tx.db.Where("id = ?", id), m)
}

// StaffMemberByEmail is the staff member who signs in with this normalised e-mail, or ErrNotFound.
func (tx *Tx) StaffMemberByEmail(email string) (*StaffMember, error) {
	m := new(StaffMember)
	return m, first(tx.db.Where("email = ?", email), m)
}

// SaveStaffPassword writes the password hash of a staff member.
func (tx *Tx) SaveStaffPassword(id, hash string) error {
	return changed(tx.db.Model(&StaffMember{}).Where("id = ?", id).Select("password_hash").
		Updates(&StaffMember{PasswordHash: hash}))
}

// NewStaffLook adds a permission to look at an account.
func (tx *Tx) NewStaffLook(l *StaffLook) error { return tx.create(l) }

// RunningLook is the staff member's permission to look at an account that lasts longest beyond now, or ErrNotFound.
func (tx *Tx) RunningLook(staffID, accountID string) (*StaffLook, error) {
	l := new(StaffLook)
	return l, first(tx.db.Where("account_id = ? AND staff_id = ? AND expires_at > ?", accountID, staffID, tx.Now).
		Order("expires_at DESC, id DESC").Limit(1), l)
}

// NewStaffView records that a page of an account was seen.
func (tx *Tx) NewStaffView(v *StaffView) error { return tx.create(v) }

// StaffViews are the newest looks of staff at an account's pages with an id before the given one ("" for all), newest first.
func (tx *Tx) StaffViews(accountID, before string, limit int) ([]StaffView, error) {
	q := tx.db.Where("account_id = ?", accountID)
	if before != "" {
		q = q.Where("id < ?", before)
	}
	var views []StaffView
	err := q.Order("id DESC").Limit(limit).Find(&views).Error
	return views, err
}

// StaffViewsAfter are those that come right before the view after in the order of StaffViews, newest first.
func (tx *Tx) StaffViewsAfter(accountID, after string, limit int) ([]StaffView, error) {
	var views []StaffView
	err := tx.db.Where("account_id = ? AND id > ?", accountID, after).Order("id").Limit(limit).Find(&views).Error
	slices.Reverse(views)
	return views, err
}
