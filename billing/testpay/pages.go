package testpay

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"

	"extrausage/billing"
	"extrausage/money"
)

//go:embed pages
var files embed.FS

var pages = template.Must(template.ParseFS(files, "pages/*.html"))

// maxForm bounds what a form of ours may post: two short fields.
const maxForm = 4 << 10

// policy lets nothing in but our own stylesheet.
const policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

func (s *Service) routes() http.Handler {
	at := s.base.Path
	mux := http.NewServeMux()
	mux.Handle("GET "+at+"/style.css", page(s.style))
	mux.Handle("GET "+at+"/{$}", page(s.home))
	mux.Handle("GET "+at+"/setup/{session}", page(s.showSetup))
	mux.Handle("POST "+at+"/setup/{session}", page(s.finishSetup))
	mux.Handle("GET "+at+"/charges/{charge}", page(s.showCharge))
	mux.Handle("POST "+at+"/charges/{charge}", page(s.answerCharge))
	mux.Handle("GET "+at+"/dashboard", page(s.showDashboard))
	mux.Handle("GET "+at+"/dashboard/{charge}", page(s.showDetail))
	mux.Handle("POST "+at+"/dashboard/{charge}", page(s.reverseCharge))
	mux.Handle(at+"/", page(s.gone))
	return http.NewCrossOriginProtection().Handler(mux)
}

// page sets the headers of every answer, and answers what went wrong.
type page func(http.ResponseWriter, *http.Request) error

func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer") // the address is a secret
	h.Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := p(w, r); err != nil {
		slog.ErrorContext(r.Context(), "test provider", "error", err)
		http.Error(w, "The test provider failed.", http.StatusInternalServerError)
	}
}

// frame is what every page shows.
type frame struct {
	W     words
	Style string
}

func (s *Service) frame(w words) frame { return frame{W: w, Style: s.base.Path + "/style.css"} }

func render(w http.ResponseWriter, status int, name string, data any) error {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // the visitor may have left
	return nil
}

func (s *Service) style(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=300")
	http.ServeFileFS(w, r, files, "pages/style.css")
	return nil
}

// homePage leads to the dashboard.
type homePage struct {
	frame
	Dashboard string
}

func (s *Service) home(w http.ResponseWriter, r *http.Request) error {
	return render(w, http.StatusOK, "home.html", homePage{frame: s.frame(wordsOf(r.Header.Get("Accept-Language"))), Dashboard: s.base.Path + "/dashboard"})
}

func (s *Service) gone(w http.ResponseWriter, r *http.Request) error {
	return render(w, http.StatusNotFound, "gone.html", s.frame(wordsOf(r.Header.Get("Accept-Language"))))
}

// setupPage offers the cards of a visit.
type setupPage struct {
	frame
	Cards  []offer
	Cancel string
	Back   string // where to go on, when the visit has ended
	Error  string
}

type offer struct {
	Kind, Brand, Last4, Name, Hint string
	Checked                        bool
}

func (s *Service) showSetup(w http.ResponseWriter, r *http.Request) error {
	return s.renderSetup(w, r, http.StatusOK)
}

func (s *Service) renderSetup(w http.ResponseWriter, r *http.Request, status int) error {
	v, err := s.visit(r.Context(), r.PathValue("session"))
	if errors.Is(err, billing.ErrNoSetup) {
		return s.gone(w, r)
	}
	if err != nil {
		return err
	}
	words := wordsOf(v.locale)
	p := setupPage{frame: s.frame(words), Cancel: v.cancelURL}
	if v.method != "" {
		p.Back = withParameter(v.returnURL, "session", v.session)
	}
	if status != http.StatusOK {
		p.Error = words.ChooseCard
	}
	for i, c := range testCards {
		p.Cards = append(p.Cards, offer{
			Kind: string(c.kind), Brand: brandNames[c.brand], Last4: c.last4, Name: words.Cards[c.kind].Name, Hint: words.Cards[c.kind].Hint,
			Checked: i == 0,
		})
	}
	return render(w, status, "setup.html", p)
}

func (s *Service) visit(ctx context.Context, session string) (v visit, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) (err error) {
		v, err = findVisit(ctx, tx, session)
		return err
	})
	return v, err
}

func (s *Service) finishSetup(w http.ResponseWriter, r *http.Request) error {
	card, known := cardOf(kind(r.PostFormValue("card")))
	if !known {
		return s.renderSetup(w, r, http.StatusUnprocessableEntity)
	}
	back, err := s.choose(r.Context(), r.PathValue("session"), card.kind)
	if errors.Is(err, billing.ErrNoSetup) {
		return s.gone(w, r)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}

// chargePage asks the subscriber to authenticate.
type chargePage struct {
	frame
	Amount string
	Open   bool
	Back   string
	Error  string
}

func (s *Service) showCharge(w http.ResponseWriter, r *http.Request) error {
	return s.renderCharge(w, r, http.StatusOK)
}

func (s *Service) renderCharge(w http.ResponseWriter, r *http.Request, status int) error {
	v, err := s.action(r.Context(), r.PathValue("charge"))
	if errors.Is(err, billing.ErrNoCharge) {
		return s.gone(w, r)
	}
	if err != nil {
		return err
	}
	words := wordsOf(v.locale)
	p := chargePage{frame: s.frame(words), Amount: v.amount.Format(words.Lang), Open: v.open, Back: v.returnURL}
	if status != http.StatusOK {
		p.Error = words.ChooseAnswer
	}
	return render(w, status, "charge.html", p)
}

// action is a charge as its page shows it.
type action struct {
	amount    money.Amount
	open      bool
	returnURL string
	locale    string
}

func (s *Service) action(ctx context.Context, charge string) (action, error) {
	var cents int64
	var state billing.ChargeState
	a := action{}
	err := s.db.QueryRowContext(ctx, "SELECT c.cents, c.state, c.return_url, u.locale FROM charges c JOIN customers u ON u.id = c.customer WHERE c.id = ?", charge).
		Scan(&cents, &state, &a.returnURL, &a.locale)
	if errors.Is(err, sql.ErrNoRows) {
		return a, billing.ErrNoCharge
	}
	a.amount, a.open = money.Cents(cents), state == billing.ChargeRequiresAction
	return a, err
}

func (s *Service) answerCharge(w http.ResponseWriter, r *http.Request) error {
	charge := r.PathValue("charge")
	v, err := s.action(r.Context(), charge)
	if errors.Is(err, billing.ErrNoCharge) {
		return s.gone(w, r)
	}
	if err != nil {
		return err
	}
	switch r.PostFormValue("answer") {
	case "authenticate":
		err = s.end(r.Context(), charge, billing.ChargeSucceeded, "")
	case "refuse":
		err = s.end(r.Context(), charge, billing.ChargeDeclined, billing.FailureAuthentication)
	default:
		return s.renderCharge(w, r, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, v.returnURL, http.StatusSeeOther)
	return nil
}
