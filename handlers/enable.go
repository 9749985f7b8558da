package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/money"
	"extrausage/views"
)

const (
	enablePath            = "/settings/usage/enable"
	enableCardPath        = enablePath + "/payment-method"
	enablePreferencesPath = enablePath + "/preferences"
	enableUnlimitedPath   = enablePath + "/unlimited"
	enableReviewPath      = enablePath + "/review"
)

// startEnabling begins the way to enabling, or goes on with it.
func (s *Server) startEnabling(c echo.Context) error {
	if err := s.svc.StartEnabling(c.Request().Context(), account(c)); err != nil {
		f := billing.AsFault(err)
		if f == nil || f.Kind != billing.Conflict {
			return err
		}
		return s.done(c, views.SectionExtraUsage, notice{Kind: string(views.KindWarning), ID: "fault." + f.Code})
	}
	return s.continueEnabling(c)
}

// continueEnabling leads to the first step that is not done.
func (s *Server) continueEnabling(c echo.Context) error {
	d, err := s.svc.Draft(c.Request().Context(), account(c))
	if err != nil {
		return s.leaveEnabling(c, err)
	}
	return s.redirect(c, enableStep(d))
}

func enableStep(d billing.Draft) string {
	switch {
	case d.Card == nil:
		return enableCardPath
	case !d.Saved:
		return enablePreferencesPath
	case d.Limit.Kind == billing.Unlimited && !d.UnlimitedConfirmed:
		return enableUnlimitedPath
	}
	return enableReviewPath
}

// leaveEnabling goes back to the usage page, saying why, when the way ended elsewhere; other errors stay errors.
func (s *Server) leaveEnabling(c echo.Context, err error) error {
	f := billing.AsFault(err)
	if f == nil || f.Code != "draft_none" {
		return err
	}
	if err := s.flash(c, notice{Kind: string(views.KindInfo), ID: "fault.draft_none"}); err != nil {
		return err
	}
	return s.redirect(c, homePath)
}

func (s *Server) cancelEnabling(c echo.Context) error {
	if err := s.svc.DropDraft(c.Request().Context(), account(c)); err != nil {
		return err
	}
	return s.redirect(c, homePath)
}

func (s *Server) enablePaymentMethodPage(c echo.Context) error {
	d, err := s.svc.Draft(c.Request().Context(), account(c))
	if err != nil {
		return s.leaveEnabling(c, err)
	}
	p := views.EnablePaymentMethodProps{Frame: s.frame(c, ""), Result: cardResult(c.QueryParam("result"))}
	if d.Card != nil {
		card := viewCard(*d.Card, s.conf.Clock())
		p.Card = &card
	}
	return s.show(c, views.EnablePaymentMethodPage(p))
}

// cardResult is what came of a visit to the provider; nothing for a word that is not ours.
func cardResult(word string) views.PaymentMethodResult {
	switch r := views.PaymentMethodResult(word); r {
	case views.PaymentMethodAdded, views.PaymentMethodReplaced, views.PaymentMethodCancelled, views.PaymentMethodPending,
		views.PaymentMethodRefused, views.PaymentMethodUnavailable:
		return r
	}
	return ""
}

func (s *Server) enablePreferencesPage(c echo.Context) error {
	d, err := s.svc.Draft(c.Request().Context(), account(c))
	if err != nil {
		return s.leaveEnabling(c, err)
	}
	if d.Card == nil {
		return s.redirect(c, enableCardPath)
	}
	return s.show(c, views.EnablePreferencesPage(s.preferencesProps(c, d)))
}

