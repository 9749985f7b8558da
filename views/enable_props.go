package views

import (
	"extrausage/money"
)

// EnablePaymentMethodProps are the values of the first step, /settings/usage/enable/payment-method. With a card it leads on;
// without one its form posts to /settings/billing/payment-method (field next), which leads to the payment provider.
type EnablePaymentMethodProps struct {
	Frame Frame
	// Card is nil when there is none yet.
	Card *Card
	// Result is what came of a visit to the provider.
	Result PaymentMethodResult
	// Action is where the form posts to add a card; empty is /settings/billing/payment-method.
	Action string
}

// EnablePreferencesProps are the values of the second step, /settings/usage/enable/preferences. It posts limit_kind,
// limit_amount, auto_reload ("on"), threshold, target, first_purchase, continue_preference, version.
type EnablePreferencesProps struct {
	Frame   Frame
	Figures UsageFigures
	Card    *Card
	// Balance is what is there already.
	Balance money.Amount
	Version int64

	LimitKind, LimitAmount        Field
	AutoReload, Threshold, Target Field
	FirstPurchase                 Field
	Continue                      Field
	// Problem is a worded error of no field.
	Problem string
}

// EnableUnlimitedProps are the values of the step that asks to confirm that there is no maximum,
// /settings/usage/enable/unlimited. It posts confirm ("unlimited") and version.
type EnableUnlimitedProps struct {
	Frame   Frame
	Figures UsageFigures
	Version int64
	Problem string
}

// EnableReviewProps are the values of the last step, /settings/usage/enable/review. It posts version and terms.
type EnableReviewProps struct {
	Frame   Frame
	Figures UsageFigures
	Card    Card
	Terms   EnableTerms
	Version int64
	// TermsHash is the digest of what the page says, Terms.Text(Lang): it comes back with the consent.
	TermsHash string
	Problem   string
}

// EnableTerms are what the subscriber agrees to.
type EnableTerms struct {
	Card  Card
	Limit Limit
	// ReloadOn, Threshold and Target are the rule of auto-reload.
	ReloadOn          bool
	Threshold, Target money.Amount
	// FirstPurchase is charged at once; 0 for none.
	FirstPurchase money.Amount
	// ReloadNow is the most that auto-reload charges at once besides; 0 for nothing.
	ReloadNow money.Amount
	Continue  Preference
	// Balance is what is there already.
	Balance money.Amount
	// WorstCase is the most the card can be debited in the billing month; Bounded is false when there is no maximum.
	WorstCase money.Amount
	Bounded   bool
	// Figures are the bounds that the sentences name.
	Figures UsageFigures
}
