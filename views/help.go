package views

// titled is a heading with the text under it, both as message ids.
type titled struct{ title, text string }

// promises are the twelve promises of the product, in plain words.
var promises = []titled{
	{"help.p1_title", "help.p1"},
	{"help.p2_title", "help.p2"},
	{"help.p3_title", "help.p3"},
	{"help.p4_title", "help.p4"},
	{"help.p5_title", "help.p5"},
	{"help.p6_title", "help.p6"},
	{"help.p7_title", "help.p7"},
	{"help.p8_title", "help.p8"},
	{"help.p9_title", "help.p9"},
	{"help.p10_title", "help.p10"},
	{"help.p11_title", "help.p11"},
	{"help.p12_title", "help.p12"},
}

// words explains the words the pages use, each of which means one thing.
var words = []titled{
	{"help.word_session", "help.word_session_is"},
	{"help.word_month", "help.word_month_is"},
	{"help.word_credit", "help.word_credit_is"},
	{"help.word_balance", "help.word_balance_is"},
	{"help.word_charge", "help.word_charge_is"},
	{"help.word_purchase", "help.word_purchase_is"},
	{"help.word_debit", "help.word_debit_is"},
	{"help.word_progress", "help.word_progress_is"},
	{"help.word_hold", "help.word_hold_is"},
	{"help.word_absorbed", "help.word_absorbed_is"},
}

// question is a question with its answer. anchor is its address on the page: other pages link to it, so it stays.
type question struct {
	anchor   string
	question string
	answer   []string
}

var questions = []question{
	{"at-100-percent", "help.q_hundred", []string{"help.a_hundred_1", "help.a_hundred_2"}},
	{"in-progress", "help.q_progress", []string{"help.a_progress_1", "help.a_progress_2"}},
	{"refused-with-balance", "help.q_left", []string{"help.a_left_1"}},
	{"lower-limit", "help.q_lower", []string{"help.a_lower_1"}},
	{"unlimited", "help.q_unlimited", []string{"help.a_unlimited_1"}},
	{"limit-zero", "help.q_zero", []string{"help.a_zero_1"}},
	{"turn-off", "help.q_off", []string{"help.a_off_1", "help.a_off_2"}},
	{"refunds", "help.q_refund", []string{"help.a_refund_1", "help.a_refund_2"}},
	{"declined", "help.q_decline", []string{"help.a_decline_1", "help.a_decline_2"}},
	{"remove-card", "help.q_card", []string{"help.a_card_1"}},
	{"debit-and-charge", "help.q_twice", []string{"help.a_twice_1"}},
	{"billing-month", "help.q_month", []string{"help.a_month_1"}},
	{"late-usage", "help.q_late", []string{"help.a_late_1"}},
	{"pace", "help.q_pace", []string{"help.a_pace_1"}},
	{"what-it-cost", "help.q_why", []string{"help.a_why_1", "help.a_why_2"}},
	{"staff", "help.q_staff", []string{"help.a_staff_1", "help.a_staff_2"}},
	{"invoice", "help.q_tax", []string{"help.a_tax_1"}},
	{"close-account", "help.q_close", []string{"help.a_close_1"}},
}

// helpSections are the page's own headings with their anchors, for the list of contents.
var helpSections = []titled{
	{"help.what_title", "what"},
	{"help.enable_title", "enable"},
	{"help.reach_title", "session-limit"},
	{"help.controls_title", "controls"},
	{"help.cost_title", "cost"},
	{"help.promises_title", "promises"},
	{"help.faq_title", "questions"},
	{"help.words_title", "words"},
}

// values are the figures as the messages of the page name them; each message takes those it needs.
func (f HelpFigures) values(l Lang) []any {
	return []any{
		"Hours", f.WindowHours,
		"PerHour", f.ReloadsPerHour, "PerDay", f.ReloadsPerDay, "Declines", f.DeclinesToPause,
		"Ceiling", rateText(l, f.DailyCeiling),
		"Minutes", f.HoldMinutes, "Late", f.LateHours, "Undo", f.UndoMinutes,
		"Percents", percents(l, f.AlertPercents),
	}
}

// percents joins percentages: "50%, 75% and 90%".
func percents(l Lang, values []int) string {
	worded := make([]string, 0, len(values))
	for _, v := range values {
		worded = append(worded, l.Percent(v))
	}
	return l.And(worded...)
}
