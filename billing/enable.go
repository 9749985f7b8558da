package billing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"extrausage/models"
	"extrausage/money"
)

// Preferences are what a subscriber chooses on the way to enabling: nothing of it is in force before ConfirmEnabling.
type Preferences struct {
	Limit         Limit
	Reload        ReloadRule
	FirstPurchase money.Amount // 0 for none
	Preference    Preference
}

// Draft is an enabling under way.
type Draft struct {
	Version            int64
	Saved              bool // preferences were chosen
	UnlimitedConfirmed bool
	Preferences
	Card    *PaymentMethodView // nil while there is none
	Balance money.Amount       // now
	// ReloadNow is what auto-reload will charge at once besides the first purchase, at most; 0 for nothing.
	ReloadNow money.Amount
}

// Ready tells whether the draft can be reviewed.
func (d Draft) Ready() bool {
	return d.Saved && d.Card != nil && (d.Limit.Kind != Unlimited || d.UnlimitedConfirmed)
}

// StartEnabling begins, or goes on with, enabling. It switches nothing on. Faults: extra_usage_on, no_plan, account_closed.
func (s *Service) StartEnabling(ctx context.Context, accountID string) error {
	return s.store.InTx(ctx, func(tx *models.Tx) error {
		m, err := tx.Lock(accountID)
		if err != nil {
			return err
		}
		switch {
		case m.Meter.Closed:
			return fault(Conflict, "account_closed")
		case m.Meter.Plan == "":
			return fault(Conflict, "no_plan")
		case m.Meter.ExtraUsage:
			return fault(Conflict, "extra_usage_on")
		}
		if _, err := tx.EnableDraft(accountID); !errors.Is(err, models.ErrNotFound) {
			return err
		}
		d := &models.EnableDraft{
			AccountID: accountID, Version: 1, LimitKind: string(LimitUnset), PurchaseKey: s.newID("order"), UpdatedAt: m.Now,
		}
		if last := currentMonth(m); last.LimitKind == string(LimitAmount) { // was on before; Unlimited is never preselected
			d.LimitKind, d.Limit = last.LimitKind, last.Limit
		}
		return tx.SaveEnableDraft(d)
	})
}

// Draft is the enabling under way. Fault: draft_none.
func (s *Service) Draft(ctx context.Context, accountID string) (out Draft, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		m, err := tx.Look(accountID)
		if err != nil {
			return err
		}
		d, err := draftOf(tx, accountID)
		if err != nil {
			return err
		}
		card, err := tx.CurrentCard(accountID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		out = draftView(d, m.Meter.Balance)
		out.ReloadNow = dueOfDraft(m, out.Preferences)
		if err == nil {
			v := cardView(card, tx.Now)
			out.Card = &v
		}
		return nil
	})
	return out, err
}

// dueOfDraft is what auto-reload buys at once when preferences come into force, after the first purchase.
func dueOfDraft(m *models.MeterState, p Preferences) money.Amount {
	return dueUnder(m, currentMonth(m), p.Reload, true, p.Limit, p.FirstPurchase)
}

func draftOf(tx *models.Tx, accountID string) (*models.EnableDraft, error) {
	d, err := tx.EnableDraft(accountID)
	if errors.Is(err, models.ErrNotFound) {
		return nil, fault(NotReady, "draft_none")
	}
	return d, err
}

func draftView(d *models.EnableDraft, balance money.Amount) Draft {
	preference := AskFirst
	if d.AlwaysContinue {
		preference = Always
	}
	return Draft{
		Version: d.Version, Saved: d.Saved, UnlimitedConfirmed: d.UnlimitedConfirmed, Balance: balance,
		Preferences: Preferences{
			Limit:         Limit{Kind: LimitKind(d.LimitKind), Amount: d.Limit},
			Reload:        ReloadRule{On: d.ReloadOn, Threshold: d.ReloadThreshold, Target: d.ReloadTarget},
			FirstPurchase: d.FirstPurchase, Preference: preference,
		},
	}
}

