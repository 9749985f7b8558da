package billing

import (
	"context"
	"time"

	"extrausage/models"
	"extrausage/money"
)

// Export is everything we keep about an account, in time. Each field becomes a file: all of it marshals to JSON, amounts as
// decimal strings of US dollars.
type Export struct {
	Profile        ExportProfile
	SettingChanges []SettingChange
	Usages         []ExportUsage
	Entries        []ExportEntry
	Purchases      []ExportPurchase
	Invoices       []ExportInvoice
	Cards          []ExportCard
	Consents       []ExportConsent
	Sessions       []SessionView
	StaffViews     []StaffView
	Notices        []ExportNotice
}

// ExportProfile is a Profile as exported.
type ExportProfile struct {
	AccountID string    `json:"account_id"`
	Email     string    `json:"email"`
	CreatedAt time.Time `json:"created_at"`
	Plan      string    `json:"plan"`
	Locale    string    `json:"locale"`
	TimeZone  string    `json:"time_zone"`
	InvoiceAddress
}

// ExportUsage is a request as exported: what was used, and who paid.
type ExportUsage struct {
	ID                 string       `json:"id"`
	OccurredAt         time.Time    `json:"occurred_at"`
	ArrivedAt          time.Time    `json:"arrived_at"`
	HoldID             string       `json:"hold_id,omitempty"`
	Source             string       `json:"source,omitempty"`
	EventID            string       `json:"event_id,omitempty"`
	MessageID          string       `json:"message_id,omitempty"`
	Model              string       `json:"model"`
	ModelID            string       `json:"model_id"`
	Tier               string       `json:"tier"`
	RatesVersion       string       `json:"rates_version"`
	InputTokens        int64        `json:"input_tokens"`
	OutputTokens       int64        `json:"output_tokens"`
	CacheWriteTokens   int64        `json:"cache_write_tokens"`
	CacheWrite1hTokens int64        `json:"cache_write_1h_tokens"`
	CacheReadTokens    int64        `json:"cache_read_tokens"`
	Cost               money.Amount `json:"cost"`
	PlanPart           money.Amount `json:"plan_part"`
	ExtraPart          money.Amount `json:"extra_part"`
	Absorbed           money.Amount `json:"absorbed"`
}

// ExportEntry is a line of the ledger as exported.
type ExportEntry struct {
	Seq          int64        `json:"seq"`
	At           time.Time    `json:"at"`
	Kind         string       `json:"kind"`
	Amount       money.Amount `json:"amount"`
	BalanceAfter money.Amount `json:"balance_after"`
	UsageID      string       `json:"usage_id,omitempty"`
	PurchaseID   string       `json:"purchase_id,omitempty"`
	CorrectsSeq  int64        `json:"corrects_seq,omitempty"`
	Note         string       `json:"note,omitempty"`
	Hash         string       `json:"hash"`
}

// ExportPurchase is a purchase as exported.
type ExportPurchase struct {
	ID            string        `json:"id"`
	Kind          PurchaseKind  `json:"kind"`
	State         PurchaseState `json:"state"`
	Amount        money.Amount  `json:"amount"`
	PlannedAt     time.Time     `json:"planned_at"`
	EndedAt       time.Time     `json:"ended_at,omitzero"`
	Failure       string        `json:"failure,omitempty"`
	ReceiptNumber int64         `json:"receipt_number,omitempty"`
}

// ExportInvoice is an issued invoice as exported. Facts is all that it says, as JSON.
type ExportInvoice struct {
	Number      string       `json:"number"`
	Month       string       `json:"month"`
	IssuedAt    time.Time    `json:"issued_at"`
	Opening     money.Amount `json:"opening"`
	Purchased   money.Amount `json:"purchased"`
	Returned    money.Amount `json:"returned"`
	Corrections money.Amount `json:"corrections"`
	Extra       money.Amount `json:"extra"`
	Closing     money.Amount `json:"closing"`
	Facts       string       `json:"facts"`
	Hash        string       `json:"hash"`
}

// ExportCard is a card as exported: as much of it as we ever knew.
type ExportCard struct {
	Brand     string    `json:"brand"`
	Last4     string    `json:"last4"`
	ExpMonth  int64     `json:"exp_month"`
	ExpYear   int64     `json:"exp_year"`
	AddedAt   time.Time `json:"added_at"`
	RemovedAt time.Time `json:"removed_at,omitzero"`
}

// ExportNotice is a notice as exported. Details is the JSON that it was worded from: amounts as decimal strings, times as
// microseconds since 1970.
type ExportNotice struct {
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"`
	ReadAt  time.Time `json:"read_at,omitzero"`
	Details string    `json:"details"`
}

// ExportConsent is a consent as exported.
type ExportConsent struct {
	At        time.Time `json:"at"`
	Locale    string    `json:"locale"`
	Terms     string    `json:"terms"`
	TermsHash string    `json:"terms_hash"`
	Button    string    `json:"button"`
	Address   string    `json:"address"`
	UserAgent string    `json:"user_agent"`
}

