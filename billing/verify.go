package billing

import "context"

// Check is one thing that has to hold of the books. Findings name the rows for which it does not, as "account/row: what is wrong".
type Check struct {
	Name     string   `json:"name"`
	OK       bool     `json:"ok"`
	Findings []string `json:"findings,omitempty"`
}

// VerifyLedger checks the books of all accounts (P9). It changes nothing. ok is false when any check found something.
func (s *Service) VerifyLedger(ctx context.Context) (ok bool, checks []Check, err error) {
	names, findings, err := s.store.VerifyBooks(ctx)
	if err != nil {
		return false, nil, err
	}
	found, err := s.verifyInvoices(ctx)
	if err != nil {
		return false, nil, err
	}
	names, findings = append(names, invoiceLinesCheck), append(findings, found...)
	for _, name := range names {
		c := Check{Name: name, OK: true}
		for _, f := range findings {
			if f.Check == name {
				c.OK = false
				c.Findings = append(c.Findings, f.Row+": "+f.Says)
			}
		}
		checks = append(checks, c)
	}
	return len(findings) == 0, checks, nil
}
