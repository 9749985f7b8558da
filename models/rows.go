package models

import "extrausage/money"

// Account is a row of accounts. Who pays. One person, signs in with e-mail.
type Account struct {
	ID           string  `gorm:"column:id;primaryKey"`
	Email        string  `gorm:"column:email"`
	Name         string  `gorm:"column:name"`
	Company      string  `gorm:"column:company"`
	Address      string  `gorm:"column:address"`
	TaxID        string  `gorm:"column:tax_id"`
	PasswordHash string  `gorm:"column:password_hash"`
	Locale       string  `gorm:"column:locale"`
	CreatedAt    Instant `gorm:"column:created_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (Account) TableName() string { return "accounts" }

// Meter is a row of meters. The state of an account that decides about money. Its row is locked by every use case that changes any of it.
type Meter struct {
	AccountID             string       `gorm:"column:account_id;primaryKey"`
	Plan                  string       `gorm:"column:plan"`
	Closed                bool         `gorm:"column:closed"`
	TimeZone              string       `gorm:"column:time_zone"`
	MonthStartsAt         Instant      `gorm:"column:month_starts_at;autoCreateTime:false;autoIncrement:false"`
	SeenAt                Instant      `gorm:"column:seen_at;autoCreateTime:false;autoIncrement:false"`
	Version               int64        `gorm:"column:version;autoCreateTime:false;autoIncrement:false"`
	ExtraUsage            bool         `gorm:"column:extra_usage"`
	ExtraUsageSinceAt     Instant      `gorm:"column:extra_usage_since_at;autoCreateTime:false;autoIncrement:false"`
	AlwaysContinue        bool         `gorm:"column:always_continue"`
	AlwaysContinueSinceAt Instant      `gorm:"column:always_continue_since_at;autoCreateTime:false;autoIncrement:false"`
	ReloadOn              bool         `gorm:"column:reload_on"`
	ReloadThreshold       money.Amount `gorm:"column:reload_threshold_nanos"`
	ReloadTarget          money.Amount `gorm:"column:reload_target_nanos"`
	ReloadPause           string       `gorm:"column:reload_pause"`
	ReloadDeclines        int64        `gorm:"column:reload_declines;autoCreateTime:false;autoIncrement:false"`
	ReloadRetryAt         Instant      `gorm:"column:reload_retry_at;autoCreateTime:false;autoIncrement:false"`
	ReloadWantedAt        Instant      `gorm:"column:reload_wanted_at;autoCreateTime:false;autoIncrement:false"`
	Balance               money.Amount `gorm:"column:balance_nanos"`
	Held                  money.Amount `gorm:"column:held_nanos"`
	EntrySeq              int64        `gorm:"column:entry_seq;autoCreateTime:false;autoIncrement:false"`
	EntryHash             string       `gorm:"column:entry_hash"`
	RefusalReason         string       `gorm:"column:refusal_reason"`
	RefusalNeeded         money.Amount `gorm:"column:refusal_needed_nanos"`
	RefusalWindowStartsAt Instant      `gorm:"column:refusal_window_starts_at;autoCreateTime:false;autoIncrement:false"`
	RefusedAt             Instant      `gorm:"column:refused_at;autoCreateTime:false;autoIncrement:false"`
	ReloadWaits           string       `gorm:"column:reload_waits"`
	ReloadPurchaseID      string       `gorm:"column:reload_purchase_id"`
	ReloadConfirmed       money.Amount `gorm:"column:reload_confirmed_nanos"`
	AlertsDueAt           Instant      `gorm:"column:alerts_due_at;autoCreateTime:false;autoIncrement:false"`
	LowBalance            money.Amount `gorm:"column:low_balance_nanos"`
	LowBalanceArmed       bool         `gorm:"column:low_balance_armed"`
}

// TableName is the table's name.
func (Meter) TableName() string { return "meters" }

// BillingMonth is a row of billing_months. A billing month. The limit in force stands beside what is spent and held of it: one row, one lock.
type BillingMonth struct {
	AccountID      string       `gorm:"column:account_id;primaryKey"`
	StartsAt       Instant      `gorm:"column:starts_at;primaryKey;autoCreateTime:false;autoIncrement:false"`
	EndsAt         Instant      `gorm:"column:ends_at;autoCreateTime:false;autoIncrement:false"`
	LimitKind      string       `gorm:"column:limit_kind"`
	Limit          money.Amount `gorm:"column:limit_nanos"`
	Spent          money.Amount `gorm:"column:spent_nanos"`
	Held           money.Amount `gorm:"column:held_nanos"`
	Reloaded       money.Amount `gorm:"column:reloaded_nanos"`
	OpeningBalance money.Amount `gorm:"column:opening_balance_nanos"`
	Alert          money.Amount `gorm:"column:alert_nanos"`
	LimitRefused   bool         `gorm:"column:limit_refused"`
}

// TableName is the table's name.
func (BillingMonth) TableName() string { return "billing_months" }

// UsageWindow is a row of usage_windows. The plan's five-hour session.
type UsageWindow struct {
	AccountID  string       `gorm:"column:account_id;primaryKey"`
	StartsAt   Instant      `gorm:"column:starts_at;primaryKey;autoCreateTime:false;autoIncrement:false"`
	EndsAt     Instant      `gorm:"column:ends_at;autoCreateTime:false;autoIncrement:false"`
	Allowance  money.Amount `gorm:"column:allowance_nanos"`
	Used       money.Amount `gorm:"column:used_nanos"`
	Open       money.Amount `gorm:"column:open_nanos"`
	Choice     string       `gorm:"column:choice"`
	AlertStage int64        `gorm:"column:alert_stage;autoCreateTime:false;autoIncrement:false"`
	Requests   int64        `gorm:"column:requests;autoCreateTime:false;autoIncrement:false"`
	Extra      money.Amount `gorm:"column:extra_nanos"`
	Absorbed   money.Amount `gorm:"column:absorbed_nanos"`
}

// TableName is the table's name.
func (UsageWindow) TableName() string { return "usage_windows" }

// Pool is a row of pools. Extra money reserved per window and billing month.
type Pool struct {
	AccountID      string       `gorm:"column:account_id;primaryKey"`
	WindowStartsAt Instant      `gorm:"column:window_starts_at;primaryKey;autoCreateTime:false;autoIncrement:false"`
	MonthStartsAt  Instant      `gorm:"column:month_starts_at;primaryKey;autoCreateTime:false;autoIncrement:false"`
	Pool           money.Amount `gorm:"column:pool_nanos"`
}

// TableName is the table's name.
func (Pool) TableName() string { return "pools" }

// SessionChoice is a row of session_choices. Every continue choice of a window, in time: a late event is judged by the choice in force at its own time.
type SessionChoice struct {
	AccountID      string  `gorm:"column:account_id;primaryKey"`
	WindowStartsAt Instant `gorm:"column:window_starts_at;primaryKey;autoCreateTime:false;autoIncrement:false"`
	At             Instant `gorm:"column:at;primaryKey;autoCreateTime:false;autoIncrement:false"`
	Choice         string  `gorm:"column:choice"`
}

// TableName is the table's name.
func (SessionChoice) TableName() string { return "session_choices" }

// Hold is a row of holds.
type Hold struct {
	AccountID          string       `gorm:"column:account_id;primaryKey"`
	ID                 string       `gorm:"column:id;primaryKey"`
	State              string       `gorm:"column:state"`
	Model              string       `gorm:"column:model"`
	InputTokens        int64        `gorm:"column:input_tokens;autoCreateTime:false;autoIncrement:false"`
	CacheWriteTokens   int64        `gorm:"column:cache_write_tokens;autoCreateTime:false;autoIncrement:false"`
	CacheWrite1hTokens int64        `gorm:"column:cache_write_1h_tokens;autoCreateTime:false;autoIncrement:false"`
	CacheReadTokens    int64        `gorm:"column:cache_read_tokens;autoCreateTime:false;autoIncrement:false"`
	MaxTokens          int64        `gorm:"column:max_tokens;autoCreateTime:false;autoIncrement:false"`
	WorstCase          money.Amount `gorm:"column:worst_case_nanos"`
	Covered            money.Amount `gorm:"column:covered_nanos"`
	Plan               money.Amount `gorm:"column:plan_nanos"`
	Permitted          bool         `gorm:"column:permitted"`
	WindowStartsAt     Instant      `gorm:"column:window_starts_at;autoCreateTime:false;autoIncrement:false"`
	MonthStartsAt      Instant      `gorm:"column:month_starts_at;autoCreateTime:false;autoIncrement:false"`
	CreatedAt          Instant      `gorm:"column:created_at;autoCreateTime:false;autoIncrement:false"`
	ExpiresAt          Instant      `gorm:"column:expires_at;autoCreateTime:false;autoIncrement:false"`
	EndedAt            Instant      `gorm:"column:ended_at;autoCreateTime:false;autoIncrement:false"`
	Caller             string       `gorm:"column:caller"`
	IdempotencyKey     string       `gorm:"column:idempotency_key"`
	Fingerprint        string       `gorm:"column:fingerprint"`
	SettleFingerprint  string       `gorm:"column:settle_fingerprint"`
}

// TableName is the table's name.
func (Hold) TableName() string { return "holds" }

// Usage is a row of usages. What was used: one row per settled hold or event, never changed. Each explains its charge (P8).
type Usage struct {
	AccountID          string       `gorm:"column:account_id;primaryKey"`
	ID                 string       `gorm:"column:id;primaryKey"`
	HoldID             string       `gorm:"column:hold_id"`
	Source             string       `gorm:"column:source"`
	EventID            string       `gorm:"column:event_id"`
	MessageID          string       `gorm:"column:message_id"`
	ModelID            string       `gorm:"column:model_id"`
	Model              string       `gorm:"column:model"`
	Tier               string       `gorm:"column:tier"`
	RatesVersion       string       `gorm:"column:rates_version"`
	OccurredAt         Instant      `gorm:"column:occurred_at;autoCreateTime:false;autoIncrement:false"`
	ArrivedAt          Instant      `gorm:"column:arrived_at;autoCreateTime:false;autoIncrement:false"`
	InputTokens        int64        `gorm:"column:input_tokens;autoCreateTime:false;autoIncrement:false"`
	OutputTokens       int64        `gorm:"column:output_tokens;autoCreateTime:false;autoIncrement:false"`
	CacheWriteTokens   int64        `gorm:"column:cache_write_tokens;autoCreateTime:false;autoIncrement:false"`
	CacheWrite1hTokens int64        `gorm:"column:cache_write_1h_tokens;autoCreateTime:false;autoIncrement:false"`
	CacheReadTokens    int64        `gorm:"column:cache_read_tokens;autoCreateTime:false;autoIncrement:false"`
	InputRate          money.Amount `gorm:"column:input_rate_nanos"`
	OutputRate         money.Amount `gorm:"column:output_rate_nanos"`
	CacheWriteRate     money.Amount `gorm:"column:cache_write_rate_nanos"`
	CacheWrite1hRate   money.Amount `gorm:"column:cache_write_1h_rate_nanos"`
	CacheReadRate      money.Amount `gorm:"column:cache_read_rate_nanos"`
	Cost               money.Amount `gorm:"column:cost_nanos"`
	Plan               money.Amount `gorm:"column:plan_nanos"`
	Extra              money.Amount `gorm:"column:extra_nanos"`
	Absorbed           money.Amount `gorm:"column:absorbed_nanos"`
	AbsorbedBecause    string       `gorm:"column:absorbed_because"`
	Permitted          bool         `gorm:"column:permitted"`
	WindowStartsAt     Instant      `gorm:"column:window_starts_at;autoCreateTime:false;autoIncrement:false"`
	MonthStartsAt      Instant      `gorm:"column:month_starts_at;autoCreateTime:false;autoIncrement:false"`
	Allowance          money.Amount `gorm:"column:allowance_nanos"`
	UsedBefore         money.Amount `gorm:"column:used_before_nanos"`
	OpenBefore         money.Amount `gorm:"column:open_before_nanos"`
	PoolBefore         money.Amount `gorm:"column:pool_before_nanos"`
	BalanceAfter       money.Amount `gorm:"column:balance_after_nanos"`
	SpentAfter         money.Amount `gorm:"column:spent_after_nanos"`
}

// TableName is the table's name.
func (Usage) TableName() string { return "usages" }

// UsageDay is a row of usage_days. Roll-up of usages, kept in their transaction. `day` is the calendar day in the account's billing zone.
type UsageDay struct {
	AccountID          string       `gorm:"column:account_id;primaryKey"`
	MonthStartsAt      Instant      `gorm:"column:month_starts_at;primaryKey;autoCreateTime:false;autoIncrement:false"`
	Day                string       `gorm:"column:day;primaryKey"`
	Model              string       `gorm:"column:model;primaryKey"`
	Requests           int64        `gorm:"column:requests;autoCreateTime:false;autoIncrement:false"`
	InputTokens        int64        `gorm:"column:input_tokens;autoCreateTime:false;autoIncrement:false"`
	OutputTokens       int64        `gorm:"column:output_tokens;autoCreateTime:false;autoIncrement:false"`
	CacheWriteTokens   int64        `gorm:"column:cache_write_tokens;autoCreateTime:false;autoIncrement:false"`
	CacheWrite1hTokens int64        `gorm:"column:cache_write_1h_tokens;autoCreateTime:false;autoIncrement:false"`
	CacheReadTokens    int64        `gorm:"column:cache_read_tokens;autoCreateTime:false;autoIncrement:false"`
	Plan               money.Amount `gorm:"column:plan_nanos"`
	Extra              money.Amount `gorm:"column:extra_nanos"`
	Absorbed           money.Amount `gorm:"column:absorbed_nanos"`
}

// TableName is the table's name.
func (UsageDay) TableName() string { return "usage_days" }

// RejectedUsage is a row of rejected_usages. Usage that could not be priced, kept for review, never priced at zero (P12).
type RejectedUsage struct {
	AccountID  string  `gorm:"column:account_id;primaryKey"`
	ID         string  `gorm:"column:id;primaryKey"`
	Source     string  `gorm:"column:source"`
	EventID    string  `gorm:"column:event_id"`
	MessageID  string  `gorm:"column:message_id"`
	ModelID    string  `gorm:"column:model_id"`
	Reason     string  `gorm:"column:reason"`
	Detail     string  `gorm:"column:detail"`
	Payload    string  `gorm:"column:payload"`
	OccurredAt Instant `gorm:"column:occurred_at;autoCreateTime:false;autoIncrement:false"`
	ArrivedAt  Instant `gorm:"column:arrived_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (RejectedUsage) TableName() string { return "rejected_usages" }

// Refusal is a row of refusals. Requests refused before they ran, for "why was this refused". Kept 30 days.
type Refusal struct {
	AccountID     string       `gorm:"column:account_id;primaryKey"`
	ID            string       `gorm:"column:id;primaryKey"`
	At            Instant      `gorm:"column:at;autoCreateTime:false;autoIncrement:false"`
	Reason        string       `gorm:"column:reason"`
	Model         string       `gorm:"column:model"`
	Needed        money.Amount `gorm:"column:needed_nanos"`
	Available     money.Amount `gorm:"column:available_nanos"`
	FitsMaxTokens int64        `gorm:"column:fits_max_tokens;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (Refusal) TableName() string { return "refusals" }

// Entry is a row of entries. The ledger. Amounts are signed: credit positive, charge negative; the other leg goes to `contra`, an account of the operator.
type Entry struct {
	AccountID     string       `gorm:"column:account_id;primaryKey"`
	Seq           int64        `gorm:"column:seq;primaryKey;autoCreateTime:false;autoIncrement:false"`
	At            Instant      `gorm:"column:at;autoCreateTime:false;autoIncrement:false"`
	MonthStartsAt Instant      `gorm:"column:month_starts_at;autoCreateTime:false;autoIncrement:false"`
	Kind          string       `gorm:"column:kind"`
	Contra        string       `gorm:"column:contra"`
	Amount        money.Amount `gorm:"column:amount_nanos"`
	BalanceAfter  money.Amount `gorm:"column:balance_after_nanos"`
	UsageID       string       `gorm:"column:usage_id"`
	PurchaseID    string       `gorm:"column:purchase_id"`
	CorrectsSeq   int64        `gorm:"column:corrects_seq;autoCreateTime:false;autoIncrement:false"`
	Note          string       `gorm:"column:note"`
	PrevHash      string       `gorm:"column:prev_hash"`
	Hash          string       `gorm:"column:hash"`
}

// TableName is the table's name.
func (Entry) TableName() string { return "entries" }

// SettingChange is a row of setting_changes. Who changed what, from what to what. Append-only.
type SettingChange struct {
	AccountID string  `gorm:"column:account_id;primaryKey"`
	ID        string  `gorm:"column:id;primaryKey"`
	At        Instant `gorm:"column:at;autoCreateTime:false;autoIncrement:false"`
	Setting   string  `gorm:"column:setting"`
	OldValue  string  `gorm:"column:old_value"`
	NewValue  string  `gorm:"column:new_value"`
	Actor     string  `gorm:"column:actor"`
	Version   int64   `gorm:"column:version;autoCreateTime:false;autoIncrement:false"`
	Undoes    string  `gorm:"column:undoes"`
}

// TableName is the table's name.
func (SettingChange) TableName() string { return "setting_changes" }

// Consent is a row of consents. What the subscriber agreed to when they switched extra usage on: the exact words shown. Append-only.
type Consent struct {
	AccountID       string       `gorm:"column:account_id;primaryKey"`
	ID              string       `gorm:"column:id;primaryKey"`
	At              Instant      `gorm:"column:at;autoCreateTime:false;autoIncrement:false"`
	Locale          string       `gorm:"column:locale"`
	Terms           string       `gorm:"column:terms"`
	TermsHash       string       `gorm:"column:terms_hash"`
	Button          string       `gorm:"column:button"`
	LimitKind       string       `gorm:"column:limit_kind"`
	Limit           money.Amount `gorm:"column:limit_nanos"`
	ReloadOn        bool         `gorm:"column:reload_on"`
	ReloadThreshold money.Amount `gorm:"column:reload_threshold_nanos"`
	ReloadTarget    money.Amount `gorm:"column:reload_target_nanos"`
	FirstPurchase   money.Amount `gorm:"column:first_purchase_nanos"`
	CardLast4       string       `gorm:"column:card_last4"`
	Address         string       `gorm:"column:address"`
	UserAgent       string       `gorm:"column:user_agent"`
}

// TableName is the table's name.
func (Consent) TableName() string { return "consents" }

// EnableDraft is a row of enable_drafts. What is being prepared on the way to enabling; nothing of it is in force.
type EnableDraft struct {
	AccountID          string       `gorm:"column:account_id;primaryKey"`
	Version            int64        `gorm:"column:version;autoCreateTime:false;autoIncrement:false"`
	LimitKind          string       `gorm:"column:limit_kind"`
	Limit              money.Amount `gorm:"column:limit_nanos"`
	UnlimitedConfirmed bool         `gorm:"column:unlimited_confirmed"`
	ReloadOn           bool         `gorm:"column:reload_on"`
	ReloadThreshold    money.Amount `gorm:"column:reload_threshold_nanos"`
	ReloadTarget       money.Amount `gorm:"column:reload_target_nanos"`
	FirstPurchase      money.Amount `gorm:"column:first_purchase_nanos"`
	AlwaysContinue     bool         `gorm:"column:always_continue"`
	Saved              bool         `gorm:"column:saved"`
	PurchaseKey        string       `gorm:"column:purchase_key"`
	UpdatedAt          Instant      `gorm:"column:updated_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (EnableDraft) TableName() string { return "enable_drafts" }

// PaymentMethod is a row of payment_methods.
type PaymentMethod struct {
	AccountID   string  `gorm:"column:account_id;primaryKey"`
	ID          string  `gorm:"column:id;primaryKey"`
	Provider    string  `gorm:"column:provider"`
	Live        bool    `gorm:"column:live"`
	Customer    string  `gorm:"column:customer"`
	Method      string  `gorm:"column:method"`
	Brand       string  `gorm:"column:brand"`
	Last4       string  `gorm:"column:last4"`
	ExpMonth    int64   `gorm:"column:exp_month;autoCreateTime:false;autoIncrement:false"`
	ExpYear     int64   `gorm:"column:exp_year;autoCreateTime:false;autoIncrement:false"`
	Fingerprint string  `gorm:"column:fingerprint"`
	AddedAt     Instant `gorm:"column:added_at;autoCreateTime:false;autoIncrement:false"`
	RemovedAt   Instant `gorm:"column:removed_at;autoCreateTime:false;autoIncrement:false"`
	DetachedAt  Instant `gorm:"column:detached_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (PaymentMethod) TableName() string { return "payment_methods" }

// CardSetup is a row of card_setups. A visit to the provider's page to add a card.
type CardSetup struct {
	AccountID  string  `gorm:"column:account_id;primaryKey"`
	ID         string  `gorm:"column:id;primaryKey"`
	Provider   string  `gorm:"column:provider"`
	Session    string  `gorm:"column:session"`
	ReturnTo   string  `gorm:"column:return_to"`
	CreatedAt  Instant `gorm:"column:created_at;autoCreateTime:false;autoIncrement:false"`
	FinishedAt Instant `gorm:"column:finished_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (CardSetup) TableName() string { return "card_setups" }

// Purchase is a row of purchases.
type Purchase struct {
	AccountID       string       `gorm:"column:account_id;primaryKey"`
	ID              string       `gorm:"column:id;primaryKey"`
	Kind            string       `gorm:"column:kind"`
	State           string       `gorm:"column:state"`
	Amount          money.Amount `gorm:"column:amount_nanos"`
	FormKey         string       `gorm:"column:form_key"`
	PaymentMethodID string       `gorm:"column:payment_method_id"`
	MonthStartsAt   Instant      `gorm:"column:month_starts_at;autoCreateTime:false;autoIncrement:false"`
	Provider        string       `gorm:"column:provider"`
	Live            bool         `gorm:"column:live"`
	Charge          string       `gorm:"column:charge"`
	Failure         string       `gorm:"column:failure"`
	ActionURL       string       `gorm:"column:action_url"`
	ReceiptNumber   int64        `gorm:"column:receipt_number;autoCreateTime:false;autoIncrement:false"`
	PlannedAt       Instant      `gorm:"column:planned_at;autoCreateTime:false;autoIncrement:false"`
	SubmittedAt     Instant      `gorm:"column:submitted_at;autoCreateTime:false;autoIncrement:false"`
	Sends           int64        `gorm:"column:sends;autoCreateTime:false;autoIncrement:false"`
	NextCheckAt     Instant      `gorm:"column:next_check_at;autoCreateTime:false;autoIncrement:false"`
	EndedAt         Instant      `gorm:"column:ended_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (Purchase) TableName() string { return "purchases" }

// PurchaseReversal is a row of purchase_reversals. Money of a purchase that went back: refunds and disputes, each once, by the provider's id.
type PurchaseReversal struct {
	AccountID   string       `gorm:"column:account_id;primaryKey"`
	ID          string       `gorm:"column:id;primaryKey"`
	PurchaseID  string       `gorm:"column:purchase_id"`
	Kind        string       `gorm:"column:kind"`
	State       string       `gorm:"column:state"`
	Amount      money.Amount `gorm:"column:amount_nanos"`
	Posted      money.Amount `gorm:"column:posted_nanos"`
	SeenAt      Instant      `gorm:"column:seen_at;autoCreateTime:false;autoIncrement:false"`
	ChangedAt   Instant      `gorm:"column:changed_at;autoCreateTime:false;autoIncrement:false"`
	NextCheckAt Instant      `gorm:"column:next_check_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (PurchaseReversal) TableName() string { return "purchase_reversals" }

// WorkerMark is a row of worker_marks. How far a worker has come with something that it does from time to time.
type WorkerMark struct {
	Name string  `gorm:"column:name;primaryKey"`
	At   Instant `gorm:"column:at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (WorkerMark) TableName() string { return "worker_marks" }

// WebhookEvent is a row of webhook_events. Inbox of the provider's events: hints to look the object up again.
type WebhookEvent struct {
	Provider    string  `gorm:"column:provider;primaryKey"`
	EventID     string  `gorm:"column:event_id;primaryKey"`
	Kind        string  `gorm:"column:kind"`
	ObjectID    string  `gorm:"column:object_id"`
	ReceivedAt  Instant `gorm:"column:received_at;autoCreateTime:false;autoIncrement:false"`
	ProcessedAt Instant `gorm:"column:processed_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (WebhookEvent) TableName() string { return "webhook_events" }

// StaffMember is a row of staff_members.
type StaffMember struct {
	ID           string  `gorm:"column:id;primaryKey"`
	Email        string  `gorm:"column:email"`
	Name         string  `gorm:"column:name"`
	Locale       string  `gorm:"column:locale"`
	PasswordHash string  `gorm:"column:password_hash"`
	CreatedAt    Instant `gorm:"column:created_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (StaffMember) TableName() string { return "staff_members" }

// StaffLook is a row of staff_looks. A staff member's permission to look at one account, with a reason, for a short time.
type StaffLook struct {
	AccountID string  `gorm:"column:account_id;primaryKey"`
	ID        string  `gorm:"column:id;primaryKey"`
	StaffID   string  `gorm:"column:staff_id"`
	Reason    string  `gorm:"column:reason"`
	Ticket    string  `gorm:"column:ticket"`
	At        Instant `gorm:"column:at;autoCreateTime:false;autoIncrement:false"`
	ExpiresAt Instant `gorm:"column:expires_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (StaffLook) TableName() string { return "staff_looks" }

// StaffView is a row of staff_views. Each page a staff member saw of an account. Append-only, on the subscriber's activity page.
type StaffView struct {
	AccountID string  `gorm:"column:account_id;primaryKey"`
	ID        string  `gorm:"column:id;primaryKey"`
	LookID    string  `gorm:"column:look_id"`
	StaffID   string  `gorm:"column:staff_id"`
	StaffName string  `gorm:"column:staff_name"`
	Reason    string  `gorm:"column:reason"`
	Ticket    string  `gorm:"column:ticket"`
	At        Instant `gorm:"column:at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (StaffView) TableName() string { return "staff_views" }

// Session is a row of sessions. Web sessions. Only the SHA-256 of the cookie's random id is kept.
type Session struct {
	IDHash          string  `gorm:"column:id_hash;primaryKey"`
	ID              string  `gorm:"column:id"`
	AccountID       string  `gorm:"column:account_id"`
	StaffID         string  `gorm:"column:staff_id"`
	CreatedAt       Instant `gorm:"column:created_at;autoCreateTime:false;autoIncrement:false"`
	SeenAt          Instant `gorm:"column:seen_at;autoCreateTime:false;autoIncrement:false"`
	AuthenticatedAt Instant `gorm:"column:authenticated_at;autoCreateTime:false;autoIncrement:false"`
	UserAgent       string  `gorm:"column:user_agent"`
	Address         string  `gorm:"column:address"`
}

// TableName is the table's name.
func (Session) TableName() string { return "sessions" }

// SignInLink is a row of sign_in_links. Mailed one-use links.
type SignInLink struct {
	TokenHash string  `gorm:"column:token_hash;primaryKey"`
	AccountID string  `gorm:"column:account_id"`
	StaffID   string  `gorm:"column:staff_id"`
	Purpose   string  `gorm:"column:purpose"`
	Email     string  `gorm:"column:email"`
	CreatedAt Instant `gorm:"column:created_at;autoCreateTime:false;autoIncrement:false"`
	ExpiresAt Instant `gorm:"column:expires_at;autoCreateTime:false;autoIncrement:false"`
	UsedAt    Instant `gorm:"column:used_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (SignInLink) TableName() string { return "sign_in_links" }

// SignInAttempt is a row of sign_in_attempts. Failed sign-ins and asked links, per hashed e-mail and per address, for throttling. Kept one day.
type SignInAttempt struct {
	Subject string  `gorm:"column:subject;primaryKey"`
	ID      string  `gorm:"column:id;primaryKey"`
	At      Instant `gorm:"column:at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (SignInAttempt) TableName() string { return "sign_in_attempts" }

// APIKey is a row of api_keys.
type APIKey struct {
	ID         string  `gorm:"column:id;primaryKey"`
	Name       string  `gorm:"column:name"`
	SecretHash string  `gorm:"column:secret_hash"`
	Scopes     string  `gorm:"column:scopes"`
	CreatedAt  Instant `gorm:"column:created_at;autoCreateTime:false;autoIncrement:false"`
	ExpiresAt  Instant `gorm:"column:expires_at;autoCreateTime:false;autoIncrement:false"`
	RevokedAt  Instant `gorm:"column:revoked_at;autoCreateTime:false;autoIncrement:false"`
	LastUsedAt Instant `gorm:"column:last_used_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (APIKey) TableName() string { return "api_keys" }

// IdempotentAnswer is a row of idempotent_answers. Answers given under an Idempotency-Key, by caller. Kept 30 days; natural keys forbid a second effect for ever.
type IdempotentAnswer struct {
	Caller      string  `gorm:"column:caller;primaryKey"`
	Operation   string  `gorm:"column:operation;primaryKey"`
	Key         string  `gorm:"column:key;primaryKey"`
	Fingerprint string  `gorm:"column:fingerprint"`
	Status      int64   `gorm:"column:status;autoCreateTime:false;autoIncrement:false"`
	Body        string  `gorm:"column:body"`
	At          Instant `gorm:"column:at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (IdempotentAnswer) TableName() string { return "idempotent_answers" }

// Mail is a row of mails. Outbox of mails.
type Mail struct {
	ID        string  `gorm:"column:id;primaryKey"`
	AccountID string  `gorm:"column:account_id"`
	Recipient string  `gorm:"column:recipient"`
	Subject   string  `gorm:"column:subject"`
	TextBody  string  `gorm:"column:text_body"`
	HtmlBody  string  `gorm:"column:html_body"`
	CreatedAt Instant `gorm:"column:created_at;autoCreateTime:false;autoIncrement:false"`
	SentAt    Instant `gorm:"column:sent_at;autoCreateTime:false;autoIncrement:false"`
	Attempts  int64   `gorm:"column:attempts;autoCreateTime:false;autoIncrement:false"`
	NextAt    Instant `gorm:"column:next_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (Mail) TableName() string { return "mails" }

// Notice is a row of notices. What a subscriber was told. The key makes it happen once; Args is JSON.
type Notice struct {
	AccountID string  `gorm:"column:account_id;primaryKey"`
	ID        string  `gorm:"column:id;primaryKey"`
	Key       string  `gorm:"column:key"`
	Kind      string  `gorm:"column:kind"`
	At        Instant `gorm:"column:at;autoCreateTime:false;autoIncrement:false"`
	Args      string  `gorm:"column:args"`
	ReadAt    Instant `gorm:"column:read_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (Notice) TableName() string { return "notices" }

// AlertSettings is a row of alert_settings. What a subscriber wants to be told; without a row, everything.
type AlertSettings struct {
	AccountID   string       `gorm:"column:account_id;primaryKey"`
	Percents    string       `gorm:"column:percents"`
	Spent       money.Amount `gorm:"column:spent_nanos"`
	MailLimit   bool         `gorm:"column:mail_limit"`
	MailBalance bool         `gorm:"column:mail_balance"`
	MailSession bool         `gorm:"column:mail_session"`
	MailReload  bool         `gorm:"column:mail_reload"`
}

// TableName is the table's name.
func (AlertSettings) TableName() string { return "alert_settings" }
