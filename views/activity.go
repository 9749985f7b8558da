package views

// Titled is the page's frame with its title; fragments of the page use it as well.
func (p ActivityProps) Titled() Frame {
	return p.Frame.Named("activity.title").With(p.Filter.fields()...)
}

func (f ActivityFilter) fields() []Field {
	return []Field{f.From, f.To, f.Month, f.Model, f.Covered, f.Hold}
}

// Titled is the page's frame with its title.
func (p ChargeProps) Titled() Frame { return p.Frame.Named("activity.charge_title_page") }

// activityTab is a tab with its label and address.
type activityTab struct {
	tab   ActivityTab
	label string
	href  string
}

var activityTabs = []activityTab{
	{ActivityCharges, "activity.tab_charges", "/settings/usage/activity"},
	{ActivityChanges, "activity.tab_changes", "/settings/usage/activity?show=changes"},
	{ActivityStaff, "activity.tab_staff", "/settings/usage/activity?show=staff"},
}

// modelFilter are the models to filter by, "all" first.
func modelFilter(l Lang, models []string) []Option {
	return append([]Option{{Label: l.T("activity.filter_all_models")}}, modelOptions(models)...)
}

// monthFilter are the billing months to filter by, "all" first.
func monthFilter(l Lang, months []MonthOption) []Option {
	options := []Option{{Label: l.T("activity.filter_all_months")}}
	for _, m := range months {
		options = append(options, Option{Value: m.Name, Label: l.Month(m.At)})
	}
	return options
}

// coveredFilter are the bearers to filter by, "all" first.
func coveredFilter(l Lang) []Option {
	return []Option{
		{Label: l.T("activity.filter_all")},
		{Value: string(CoveredByPlan), Label: l.T("activity.covered_plan")},
		{Value: string(CoveredByExtra), Label: l.T("activity.covered_extra")},
		{Value: string(CoveredByAbsorbed), Label: l.T("activity.covered_absorbed")},
	}
}

var settingNames = map[Setting]string{
	SettingExtraUsage:     "activity.setting_extra_usage",
	SettingMonthlyLimit:   "activity.setting_monthly_limit",
	SettingAutoReload:     "activity.setting_auto_reload",
	SettingAlwaysContinue: "activity.setting_always_continue",
	SettingContinue:       "activity.setting_session_choice",
	SettingPaymentMethod:  "activity.setting_payment_method",
	SettingTimeZone:       "activity.setting_time_zone",
	SettingLanguage:       "activity.setting_locale",
	SettingEmail:          "activity.setting_email",
	SettingPassword:       "activity.setting_password",
	SettingInvoiceAddress: "activity.setting_invoice_address",
	SettingPlan:           "activity.setting_plan",
	SettingAlerts:         "activity.setting_alerts",
	SettingAccount:        "activity.setting_account",
}

// settingName is a setting in words; one without words keeps its name, so that a change is never hidden.
func settingName(l Lang, s Setting) string {
	if id := settingNames[s]; id != "" {
		return l.T(id)
	}
	return string(s)
}

// actorName is who made a change, as the subscriber reads it.
func actorName(l Lang, a Actor) string {
	switch a {
	case ActorSubscriber:
		return l.T("activity.actor_subscriber")
	case ActorClient:
		return l.T("activity.actor_client")
	case ActorSystem:
		return l.T("activity.actor_system")
	}
	return l.T("activity.actor_operator")
}

// actorForStaff is who made a change, as staff read it: "you" would be themselves.
func actorForStaff(l Lang, a Actor) string {
	switch a {
	case ActorSubscriber:
		return l.T("activity.actor_subscriber_support")
	case ActorClient:
		return l.T("activity.actor_client_support")
	}
	return actorName(l, a)
}

// orNotSet shows that there was no value.
func orNotSet(l Lang, value string) string {
	if value == "" {
		return l.T("activity.not_set")
	}
	return value
}

// summary is the charge in one sentence.
func (p ChargeProps) summary() string {
	l, parts := p.Frame.Lang, p.Parts
	values := []any{"Cost", p.Cost, "Plan", parts.Plan, "Extra", parts.Extra, "Absorbed", parts.Absorbed}
	switch {
	case parts.Extra == 0 && parts.Absorbed == 0:
		return l.T("activity.charge_sum_plan", values...)
	case parts.Extra == 0:
		return l.T("activity.charge_sum_absorbed", values...)
	case parts.Absorbed > 0:
		return l.T("activity.charge_sum_part", values...)
	case parts.Plan > 0:
		return l.T("activity.charge_sum_both", values...)
	}
	return l.T("activity.charge_sum_extra", values...)
}