// preferencesProps is the form as the draft has it. Before the first time nothing is chosen but to be asked at the limit.
func (s *Server) preferencesProps(c echo.Context, d billing.Draft) views.EnablePreferencesProps {
	lang := s.lang(c)
	value := func(name, v string) views.Field { return views.Field{Name: name, Value: v} }
	amount := func(name string, a money.Amount) views.Field {
		if a == 0 {
			return value(name, "")
		}
		return value(name, lang.AmountField(a))
	}
	p := views.EnablePreferencesProps{
		Frame: s.frame(c, ""), Figures: s.figures(), Balance: d.Balance, Version: d.Version,
		LimitKind: value("limit_kind", ""), LimitAmount: amount("limit_amount", d.Limit.Amount),
		AutoReload: value("auto_reload", ""), Threshold: amount("threshold", d.Reload.Threshold), Target: amount("target", d.Reload.Target),
		FirstPurchase: amount("first_purchase", d.FirstPurchase), Continue: value("continue_preference", string(d.Preference)),
	}
	if d.Saved || d.Limit.Kind == billing.LimitAmount {
		p.LimitKind.Value = string(d.Limit.Kind)
	}
	if d.Reload.On {
		p.AutoReload.Value = "on"
	}
	if d.Card != nil {
		card := viewCard(*d.Card, s.conf.Clock())
		p.Card = &card
	}
	return p
}

func (s *Server) saveEnablePreferences(c echo.Context) error {
	ctx, lang := c.Request().Context(), s.lang(c)
	chosen, err := parsePreferences(lang, c)
	if err == nil {
		err = s.svc.SavePreferences(ctx, account(c), parseVersion(c), chosen)
	}
	if err == nil {
		return s.continueEnabling(c)
	}
	f := billing.AsFault(err)
	if f == nil || f.Code == "draft_none" {
		return s.leaveEnabling(c, err)
	}
	d, err := s.svc.Draft(ctx, account(c))
	if err != nil {
		return s.leaveEnabling(c, err)
	}
	p := s.preferencesProps(c, d)
	if f.Kind == billing.Conflict {
		p.Problem = lang.Fault(f.Code, f.Args)
		return s.render(c, http.StatusConflict, views.EnablePreferencesPage(p))
	}
	p.LimitKind, p.LimitAmount = field(c, lang, "limit_kind", f), field(c, lang, "limit_amount", f)
	p.AutoReload, p.Threshold, p.Target = field(c, lang, "auto_reload", f), field(c, lang, "threshold", f), field(c, lang, "target", f)
	p.FirstPurchase, p.Continue = field(c, lang, "first_purchase", f), field(c, lang, "continue_preference", f)
	p.Problem = formProblem(lang, f, p.LimitKind, p.LimitAmount, p.AutoReload, p.Threshold, p.Target, p.FirstPurchase, p.Continue)
	return s.render(c, http.StatusUnprocessableEntity, views.EnablePreferencesPage(p))
}

func parsePreferences(lang views.Lang, c echo.Context) (p billing.Preferences, err error) {
	if p.Limit, err = parseLimit(lang, "limit_kind", "limit_amount", c); err != nil {
		return p, err
	}
	if p.Reload, err = parseReload(lang, "auto_reload", c); err != nil {
		return p, err
	}
	p.FirstPurchase, err = parseOptionalAmount(lang, "first_purchase", c.FormValue("first_purchase"))
	p.Preference = billing.Preference(c.FormValue("continue_preference"))
	return p, err
}

func (s *Server) enableUnlimitedPage(c echo.Context) error {
	d, err := s.svc.Draft(c.Request().Context(), account(c))
	if err != nil {
		return s.leaveEnabling(c, err)
	}
	if !d.Saved || d.Limit.Kind != billing.Unlimited {
		return s.redirect(c, enableStep(d))
	}
	return s.show(c, views.EnableUnlimitedPage(views.EnableUnlimitedProps{Frame: s.frame(c, ""), Figures: s.figures(), Version: d.Version}))
}

