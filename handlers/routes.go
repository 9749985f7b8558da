package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// routes is the map of the program: every path, who may use it, and what answers.
func (s *Server) routes(e *echo.Echo) {
	e.Use(s.outer()...)
	zip := zipped()
	e.GET("/static/*", s.staticFile, zip)
	e.GET("/healthz", s.healthy)
	e.GET("/readyz", s.ready)
	s.machineRoutes(e)

	pages := e.Group("", zip, textOnly, noCards, s.withSession)
	pages.RouteNotFound("/*", func(echo.Context) error { return echo.NewHTTPError(http.StatusNotFound) })
	pages.GET("/", s.home)
	pages.POST("/language", s.chooseLanguage)
	pages.GET("/pricing", s.pricing)
	pages.GET("/help/extra-usage", s.help)
	pages.GET("/sign-in", s.signInPage)
	pages.POST("/sign-in", s.signIn)
	pages.POST("/sign-out", s.signOut)
	pages.GET("/sign-in/link", s.signInLinkPage)
	pages.POST("/sign-in/link", s.sendSignInLink)
	pages.GET("/sign-in/link/:token", s.redeemLinkPage)
	pages.POST("/sign-in/link/:token", s.redeemLink)

	s.settingsRoutes(pages.Group("/settings", s.requireAccount))
	s.supportRoutes(pages.Group("/support", s.requireStaff))
	if s.conf.Development {
		pages.GET("/dev/mail", s.mailbox)
		pages.GET("/dev/mail/:id", s.mail)
		pages.GET("/dev/gallery", s.gallery)
		pages.GET("/dev/gallery/:name", s.gallerySample)
	}
	if s.conf.TestProvider != nil {
		e.Any("/test-provider/*", echo.WrapHandler(s.conf.TestProvider))
	}
}

// machineRoutes are the API, for keys with the scope named, and the webhooks, which are signed.
func (s *Server) machineRoutes(e *echo.Echo) {
	e.GET("/openapi.yaml", s.openAPI)
	e.POST("/webhooks/:provider", s.webhook)
	api := e.Group("/v1")
	api.RouteNotFound("/*", noSuchPath)
	api.POST("/holds", s.createHold, s.requireAPIKey("usage:write"))
	api.POST("/holds/:id/settle", s.settleHold, s.requireAPIKey("usage:write"))
	api.POST("/holds/:id/void", s.voidHold, s.requireAPIKey("usage:write"))
	api.POST("/usage", s.recordUsage, s.requireAPIKey("usage:write"))
	api.GET("/accounts/:id/extra-usage", s.extraUsageStatus, s.requireAPIKey("accounts:read"))
	api.POST("/accounts/:id/session/continue", s.continueSession, s.requireAPIKey("usage:write"))
	api.PUT("/accounts/:id", s.provisionAccount, s.requireAPIKey("accounts:write"))
	api.GET("/rates", s.rates)
}

func (s *Server) settingsRoutes(g *echo.Group) {
	g.GET("", func(c echo.Context) error { return s.redirect(c, homePath) })
	g.GET("/usage", s.usage)
	g.POST("/usage/session", s.chooseContinue)
	g.POST("/usage/monthly-limit", s.saveMonthlyLimit, s.requireFresh("fault.doing_limit"))
	g.POST("/usage/auto-reload", s.saveAutoReload, s.requireFresh("fault.doing_reload"))
	g.POST("/usage/auto-reload/resume", s.resumeAutoReload, s.requireFresh("fault.doing_reload"))
	g.POST("/usage/continue", s.savePreference)
	g.POST("/usage/alerts", s.saveAlerts)
	g.POST("/usage/turn-off", s.turnOff)
	g.POST("/usage/undo", s.undo)
	g.GET("/usage/spending", s.spendingPage)
	g.GET("/usage/live", s.live)
	g.GET("/usage/spending.csv", s.spendingCSV)
	g.GET("/usage/sessions.csv", s.sessionsCSV)

	g.POST("/usage/enable", s.startEnabling)
	g.GET("/usage/enable", s.continueEnabling)
	g.POST("/usage/enable/cancel", s.cancelEnabling)
	g.GET("/usage/enable/payment-method", s.enablePaymentMethodPage)
	g.GET("/usage/enable/preferences", s.enablePreferencesPage)
	g.POST("/usage/enable/preferences", s.saveEnablePreferences)
	g.GET("/usage/enable/unlimited", s.enableUnlimitedPage)
	g.POST("/usage/enable/unlimited", s.confirmUnlimited)
	g.GET("/usage/enable/review", s.enableReviewPage)
	g.POST("/usage/enable/review", s.confirmEnabling, s.requireFresh("fault.doing_enable"))

	g.GET("/usage/activity", s.activity)
	g.GET("/usage/activity.csv", s.activityCSV)
	g.GET("/usage/activity/:id", s.charge)

	g.GET("/billing", s.billing)
	g.POST("/billing/payment-method", s.addCard, s.requireFresh("fault.doing_card"))
	g.POST("/billing/payment-method/remove", s.removeCard, s.requireFresh("fault.doing_card"))
	g.GET("/billing/card/return", s.cardReturn)
	g.POST("/billing/credits", s.buyCredits, s.requireFresh("fault.doing_purchase"))
	g.GET("/billing/action/return", s.actionReturn)
	g.POST("/billing/purchases/:id/authenticate", s.authenticatePurchase)
	g.GET("/billing/purchases/:id", s.receipt)
	g.GET("/billing/purchases/:id/pdf", s.receiptPDF)
	g.GET("/billing/invoices/:month", s.invoice)
	g.GET("/billing/invoices/:month/pdf", s.invoicePDF)
	g.GET("/billing/invoices/:month/csv", s.invoiceCSV)

	g.GET("/notices", s.notices)
	g.POST("/notices/read", s.readNotices)

	g.GET("/profile", s.profile)
	g.POST("/profile/language", s.saveLocale)
	g.POST("/profile/time-zone", s.saveTimeZone)
	g.POST("/profile/password", s.changePassword)
	g.POST("/profile/email", s.changeEmail, s.requireFresh("fault.doing_email"))
	g.POST("/profile/sessions/end", s.endSession)
	g.POST("/profile/invoice-address", s.saveInvoiceAddress)
	g.GET("/profile/export", s.exportData)
	g.POST("/profile/close", s.closeAccount, s.requireFresh("fault.doing_close"))
}

func (s *Server) supportRoutes(g *echo.Group) {
	g.GET("", s.support)
	g.GET("/accounts/:id", s.supportAccount)
	g.POST("/accounts/:id/look", s.startLook)
}