// ExportData is everything we keep about an account, for its owner. It may be large: let few at a time ask.
func (s *Service) ExportData(ctx context.Context, accountID string) (e Export, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		e, err = readExport(tx, accountID)
		return err
	})
	return e, err
}

func readExport(tx *models.Tx, accountID string) (e Export, err error) {
	p, err := readProfile(tx, accountID)
	if err != nil {
		return e, err
	}
	e.Profile = ExportProfile{
		AccountID: p.AccountID, Email: p.Email, CreatedAt: p.CreatedAt, Plan: p.Plan, Locale: p.Locale, TimeZone: p.TimeZone,
		InvoiceAddress: p.InvoiceAddress,
	}
	if e.SettingChanges, err = exported(tx.AllSettingChanges, accountID, settingChangeOf); err != nil {
		return e, err
	}
	if e.Usages, err = exported(tx.AllUsages, accountID, exportUsage); err != nil {
		return e, err
	}
	if e.Entries, err = exported(tx.AllEntries, accountID, exportEntry); err != nil {
		return e, err
	}
	if e.Purchases, err = exported(tx.AllPurchases, accountID, exportPurchase); err != nil {
		return e, err
	}
	if e.Invoices, err = exported(tx.Invoices, accountID, exportInvoice); err != nil {
		return e, err
	}
	if e.Cards, err = exported(tx.AllCards, accountID, exportCard); err != nil {
		return e, err
	}
	if e.Consents, err = exported(tx.AllConsents, accountID, exportConsent); err != nil {
		return e, err
	}
	if e.Sessions, err = sessionViews(tx, accountID, ""); err != nil {
		return e, err
	}
	if e.StaffViews, err = readStaffViews(tx, accountID, maxStaffViews); err != nil {
		return e, err
	}
	e.Notices, err = exported(tx.AllNotices, accountID, exportNotice)
	return e, err
}

// maxStaffViews bounds an export; nobody is looked at more often.
const maxStaffViews = 100_000

// exported reads rows and turns each into what is exported of it; an empty list is one.
func exported[R, E any](read func(string) ([]R, error), accountID string, turn func(R) E) ([]E, error) {
	rows, err := read(accountID)
	out := make([]E, len(rows))
	for i, r := range rows {
		out[i] = turn(r)
	}
	return out, err
}

func exportUsage(u models.Usage) ExportUsage {
	return ExportUsage{
		ID: u.ID, OccurredAt: u.OccurredAt.Time(), ArrivedAt: u.ArrivedAt.Time(), HoldID: u.HoldID, Source: u.Source,
		EventID: u.EventID, MessageID: u.MessageID, Model: u.Model, ModelID: u.ModelID, Tier: u.Tier, RatesVersion: u.RatesVersion,
		InputTokens: u.InputTokens, OutputTokens: u.OutputTokens, CacheWriteTokens: u.CacheWriteTokens,
		CacheWrite1hTokens: u.CacheWrite1hTokens, CacheReadTokens: u.CacheReadTokens,
		Cost: u.Cost, PlanPart: u.Plan, ExtraPart: u.Extra, Absorbed: u.Absorbed,
	}
}

func exportEntry(e models.Entry) ExportEntry {
	return ExportEntry{
		Seq: e.Seq, At: e.At.Time(), Kind: e.Kind, Amount: e.Amount, BalanceAfter: e.BalanceAfter, UsageID: e.UsageID,
		PurchaseID: e.PurchaseID, CorrectsSeq: e.CorrectsSeq, Note: e.Note, Hash: e.Hash,
	}
}

func exportPurchase(p models.Purchase) ExportPurchase {
	return ExportPurchase{
		ID: p.ID, Kind: PurchaseKind(p.Kind), State: PurchaseState(p.State), Amount: p.Amount, PlannedAt: p.PlannedAt.Time(),
		EndedAt: p.EndedAt.Time(), Failure: p.Failure, ReceiptNumber: p.ReceiptNumber,
	}
}

func exportInvoice(i models.Invoice) ExportInvoice {
	return ExportInvoice{
		Number: InvoiceNumber(i.Number), Month: i.Month, IssuedAt: i.IssuedAt.Time(), Opening: i.Opening, Purchased: i.Purchased,
		Returned: i.Returned, Corrections: i.Corrections, Extra: i.Extra, Closing: i.Closing, Facts: i.Facts, Hash: i.Hash,
	}
}

func exportCard(c models.PaymentMethod) ExportCard {
	return ExportCard{
		Brand: c.Brand, Last4: c.Last4, ExpMonth: c.ExpMonth, ExpYear: c.ExpYear, AddedAt: c.AddedAt.Time(), RemovedAt: c.RemovedAt.Time(),
	}
}

func exportConsent(c models.Consent) ExportConsent {
	return ExportConsent{
		At: c.At.Time(), Locale: c.Locale, Terms: c.Terms, TermsHash: c.TermsHash, Button: c.Button, Address: c.Address, UserAgent: c.UserAgent,
	}
}

func exportNotice(n models.Notice) ExportNotice {
	return ExportNotice{At: n.At.Time(), Kind: n.Kind, ReadAt: n.ReadAt.Time(), Details: n.Args}
}
