package views

import "github.com/a-h/templ"

// The ids of the sections of the usage page: htmx targets, anchors of links, names for UsageUpdate.
const (
	SectionStatus       = "status"
	SectionSession      = "session"
	SectionExtraUsage   = "extra-usage"
	SectionMonthlyLimit = "monthly-limit"
	SectionAutoReload   = "auto-reload"
	SectionContinue     = "continue"
)

// The ids of what is no section, but changes with them.
const (
	sectionFlash   = "flash"
	sectionUpdated = "updated"
)

// usagePart is a section that a change may alter.
type usagePart struct {
	id      string
	section templ.Component
}

// controlSections come with the first enabling. Until then the page keeps their places: it may happen in another tab.
var controlSections = []string{SectionMonthlyLimit, SectionAutoReload, SectionContinue, SectionAlerts}

// parts are the sections that show settings or figures, and what the change did.
func (p UsageProps) parts() []usagePart {
	l := p.Frame.Lang
	parts := []usagePart{
		{sectionFlash, FlashRegion(p.Frame)},
		p.updatedPart(),
		{SectionStatus, StatusSection(l, p.Status)},
		{SectionSession, SessionSection(l, p.Status, p.Session)},
		{SectionExtraUsage, ExtraUsageSection(l, p.Status)},
	}
	if p.Status.Limit.Kind == LimitUnset {
		return parts
	}
	return append(parts,
		usagePart{SectionMonthlyLimit, MonthlyLimitSection(l, p.Status, p.Figures, p.Limit)},
		usagePart{SectionAutoReload, AutoReloadSection(l, p.Status, p.Figures, p.Reload)},
		usagePart{SectionContinue, ContinueSection(l, p.Status, p.Continue)},
		usagePart{SectionAlerts, AlertsSection(l, p.Status, p.Alerts)},
	)
}

// failed tells whether any form of the page reports an error.
func (p UsageProps) failed() bool {
	return p.Session.Problem != "" || len(p.Limit.errors()) > 0 || len(p.Reload.errors()) > 0 || len(p.Continue.errors()) > 0 ||
		len(p.Alerts.Form.errors()) > 0
}

func (f MonthlyLimitForm) errors() []FormError {
	return problems(f.Problem, FormError{For: "limit-kind", Text: f.Kind.Error}, FormError{For: "limit-amount", Text: f.Amount.Error})
}

func (f AutoReloadForm) errors() []FormError {
	return problems(f.Problem, FormError{For: "reload-enabled", Text: f.Enabled.Error},
		FormError{For: "reload-threshold", Text: f.Threshold.Error}, FormError{For: "reload-target", Text: f.Target.Error})
}

func (f ContinueForm) errors() []FormError {
	return problems(f.Problem, FormError{For: "continue-preference", Text: f.Preference.Error})
}

// problems are the errors there are: the one of no field first.
func problems(general string, fields ...FormError) []FormError {
	var errs []FormError
	if general != "" {
		errs = append(errs, FormError{Text: general})
	}
	for _, e := range fields {
		if e.Text != "" {
			errs = append(errs, e)
		}
	}
	return errs
}
