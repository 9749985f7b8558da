package views

// errorWords are the title and lead of an error page.
var errorWords = map[int]titled{
	400: {"errors.title_400", "errors.lead_400"},
	403: {"errors.title_403", "errors.lead_403"},
	404: {"errors.title_404", "errors.lead_404"},
	405: {"errors.title_405", "errors.lead_405"},
	409: {"errors.title_refused", "errors.lead_refused"},
	413: {"errors.title_refused", "errors.lead_413"},
	415: {"errors.title_400", "errors.lead_400"},
	422: {"errors.title_refused", "errors.lead_refused"},
	429: {"errors.title_429", "errors.lead_429"},
	500: {"errors.title_500", "errors.lead_500"},
	502: {"errors.title_503", "errors.lead_503"},
	503: {"errors.title_503", "errors.lead_503"},
}

func (p ErrorProps) words() titled {
	if w, ok := errorWords[p.Status]; ok {
		return w
	}
	return errorWords[500]
}

// Titled is the page's frame with its title.
func (p ErrorProps) Titled() Frame { return p.Frame.Named(p.words().title) }

// lead says what happened and what to do.
func (p ErrorProps) lead() string {
	if p.Status == 429 && !p.RetryAt.IsZero() {
		return p.Frame.Lang.T("errors.lead_429_at", "At", p.RetryAt)
	}
	if p.Problem != "" {
		return p.Problem
	}
	return p.Frame.Lang.T(p.words().text)
}
