package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// wrong is a form filled in as it must not be.
type wrong struct {
	name   string
	page   string
	open   string   // what to press first: the disclosure that holds the form
	choose string   // a radio button or box
	fill   []string // pairs of a selector and what is typed there
	form   string   // whose button is pressed
	fields []string // ids of the fields that the summary leads to
}

// wrongForms are all forms in which something can be typed or left out wrongly. The others have only buttons (turn off, undo,
// resume, continue, remove, end, notices), lists of what there is (language, time zone), or take any text (invoice address).
var wrongForms = map[string][]wrong{
	"": {
		{name: "sign-in", page: "/sign-in", form: `form[action="/sign-in"]`, fields: []string{"email", "password"}},
		{name: "sign-in link", page: "/sign-in/link", fill: []string{"#email", "nobody"}, form: `form[action="/sign-in/link"]`, fields: []string{"email"}},
		{name: "calculator", page: "/pricing", fill: []string{"[name=output]", "many"}, form: `form[action^="/pricing"]`, fields: []string{"output"}},
	},
	"enabling": {
		{name: "preferences, nothing chosen", page: "/settings/usage/enable/preferences",
			form: `form[action="/settings/usage/enable/preferences"]`, fields: []string{"limit_kind"}},
		{name: "preferences, an ambiguous limit", page: "/settings/usage/enable/preferences", choose: "input[name=limit_kind][value=amount]",
			fill: []string{"#limit_amount", "1.234"}, form: `form[action="/settings/usage/enable/preferences"]`, fields: []string{"limit_amount"}},
	},
	"enabled": {
		{name: "monthly limit", page: "/settings/usage", open: "#monthly-limit summary", fill: []string{"#limit-amount", "1.234"},
			form: `#monthly-limit form`, fields: []string{"limit-amount"}},
		{name: "auto-reload", page: "/settings/usage", open: "#auto-reload summary", choose: "#auto-reload input[name=enabled][value=on]",
			fill: []string{"#reload-threshold", "1", "#reload-target", "20"}, form: `#auto-reload form[action$="auto-reload"]`, fields: []string{"reload-threshold"}},
		{name: "alerts", page: "/settings/usage", fill: []string{"#alerts [name=low_balance]", "a lot"}, open: "#alerts summary",
			form: `#alerts form`, fields: []string{"alerts-low-balance"}},
		{name: "credits", page: "/settings/billing", fill: []string{"[name=amount]", "-5"}, form: `form[action="/settings/billing/credits"]`, fields: []string{"amount"}},
		{name: "e-mail", page: "/settings/profile", fill: []string{"#profile-email [name=email]", "nobody"}, form: "#profile-email form", fields: []string{"email"}},
		{name: "password", page: "/settings/profile", fill: []string{"[name=current_password]", storyPassword, "[name=new_password]", "short"},
			form: "#profile-password form", fields: []string{"new_password"}},
		{name: "close", page: "/settings/profile", open: "#profile-close summary", fill: []string{"[name=confirm]", "nobody"},
			form: `form[action="/settings/profile/close"]`, fields: []string{"confirm"}},
	},
	"staff": {{name: "look", form: `main form[method=post]`, fields: []string{"reason"}}},
}

// TestWrongForms sends each of them, with JavaScript and without: the answer is 422 with the form as typed, a summary that has the
// focus and leads to each field, the same words at the field, and a title that says it.
func TestWrongForms(t *testing.T) {
	eachScript(t, func(t *testing.T, javaScript bool) {
		s := startServer(t)
		account := created(t, s, storyPassword, "account", "create", "--email", storyEmail, "--name", "Ada", "--password-stdin")
		created(t, s, storyPassword, "staff", "create", "--email", "help@example.com", "--name", "Help", "--password-stdin")
		p := newBrowser(t, opts{Base: s.url, JavaScript: javaScript, Width: 1280, Height: 900, Lang: "en"})
		p.allow("status of 422")
		p.allow("status 422")
		p.refuses(t, wrongForms[""])
		signIn(p, storyEmail)
		addCard(p)
		p.refuses(t, wrongForms["enabling"])
		prefer(p)
		p.refuses(t, wrongForms["enabled"])
		staff := newBrowser(t, opts{Base: s.url, JavaScript: javaScript, Width: 1280, Height: 900, Lang: "en"})
		signIn(staff, "help@example.com")
		look := wrongForms["staff"][0]
		look.page = "/support/accounts/" + account
		staff.refuses(t, []wrong{look})
	})
}

