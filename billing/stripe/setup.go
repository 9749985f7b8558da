package stripe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	api "github.com/stripe/stripe-go/v85"

	"extrausage/billing"
)

// accountKey and purchaseKey name our ids in the metadata of Stripe's objects.
const (
	accountKey  = "account_id"
	purchaseKey = "purchase_id"
)

// sessionPattern is a Checkout Session's id. The one to look up comes from an address that anybody can type.
var sessionPattern = regexp.MustCompile(`^cs_[A-Za-z0-9_]{1,200}$`)

// StartSetup opens a Checkout Session in setup mode. The session's setup intent is made for use without the subscriber
// (off_session), which is Checkout's default.
func (s *Service) StartSetup(ctx context.Context, r billing.SetupRequest) (billing.SetupVisit, error) {
	customer := r.Customer
	if customer == "" {
		var err error
		if customer, err = s.newCustomer(ctx, r); err != nil {
			return billing.SetupVisit{}, err
		}
	}
	session, err := s.api.V1CheckoutSessions.Create(ctx, sessionParams(r, customer, r.ID))
	if missing(err, "customer") { // deleted in the dashboard: the subscriber starts anew
		if customer, err = s.newCustomer(ctx, r); err != nil {
			return billing.SetupVisit{}, err
		}
		session, err = s.api.V1CheckoutSessions.Create(ctx, sessionParams(r, customer, r.ID+"-anew"))
	}
	if err != nil {
		return billing.SetupVisit{}, failed("open a session", err)
	}
	if session.Livemode != s.live {
		return billing.SetupVisit{}, fmt.Errorf("session %s: %w", session.ID, errOtherMode)
	}
	return billing.SetupVisit{Session: session.ID, URL: session.URL}, nil
}

func (s *Service) newCustomer(ctx context.Context, r billing.SetupRequest) (string, error) {
	p := &api.CustomerCreateParams{}
	if language := locale(r.Locale); language != anyLocale {
		p.PreferredLocales = []*string{api.String(language)}
	}
	if r.Email != "" {
		p.Email = api.String(r.Email)
	}
	p.AddMetadata(accountKey, r.Reference)
	p.SetIdempotencyKey(r.ID + "-customer")
	c, err := s.api.V1Customers.Create(ctx, p)
	if err != nil {
		return "", failed("make a customer", err)
	}
	return c.ID, nil
}

func sessionParams(r billing.SetupRequest, customer, key string) *api.CheckoutSessionCreateParams {
	p := &api.CheckoutSessionCreateParams{
		Mode: api.String(string(api.CheckoutSessionModeSetup)), PaymentMethodTypes: []*string{api.String(string(api.PaymentMethodTypeCard))},
		Customer: api.String(customer), ClientReferenceID: api.String(r.Reference), Locale: api.String(locale(r.Locale)),
		SuccessURL: api.String(successURL(r.ReturnURL)), CancelURL: api.String(r.CancelURL),
		SetupIntentData: &api.CheckoutSessionCreateSetupIntentDataParams{Metadata: map[string]string{accountKey: r.Reference}},
	}
	p.AddMetadata(accountKey, r.Reference)
	p.SetIdempotencyKey(key)
	return p
}

// successURL asks Stripe to put the session into the address to come back to. The braces must reach it as they are.
func successURL(back string) string {
	if strings.Contains(back, "?") {
		return back + "&session={CHECKOUT_SESSION_ID}"
	}
	return back + "?session={CHECKOUT_SESSION_ID}"
}

// anyLocale leaves the language to the browser.
const anyLocale = "auto"

// locale is the language of Stripe's page: the account's where we speak it.
func locale(l string) string {
	language, _, _ := strings.Cut(strings.ToLower(l), "-")
	if language == "en" || language == "it" {
		return language
	}
	return anyLocale
}

// Setup looks up how a visit ended, or billing.ErrNoSetup. One of the other mode is none.
func (s *Service) Setup(ctx context.Context, session string) (billing.SetupResult, error) {
	if !sessionPattern.MatchString(session) {
		return billing.SetupResult{}, billing.ErrNoSetup
	}
	p := &api.CheckoutSessionRetrieveParams{}
	p.AddExpand("setup_intent.payment_method")
	found, err := s.api.V1CheckoutSessions.Retrieve(ctx, session, p)
	switch {
	case missing(err, ""):
		return billing.SetupResult{}, billing.ErrNoSetup
	case err != nil:
		return billing.SetupResult{}, failed("look a session up", err)
	case found.Livemode != s.live || found.Mode != api.CheckoutSessionModeSetup:
		return billing.SetupResult{}, billing.ErrNoSetup
	}
	r := billing.SetupResult{Session: found.ID, Reference: found.ClientReferenceID, Live: found.Livemode}
	if found.Customer != nil {
		r.Customer = found.Customer.ID
	}
	if found.Status == api.CheckoutSessionStatusComplete {
		r.Card, r.Done = cardOf(found.SetupIntent)
	}
	return r, nil
}

// cardOf is the card that a setup intent has saved; false where it has saved none.
func cardOf(si *api.SetupIntent) (billing.Card, bool) {
	if si == nil || si.Status != api.SetupIntentStatusSucceeded || si.PaymentMethod == nil || si.PaymentMethod.Card == nil {
		return billing.Card{}, false
	}
	c := si.PaymentMethod.Card
	return billing.Card{
		Method: si.PaymentMethod.ID, Brand: string(c.Brand), Last4: c.Last4, ExpMonth: int(c.ExpMonth), ExpYear: int(c.ExpYear),
		Fingerprint: c.Fingerprint,
	}, true
}

// Detach forgets a card. One that belongs to no customer any more, or is unknown, is forgotten already.
func (s *Service) Detach(ctx context.Context, method string) error {
	_, err := s.api.V1PaymentMethods.Detach(ctx, method, nil)
	if err == nil || missing(err, "") {
		return nil
	}
	var refused *api.Error
	if errors.As(err, &refused) && refused.HTTPStatusCode == http.StatusBadRequest {
		if m, look := s.api.V1PaymentMethods.Retrieve(ctx, method, nil); look == nil && m.Customer == nil {
			return nil
		}
	}
	return failed("detach a card", err)
}
