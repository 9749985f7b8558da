package handlers_test

import (
	"net/http"
	"testing"
)

// Forms sent one after the other without looking at a page: the notices of all of them would not fit into a cookie.
func TestNoticesThatNobodySeesDoNotPileUp(t *testing.T) {
	_, b, _ := onExtra(t, onSQLite(t))
	for range 60 {
		b.post("/settings/usage/continue", "preference", "ask").want(http.StatusSeeOther)
		b.post("/settings/usage/continue", "preference", "always").want(http.StatusSeeOther)
	}
	b.get("/settings/usage").want(http.StatusOK)
}
