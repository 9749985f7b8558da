package billing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// tally counts what happened, over all seeds.
type tally map[string]int

func (c tally) String() string {
	names := make([]string, 0, len(c))
	for name := range c {
		names = append(names, name)
	}
	slices.Sort(names)
	var out strings.Builder
	for _, name := range names {
		fmt.Fprintf(&out, "%s %d; ", name, c[name])
	}
	return out.String()
}

// wantAll fails a simulation in which something did not happen that it is there for.
func (c tally) wantAll(t *testing.T) {
	for _, name := range []string{
		"deaths", "requests late", "reloads", "resumed", "held plan", "held extra", "held plan_and_extra", "settled open", "settled expired", "settled after the month",
		"refused extra_usage_off", "refused balance_negative", "refused monthly_limit_reached", "refused session_limit_reached",
		"refused reload_pending", "refused payment_action_required", "refused reload_paused", "refused purchase_limit_reached",
		"refused insufficient_balance", "refused no_plan", "refused account_closed", "event recorded", "event duplicate", "event rejected",
		"purchase succeeded", "purchase declined", "purchase abandoned", "purchase unknown", "purchase requires_action", "entry refund",
		"entry dispute", "entry dispute_won", "forged bad_signature", "forged stale", "forged wrong_mode", "forged unknown_type",
	} {
		if c[name] == 0 {
			t.Errorf("in all these seeds there was no %q", name)
		}
	}
}
