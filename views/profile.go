package views

import "strings"

// Titled is the page's frame with its title; fragments of the page use it as well.
func (p ProfileProps) Titled() Frame {
	a := p.InvoiceAddress
	return p.Frame.Named("profile.title").With(p.Language.Locale, p.TimeZone.Zone, p.Password.Current, p.Password.New,
		p.Email.Email, a.Name, a.Company, a.Address, a.TaxID, p.Close.Confirm).
		Failed(p.Password.Problem != "" || p.Email.Problem != "")
}

// languageOptions are the languages by their own names, which a reader of neither page finds.
func languageOptions() []Option {
	options := make([]Option, 0, len(Languages))
	for _, tag := range Languages {
		options = append(options, Option{Value: tag, Label: languageName(tag)})
	}
	return options
}

// zoneOptions are time zones by name; the underscores of IANA names are for machines.
func zoneOptions(zones []string) []Option {
	options := make([]Option, 0, len(zones))
	for _, zone := range zones {
		options = append(options, Option{Value: zone, Label: zoneLabel(zone)})
	}
	return options
}

// closeText says what becomes of the balance when the account is closed.
func (p CloseProps) closeText() string {
	switch {
	case p.Balance > 0:
		return p.Lang.T("profile.close_balance", "Balance", p.Balance)
	case p.Balance < 0:
		return p.Lang.T("profile.close_debt", "Balance", p.Balance)
	}
	return p.Lang.T("profile.close_no_balance")
}

// zoneLabel is an IANA name as people read it.
func zoneLabel(zone string) string { return strings.ReplaceAll(zone, "_", " ") }