var chargeReasons = map[ChargeReason]string{
	WhyPlan:           "activity.why_plan",
	WhyAllowanceUsed:  "activity.why_allowance_used",
	WhyAllowanceEnded: "activity.why_allowance_ended",
	WhyNotPermitted:   "activity.why_not_permitted",
	WhyBeyondReserve:  "activity.why_beyond_reserve",
	WhyNoFunds:        "activity.why_no_funds",
	WhyLate:           "activity.why_late",
	WhyImported:       "activity.why_imported",
}

// why says why the request was charged, or not; empty for a reason without words.
func (p ChargeProps) why() string {
	l := p.Frame.Lang
	id := chargeReasons[p.Why]
	if id == "" {
		return ""
	}
	return l.T(id,
		"Left", p.Session.LeftBefore, "Allowance", p.Session.Allowance,
		"At", l.Clock(p.Arrived)+" "+l.ZoneName(p.Arrived), "When", l.On(p.Arrived))
}

// permitted says how the subscriber had permitted what was charged; empty where nothing was.
func (p ChargeProps) permitted() string {
	l := p.Frame.Lang
	switch {
	case p.Parts.Extra == 0 || p.Permission.By == "":
		return ""
	case p.Permission.At.IsZero():
		return l.T("activity.permit_always_unknown")
	case p.Permission.By == "continue":
		return l.T("activity.permit_continue", "When", l.On(p.Permission.At))
	}
	return l.T("activity.permit_always", "When", l.On(p.Permission.At))
}

// afterwards are the balance and the month right after a charge, held against the limit of that time.
func (p ChargeProps) afterwards() []Fact {
	l := p.Frame.Lang
	spent := l.Money(p.SpentAfter)
	if p.Limit.Kind == LimitAmount {
		spent = l.T("activity.charge_spent_of", "Spent", p.SpentAfter, "Limit", p.Limit.Amount)
	}
	return []Fact{
		{Name: l.T("activity.charge_balance_after"), Value: l.Money(p.BalanceAfter)},
		{Name: l.T("activity.charge_spent_after"), Value: spent},
	}
}

// details are what is left to say about a request.
func (p ChargeProps) details() []Fact {
	l := p.Frame.Lang
	facts := []Fact{
		{Name: l.T("activity.charge_at"), Value: l.Date(p.At) + ", " + l.Clock(p.At) + " " + l.ZoneName(p.At)},
		{Name: l.T("activity.charge_arrived"), Value: l.Date(p.Arrived) + ", " + l.Clock(p.Arrived) + " " + l.ZoneName(p.Arrived)},
		{Name: l.T("activity.charge_model"), Value: p.Model},
		{Name: l.T("activity.charge_model_id"), More: code(p.ModelID)},
	}
	if p.MessageID != "" {
		facts = append(facts, Fact{Name: l.T("activity.charge_message_id"), More: code(p.MessageID)})
	}
	if p.HoldID != "" {
		facts = append(facts, Fact{Name: l.T("activity.charge_hold_id"), More: code(p.HoldID)})
	}
	return append(facts, Fact{Name: l.T("activity.charge_id"), More: code(p.ID)})
}

// sessionFacts are the state of the session that justified the charge.
func (p ChargeProps) sessionFacts() []Fact {
	l, s := p.Frame.Lang, p.Session
	return []Fact{
		{Name: l.T("activity.charge_session"), Value: s.span(l)},
		{Name: l.T("activity.charge_allowance"), Value: l.Money(s.Allowance)},
		{Name: l.T("activity.charge_used_before"), Value: l.Money(s.UsedBefore)},
		{Name: l.T("activity.charge_left_before"), Value: l.Money(s.LeftBefore)},
	}
}

// span is from when to when a session lasts; the day is said once where one is enough.
func (s ChargeSession) span(l Lang) string {
	starts, ends := s.Starts.In(l.Zone()), s.Ends.In(l.Zone())
	if !sameDay(starts, ends) {
		return l.T("activity.charge_session_is", "Starts", starts, "Ends", ends)
	}
	return l.T("activity.charge_session_is", "Starts", l.Date(starts)+", "+starts.Format("15:04"), "Ends", l.Time(ends))
}
