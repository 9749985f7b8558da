package handlers

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/static"
	"extrausage/views"
)

// Config is what the web layer needs beside the rules.
type Config struct {
	BaseURL        string   // without a slash at the end
	SessionKeys    [][]byte // pairs of a signing (64 bytes) and an encryption (32 bytes) key, the newest first
	Development    bool     // serves /dev/
	TestPayments   bool     // shows that no money moves
	TestProvider   http.Handler
	Mailbox        Mailbox // development only
	TrustedProxies []*net.IPNet
	FormHosts      []string // where a form's answer may redirect to, besides ourselves: the payment provider's pages
	KeyRate        int      // requests a second that one API key may make; 0: 1,000
	KeyBurst       int      // requests that one API key may make at once; 0: 5,000
	Log            *slog.Logger
	Clock          func() time.Time
	Ready          func(context.Context) error // nil: ready
	Stop           <-chan struct{}             // closed when open streams have to end
	Live           Live                        // how open pages follow the meter
}

// Server answers requests.
type Server struct {
	turns   turns
	svc     *billing.Service
	conf    Config
	cookies *sessions.CookieStore
	secure  bool // the pages are served over https
	assets  views.Assets
	exports chan struct{} // one for each export under way

	keyRates *throttle // of API keys
	seats    *seats    // of pages that follow the meter
}

// New makes the whole web layer as one handler.
func New(svc *billing.Service, conf Config) http.Handler {
	s := &Server{
		svc: svc, conf: conf, cookies: sessions.NewCookieStore(conf.SessionKeys...),
		secure: strings.HasPrefix(conf.BaseURL, "https://"), exports: make(chan struct{}, exportsAtOnce),
		assets: views.Assets{
			CSS: static.URL(static.CSS), App: static.URL(static.App), Icon: static.URL(static.Icon),
			HTMX: static.URL(static.HTMX), SSE: static.URL(static.SSE), Live: static.URL(static.Live),
		},
	}
	s.keyRates = newThrottle(cmp.Or(conf.KeyRate, defaultKeyRate), cmp.Or(conf.KeyBurst, defaultKeyBurst), maxBuckets)
	live := &s.conf.Live
	live.Pace, live.Look = cmp.Or(live.Pace, time.Second/2), cmp.Or(live.Look, 15*time.Second)
	s.seats = newSeats(cmp.Or(live.Most, 5000), cmp.Or(live.PerSession, 2))
	s.cookies.Options = &sessions.Options{
		Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode, MaxAge: int(sessionCookieLife.Seconds()),
	}
	s.cookies.MaxAge(int(sessionCookieLife.Seconds()))
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = echo.ExtractIPDirect()
	if len(conf.TrustedProxies) > 0 {
		options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
		for _, n := range conf.TrustedProxies {
			options = append(options, echo.TrustIPRange(n))
		}
		e.IPExtractor = echo.ExtractIPFromXFFHeader(options...)
	}
	e.HTTPErrorHandler = s.answerError
	s.routes(e)
	return front{e}
}

// front answers HEAD as GET, whose body the server leaves out: the router knows neither.
type front struct{ *echo.Echo }

func (f front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		r = r.WithContext(r.Context())
		r.Method = http.MethodGet
	}
	f.Echo.ServeHTTP(w, r)
}

// sessionCookieLife is how long a browser keeps the cookie; the server ends sessions earlier by its own rules.
const sessionCookieLife = 90 * 24 * time.Hour