func (p *page) refuses(t *testing.T, forms []wrong) {
	for _, w := range forms {
		t.Run(w.name, func(t *testing.T) {
			before := p.t
			p.t = t
			defer func() { p.t = before }()
			p.refused(w)
		})
	}
}

func (p *page) refused(w wrong) {
	p.visit(w.page)
	if w.open != "" && p.count(w.open) > 0 {
		p.click(w.open)
	}
	if w.choose != "" {
		p.choose(w.choose)
	}
	for i := 0; i < len(w.fill); i += 2 {
		p.fill(w.fill[i], w.fill[i+1])
	}
	p.submit(w.form)
	p.wait(".error-summary")
	equal(p.t, "status", p.traffic.lastAnswer(), http.StatusUnprocessableEntity)
	if title := evaluate[string](p, "document.title"); !strings.HasPrefix(title, "Error: ") {
		p.t.Errorf("the title is %q", title)
	}
	if w.name == "calculator" && !p.opts.JavaScript {
		// Its address ends in #calculator, where browsers do not autofocus: the summary stands at the top of what they show.
		top := evaluate[float64](p, `document.querySelector(".error-summary").getBoundingClientRect().top`)
		if top < 0 || top > float64(p.opts.Height) {
			p.t.Errorf("the summary is out of sight, at %.0f px", top)
		}
	} else if at := evaluate[string](p, `document.activeElement.className`); at != "error-summary" {
		p.t.Errorf("the focus is at %q", at)
	}
	var leads []string
	for _, href := range evaluate[[]string](p, `[...document.querySelectorAll(".error-summary a")].map((a) => a.hash)`) {
		leads = append(leads, strings.TrimPrefix(href, "#"))
	}
	equal(p.t, "where the summary leads", strings.Join(leads, " "), strings.Join(w.fields, " "))
	for i := 0; i < len(w.fill); i += 2 {
		typed := w.fill[i+1]
		if strings.Contains(w.fill[i], "password") {
			typed = "" // never sent back
		}
		equal(p.t, "what stands in "+w.fill[i], p.value(w.fill[i]), typed)
	}
	for _, id := range w.fields {
		p.explained(id)
	}
	p.click(fmt.Sprintf(`.error-summary a[href="#%s"]`, w.fields[0]))
	equal(p.t, "the focus after the link", evaluate[string](p, `document.activeElement.id`), w.fields[0])
}

// explained wants the words of the summary at the field as well, shown and tied to it (aria-describedby of the field or its group).
func (p *page) explained(id string) {
	p.t.Helper()
	at := evaluate[string](p, fmt.Sprintf(`((id) => {
		const field = document.getElementById(id);
		if (!field) return "there is no such field";
		const told = document.querySelector('.error-summary a[href="#' + id + '"]').textContent.trim();
		const described = [field, field.closest("fieldset")].filter(Boolean)
			.flatMap((e) => (e.getAttribute("aria-describedby") || "").split(" ")).map((d) => document.getElementById(d)).filter(Boolean);
		const words = described.filter((d) => d.offsetParent).map((d) => d.innerText.trim());
		return words.includes(told) ? "" : told + " is not among " + JSON.stringify(words);
	})(%q)`, id))
	if at != "" {
		p.t.Errorf("%s: %s", id, at)
	}
}