// SavePreferences keeps what was chosen. A change of the choice of Unlimited asks for its confirmation again.
// Faults: those of a limit, a rule and an amount; draft_none; settings_changed where another tab was faster.
func (s *Service) SavePreferences(ctx context.Context, accountID string, version int64, p Preferences) error {
	if err := checkPreferences(p); err != nil {
		return err
	}
	return s.changeDraft(ctx, accountID, version, func(d *models.EnableDraft) error {
		d.UnlimitedConfirmed = d.UnlimitedConfirmed && p.Limit.Kind == Unlimited
		d.LimitKind, d.Limit = string(p.Limit.Kind), p.Limit.Amount
		d.ReloadOn, d.ReloadThreshold, d.ReloadTarget = p.Reload.On, p.Reload.Threshold, p.Reload.Target
		d.FirstPurchase, d.AlwaysContinue, d.Saved = p.FirstPurchase, p.Preference == Always, true
		return nil
	})
}

func checkPreferences(p Preferences) error {
	if err := checkLimit(p.Limit); err != nil {
		return err
	}
	if err := checkReload(p.Reload); err != nil {
		return err
	}
	if p.FirstPurchase != 0 && (p.FirstPurchase < MinPurchase || p.FirstPurchase > MaxPurchase || !p.FirstPurchase.IsWholeCents()) {
		return bounds("first_purchase", "amount_bounds", MinPurchase, MaxPurchase)
	}
	if p.Preference != AskFirst && p.Preference != Always {
		return invalid("continue_preference", "choice_unknown")
	}
	return nil
}

// ConfirmUnlimited keeps that the subscriber read that there is no maximum.
func (s *Service) ConfirmUnlimited(ctx context.Context, accountID string, version int64) error {
	return s.changeDraft(ctx, accountID, version, func(d *models.EnableDraft) error {
		if d.LimitKind != string(Unlimited) {
			return fault(Conflict, "settings_changed")
		}
		d.UnlimitedConfirmed = true
		return nil
	})
}

func (s *Service) changeDraft(ctx context.Context, accountID string, version int64, change func(*models.EnableDraft) error) error {
	return s.store.InTx(ctx, func(tx *models.Tx) error {
		m, err := tx.Lock(accountID)
		if err != nil {
			return err
		}
		d, err := draftOf(tx, accountID)
		if err != nil {
			return err
		}
		if d.Version != version {
			return fault(Conflict, "settings_changed")
		}
		if err := change(d); err != nil {
			return err
		}
		d.Version, d.UpdatedAt = d.Version+1, m.Now
		return tx.SaveEnableDraft(d)
	})
}

// DropDraft gives an enabling up.
func (s *Service) DropDraft(ctx context.Context, accountID string) error {
	return s.store.InTx(ctx, func(tx *models.Tx) error {
		if _, err := tx.Lock(accountID); err != nil {
			return err
		}
		return tx.DropEnableDraft(accountID)
	})
}

// WorstCase is the most that the card can be debited in a month under these preferences, and false where there is no maximum:
// automatic purchases up to the limit, and the first purchase, which is made by hand.
func (p Preferences) WorstCase() (money.Amount, bool) {
	if !p.Reload.On {
		return p.FirstPurchase, true
	}
	if p.Limit.Kind == Unlimited {
		return 0, false
	}
	return p.FirstPurchase.Add(p.Limit.Amount), true
}

// Agreement is the subscriber's word: the exact Terms and Button shown to them, and the TermsHash their form carried.
type Agreement struct {
	Version   int64
	TermsHash string
	Terms     string
	Button    string
	Locale    string
	CardLast4 string
	ReloadNow money.Amount // as shown: see Draft
	Client    Client
}

// HashTerms is the digest of terms that a review page carries.
func HashTerms(terms string) string {
	sum := sha256.Sum256([]byte(terms))
	return hex.EncodeToString(sum[:])
}