func (s *Server) confirmUnlimited(c echo.Context) error {
	ctx := c.Request().Context()
	err := error(&billing.Fault{Kind: billing.NotReady, Code: "unlimited_unconfirmed"})
	if c.FormValue("confirm") == "unlimited" {
		err = s.svc.ConfirmUnlimited(ctx, account(c), parseVersion(c))
	}
	if err == nil {
		return s.continueEnabling(c)
	}
	f := billing.AsFault(err)
	if f == nil || f.Code == "draft_none" {
		return s.leaveEnabling(c, err)
	}
	d, err := s.svc.Draft(ctx, account(c))
	if err != nil {
		return s.leaveEnabling(c, err)
	}
	return s.render(c, http.StatusUnprocessableEntity, views.EnableUnlimitedPage(views.EnableUnlimitedProps{
		Frame: s.frame(c, ""), Figures: s.figures(), Version: d.Version, Problem: s.lang(c).Fault(f.Code, f.Args),
	}))
}

func (s *Server) enableReviewPage(c echo.Context) error {
	d, err := s.svc.Draft(c.Request().Context(), account(c))
	if err != nil {
		return s.leaveEnabling(c, err)
	}
	if !d.Ready() {
		return s.redirect(c, enableStep(d))
	}
	return s.show(c, views.EnableReviewPage(s.reviewProps(c, d)))
}

// reviewProps is what is agreed to, in exact figures.
func (s *Server) reviewProps(c echo.Context, d billing.Draft) views.EnableReviewProps {
	card := viewCard(*d.Card, s.conf.Clock())
	worst, bounded := d.WorstCase()
	terms := views.EnableTerms{
		Card: card, Limit: viewLimit(d.Limit), ReloadOn: d.Reload.On, Threshold: d.Reload.Threshold, Target: d.Reload.Target,
		FirstPurchase: d.FirstPurchase, ReloadNow: d.ReloadNow, Continue: views.Preference(d.Preference), Balance: d.Balance, WorstCase: worst, Bounded: bounded,
		Figures: s.figures(),
	}
	return views.EnableReviewProps{
		Frame: s.frame(c, ""), Figures: s.figures(), Card: card, Terms: terms, Version: d.Version,
		TermsHash: billing.HashTerms(terms.Text(s.lang(c))),
	}
}

// confirmEnabling switches extra usage on. The terms are put together anew: the form's digest has to be that of what is true now.
func (s *Server) confirmEnabling(c echo.Context) error {
	ctx, lang := c.Request().Context(), s.lang(c)
	d, err := s.svc.Draft(ctx, account(c))
	if err != nil {
		return s.leaveEnabling(c, err)
	}
	if !d.Ready() {
		return s.redirect(c, enableStep(d))
	}
	p := s.reviewProps(c, d)
	purchase, err := s.svc.ConfirmEnabling(ctx, account(c), billing.Agreement{
		Version: parseVersion(c), TermsHash: c.FormValue("terms"), Terms: p.Terms.Text(lang), Button: p.Terms.Button(lang),
		Locale: lang.Tag(), CardLast4: d.Card.Last4, ReloadNow: d.ReloadNow, Client: client(c),
	})
	if f := billing.AsFault(err); f != nil && f.Kind == billing.Conflict {
		d, err := s.svc.Draft(ctx, account(c))
		if err != nil {
			return s.leaveEnabling(c, err)
		}
		if !d.Ready() {
			return s.redirect(c, enableStep(d))
		}
		p := s.reviewProps(c, d)
		p.Problem = lang.Fault(f.Code, f.Args)
		return s.render(c, http.StatusConflict, views.EnableReviewPage(p))
	}
	if err != nil {
		return err
	}
	return s.enabled(c, d, purchase)
}

// enabled leads to the usage page, or first to where the first purchase has to be authenticated.
func (s *Server) enabled(c echo.Context, d billing.Draft, purchase *billing.PurchaseView) error {
	n := notice{Kind: string(views.KindSuccess), ID: views.MsgEnabledUnlimited}
	if d.Limit.Kind == billing.LimitAmount {
		n.ID, n.Args = views.MsgEnabled, []string{"Limit", s.lang(c).Money(d.Limit.Amount)}
	}
	if err := s.flash(c, n); err != nil {
		return err
	}
	if purchase != nil && purchase.State == billing.PurchaseRequiresAction {
		return s.toBank(c, *purchase)
	}
	return s.redirect(c, homePath)
}
