package main

// mutant is one fault, put into the source on purpose.
type mutant struct {
	name  string
	says  string
	edits []edit
	tests suite
}

// edit replaces a text that stands exactly once in a file.
type edit struct{ file, old, now string }

// suite is a package and the tests of it that have to notice.
type suite struct{ pkg, run string }

// required are the faults about purchases: money taken twice, or taken and not credited.
var required = []string{"M5", "M6", "M7", "M7b", "M8", "M8b", "M13", "M13b", "M14", "M17", "M20", "M20b", "M20c"}

// mutants are the faults that products of this kind are known for, numbered as RELIABILITY.md names them. A letter marks
// another way to make the same fault.
var mutants = []mutant{
	{"M1", "check and write are not under one lock", []edit{
		{"models/sql.go", "if h.dialect == postgresDialect && !h.reading {", "if h.dialect == postgresDialect && h.reading {"},
	}, suite{"./models", "TestLocksHoldBetweenProcesses|TestTheHotPathWaitsForLocks"}},
	{"M2", "the limit is changed beside the lock that guards what is spent", []edit{
		{"billing/settings.go", "m, err := tx.Lock(accountID)", "m, err := tx.Look(accountID)"},
	}, suite{"./billing", "TestSettingsWaitForTheMeter"}},
	{"M3", "< for <= at the limit", []edit{
		{"billing/decide.go", "need <= walls.room()", "need < walls.room()"},
	}, suite{"./billing", "TestDecideHold$|TestHoldsAtTheLimit"}},
	{"M3b", "one nano beyond the limit", []edit{
		{"billing/decide.go", "need <= walls.room()", "need <= walls.room()+1"},
	}, suite{"./billing", "TestDecideHold$|TestHoldsAtTheLimit"}},
	{"M4", "Unlimited is stored as the amount 0", []edit{
		{"billing/settings.go", "month.LimitKind, month.Limit = string(l.Kind), l.Amount", "month.LimitKind, month.Limit = string(LimitAmount), l.Amount"},
	}, suite{"./billing", "TestSaveMonthlyLimit"}},
	{"M4b", "the amount 0 means Unlimited", []edit{
		{"billing/decide.go", "if w.limit.Kind == Unlimited {", "if w.limit.Amount == 0 {"},
	}, suite{"./billing", "TestRoom|TestDecideHold"}},
	{"M5", "a new key on each further send", []edit{
		{"billing/purchase_submit.go", "PurchaseID: p.ID, AccountID: accountID, Customer", `PurchaseID: p.ID + map[bool]string{true: "-again"}[p.Sends > 1], AccountID: accountID, Customer`},
	}, suite{"./billing", "TestWhatIsChargedIsCredited|TestProviderDownForHours|TestDeathOfTheProcess"}},
	{"M6", "a time-out is taken for a decline", []edit{
		{"billing/purchase_submit.go", "_, err = s.record(ctx, accountID, purchaseID, sawNothing, Charge{})", "_, err = s.record(ctx, accountID, purchaseID, sawDeclined, Charge{})"},
	}, suite{"./billing", "TestAnswerLost|TestProviderDownForHours"}},
	{"M7", "a credit has no unique key", []edit{
		{"migrations/sqlite/00001_tables.sql", "CREATE UNIQUE INDEX entries_by_purchase", "CREATE INDEX entries_by_purchase"},
		{"migrations/postgres/00001_tables.sql", "CREATE UNIQUE INDEX entries_by_purchase", "CREATE INDEX entries_by_purchase"},
	}, suite{"./models", "TestWhatHappensOnceHasAUniqueKey"}},
	{"M7b", "nor does anybody ask whether it was credited before", []edit{
		{"migrations/sqlite/00001_tables.sql", "CREATE UNIQUE INDEX entries_by_purchase", "CREATE INDEX entries_by_purchase"},
		{"migrations/postgres/00001_tables.sql", "CREATE UNIQUE INDEX entries_by_purchase", "CREATE INDEX entries_by_purchase"},
		{"billing/purchase_submit.go", "\tif after == before {\n\t\treturn nil\n\t}\n", ""},
	}, suite{"./billing", "TestASuccessSeenAgainIsCreditedOnce"}},
	{"M8", "the sum of what was refunded is taken as if it were new", []edit{
		{"billing/reversal.go", "need := min(taken, charged).Sub(held)", "need := min(taken, charged)"},
		{"billing/reversal.go", "if s.row.State == string(ReversalTaken) && s.row.Posted == 0 {", "if s.row.State == string(ReversalTaken) {"},
	}, suite{"./billing", "TestReversalsOfOneCharge|TestReversalsInAnyOrder"}},
	{"M8b", "refunds and disputes together take more than the charge", []edit{
		{"billing/reversal.go", "need := min(taken, charged).Sub(held)", "need := taken.Sub(held)"},
	}, suite{"./billing", "TestReversalsOfOneCharge|TestReversalsInAnyOrder"}},
	{"M9", "the sweep expires holds that have ended", []edit{
		{"billing/settle.go", "if h.State == holdOpen && h.ExpiresAt <= m.Now {", "if h.ExpiresAt <= m.Now {"},
	}, suite{"./billing", "TestTheSweepLeavesEndedHoldsAlone"}},
	{"M10", "a settle takes more than its hold", []edit{
		{"billing/decide.go", "c := min(cost, covered)", "c := cost"},
	}, suite{"./billing", "TestDecideSettle|TestASettleNeverTakesMoreThanItsHold"}},
	{"M11", "the billing month is taken from the machine's time zone", []edit{
		{"billing/month.go", "nextMonth(last.StartsAt, last.EndsAt, zone(m.Meter.TimeZone))", "nextMonth(last.StartsAt, last.EndsAt, time.Local)"},
	}, suite{"./billing", "TestAChangedZoneActsFromTheNextMonth|TestANewZoneActsFromTheNextMonth"}},
	{"M12", "a settle belongs to the month in which it arrives", []edit{
		{"billing/settle.go", "rec.month = m.Month(h.MonthStartsAt)", "rec.month = currentMonth(m)"},
	}, suite{"./billing", "TestASessionAcrossTheMonthsEnd|TestBothPoolsOfASession"}},
	{"M13", "auto-reload buys while the account is in debt", []edit{
		{"billing/reload.go", `a.pause == "" && a.walls.balance >= 0`, `a.pause == ""`},
	}, suite{"./billing", "TestReloadAmount|TestReversals"}},
	{"M13b", "a refund or a dispute does not pause auto-reload", []edit{
		{"billing/reversal.go", "if step.moved && row.State == string(ReversalTaken) && m.Meter.ReloadOn {", "if m == nil {"},
	}, suite{"./billing", "TestReversals"}},
	{"M14", "a decline gives its attempt back to the guard", []edit{
		{"billing/reload.go", "\tfor most, span := range map[int]time.Duration{ReloadsPerHour", `	var kept []attempt
	for _, a := range attempts {
		if a.counts {
			kept = append(kept, a)
		}
	}
	attempts = kept
	for most, span := range map[int]time.Duration{ReloadsPerHour`},
	}, suite{"./billing", "TestGuardIsTheSlidingWindow"}},
	{"M15", "amounts are multiplied as floats", []edit{
		{"money/amount.go", "func (a Amount) Times(n int64) Amount { return must(a.CheckedTimes(n)) }", "func (a Amount) Times(n int64) Amount { return Amount(float64(a) * float64(n)) }"},
	}, suite{"./money", "TestArithmeticIsExactOrOverflows"}},
	{"M16", "SQLite transactions are deferred", []edit{
		{"models/store.go", "&_synchronous=FULL&_txlock=immediate", "&_synchronous=FULL&_txlock=deferred"},
	}, suite{"./models", "TestLocksHoldBetweenProcesses"}},
	{"M17", "an older observation overwrites a newer state", []edit{
		{"billing/purchase_state.go", "case !state.Pending():\n\t\treturn state\n", ""},
	}, suite{"./billing", "TestNextPurchaseState|TestWebhooksAreHints"}},
	{"M18", "a purchase is read without its account", []edit{
		{"models/purchases.go", `"p.account_id = ? AND p.id = ?", 1, accountID, id`, `"p.id = ?", 1, id`},
	}, suite{"./handlers", "TestOthersIDsAreNotFound"}},
	{"M19", "what was told is known by heart only, and forgotten", []edit{
		{"migrations/sqlite/00004_notices.sql", "CREATE UNIQUE INDEX notices_by_key", "CREATE INDEX notices_by_key"},
		{"migrations/postgres/00004_notices.sql", "CREATE UNIQUE INDEX notices_by_key", "CREATE INDEX notices_by_key"},
		{"billing/alert_run.go", "found, err := tx.KnownNotices(m.AccountID(), keys)", "found, err := []string{}, error(nil)"},
	}, suite{"./billing", "TestAlertsOfTheLimit"}},
	{"M20", "holds and settles are answered before their commit", []edit{
		{"models/meter.go", "\terr := s.commit(groups)\n\tif err != nil && len(groups) > 1 {", "\tfor _, g := range groups {\n\t\tclose(g.ready)\n\t}\n\terr := s.commit(groups)\n\tif err != nil && len(groups) > 1 {"},
		{"models/meter.go", "\t\tg.err = err\n\t\tclose(g.ready)\n", "\t\tg.err = err\n"},
	}, suite{"./models", "TestAnswersComeAfterTheCommit"}},
	{"M20b", "a webhook is answered although it was not stored", []edit{
		{"billing/webhook.go", "\tif err != nil || !isNew {\n\t\treturn err\n\t}\n", "\tif err != nil || !isNew {\n\t\treturn nil\n\t}\n"},
	}, suite{"./billing", "TestAWebhookThatIsNotStoredIsNotAnswered"}},
	{"M20c", "a purchase is answered before its success is committed", []edit{
		{"billing/purchase_submit.go", "\t_, err = s.record(ctx, accountID, purchaseID, observation(charge.State), charge)\n\treturn sendNow, err\n", "\tgo s.record(ctx, accountID, purchaseID, observation(charge.State), charge)\n\treturn sendNow, nil\n"},
	}, suite{"./billing", "TestBuyWithEachCard"}},
}