// ConfirmEnabling switches extra usage on: the only place that does (P1). It wants the terms of this very draft, as shown,
// keeps them as consent, and plans the first purchase, which is sent to the provider after the commit.
// Faults: terms_changed (something differs from what was shown), card_missing, draft_none, no_plan, account_closed.
func (s *Service) ConfirmEnabling(ctx context.Context, accountID string, a Agreement) (purchase *PurchaseView, err error) {
	if HashTerms(a.Terms) != a.TermsHash {
		return nil, fault(Conflict, "terms_changed")
	}
	purchaseID := ""
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		purchaseID = ""
		m, err := tx.Lock(accountID)
		if err != nil {
			return err
		}
		d, err := draftOf(tx, accountID)
		if err != nil {
			return err
		}
		card, err := cardNeeded(tx, accountID)
		if err != nil {
			return err
		}
		if err := decideEnabling(m, d, card, a); err != nil {
			return err
		}
		if err := s.switchOn(tx, m, d, a); err != nil {
			return err
		}
		if err := s.tellEnabled(tx, m); err != nil {
			return err
		}
		if d.FirstPurchase > 0 {
			p, err := s.planPurchase(tx, m, PurchaseManual, d.FirstPurchase, d.PurchaseKey)
			if err != nil {
				return err
			}
			purchaseID = p.ID
		}
		if err := tx.DropEnableDraft(accountID); err != nil {
			return err
		}
		return tx.Save(m)
	})
	if err != nil || purchaseID == "" {
		return nil, err
	}
	p, err := s.SubmitPurchase(ctx, accountID, purchaseID)
	return &p, err
}

// decideEnabling tells whether a draft may become the settings in force.
func decideEnabling(m *models.MeterState, d *models.EnableDraft, card *models.PaymentMethod, a Agreement) error {
	v := draftView(d, m.Meter.Balance)
	switch {
	case m.Meter.Closed:
		return fault(Conflict, "account_closed")
	case m.Meter.Plan == "":
		return fault(Conflict, "no_plan")
	case d.Version != a.Version, card.Last4 != a.CardLast4, dueOfDraft(m, v.Preferences) > a.ReloadNow:
		return fault(Conflict, "terms_changed")
	case !v.Saved, v.Limit.Kind == Unlimited && !v.UnlimitedConfirmed:
		return fault(NotReady, "draft_unfinished")
	}
	return checkPreferences(v.Preferences)
}

// firstPurchaseTakes is how long auto-reload lets the first purchase, which is made by hand, go before it looks at the balance.
const firstPurchaseTakes = time.Minute

// switchOn puts a draft in force and keeps the consent.
func (s *Service) switchOn(tx *models.Tx, m *models.MeterState, d *models.EnableDraft, a Agreement) error {
	month := currentMonth(m)
	p := draftView(d, 0).Preferences
	s.setLimit(m, month, p.Limit, BySubscriber)
	due := dueOfDraft(m, p)
	s.setReload(m, p.Reload, BySubscriber)
	if err := resumeReload(tx, m); err != nil { // whatever stopped it before: this is a new decision
		return err
	}
	if due > 0 {
		reloadAtOnce(m, m.Now.Add(firstPurchaseTakes), due)
	}
	s.setAlwaysContinue(m, p.Preference == Always, BySubscriber)
	if !m.Meter.ExtraUsage {
		s.addChange(m, settingExtraUsage, "off", "on", BySubscriber)
		m.Meter.ExtraUsage, m.Meter.ExtraUsageSinceAt = true, m.Now
		watchAnew(m)
	}
	return tx.AddConsent(&models.Consent{
		AccountID: m.AccountID(), ID: s.newID("consent"), At: m.Now, Locale: a.Locale, Terms: a.Terms, TermsHash: a.TermsHash,
		Button: a.Button, LimitKind: d.LimitKind, Limit: d.Limit, ReloadOn: d.ReloadOn, ReloadThreshold: d.ReloadThreshold,
		ReloadTarget: d.ReloadTarget, FirstPurchase: d.FirstPurchase, CardLast4: a.CardLast4,
		Address: a.Client.Address, UserAgent: a.Client.UserAgent,
	})
}

// cardNeeded is the account's card. Fault: card_missing.
func cardNeeded(tx *models.Tx, accountID string) (*models.PaymentMethod, error) {
	card, err := tx.CurrentCard(accountID)
	if errors.Is(err, models.ErrNotFound) {
		return nil, fault(NotReady, "card_missing")
	}
	return card, err
}
