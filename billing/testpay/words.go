package testpay

import (
	"strings"

	"extrausage/billing"
)

// words are the texts of the pages in one language.
type words struct {
	Lang         string
	Heading      string
	Lead         string
	AddTitle     string
	AddLead      string
	Add          string
	Cancel       string
	Ending       string // "ending", between a brand and the last four digits
	Ended        string
	GoOn         string
	ChooseCard   string
	AuthTitle    string
	AuthLead     string
	Authenticate string
	Refuse       string
	ChooseAnswer string
	GoneTitle    string
	GoneLead     string
	HomeLead     string
	Cards        map[kind]cardWords

	DashboardTitle string
	DashboardLead  string
	NoCharges      string
	ChargeTitle    string
	AllCharges     string
	WithCard       string // before a card's name
	DisputeComes   string // before a time
	ReversalsTitle string
	ReverseTitle   string
	Part           string
	Whole          string // all that is left
	NotPossible    string
	States         map[billing.ChargeState]string
	Stages         map[Stage]string // how a refund or a dispute stands
	Moves          map[Stage]string // what leads there
}

type cardWords struct{ Name, Hint string }

var brandNames = map[string]string{"visa": "Visa", "mastercard": "Mastercard"}

var english = words{
	Lang:         "en",
	Heading:      "Test payments: no money moves",
	Lead:         "This page stands in for the payment provider. Nothing here is a real card.",
	AddTitle:     "Choose a test card",
	AddLead:      "Each card behaves in its own way, so that you can see what happens then.",
	Add:          "Add this card",
	Cancel:       "Cancel",
	Ending:       "ending",
	Ended:        "A card was added already. Go back to go on.",
	GoOn:         "Go back",
	ChooseCard:   "Choose one of the cards.",
	AuthTitle:    "Confirm this payment",
	AuthLead:     "Your bank asks whether it is you who pays:",
	Authenticate: "Authenticate",
	Refuse:       "Refuse",
	ChooseAnswer: "Confirm the payment or refuse it.",
	GoneTitle:    "Nothing is here",
	GoneLead:     "This link is not one of ours. Go back to the app and start again there.",
	HomeLead:     "The app sends you here to choose a test card, or to confirm a test payment. The dashboard shows what was charged, and lets you refund or dispute it.",
	Cards: map[kind]cardWords{
		succeeds:          {"Succeeds", "Every payment goes through."},
		succeedsOnce:      {"Succeeds once, then declined", "The first payment goes through, each one after it is declined."},
		declined:          {"Declined", "The bank declines every payment."},
		insufficientFunds: {"Insufficient funds", "Every payment is declined for want of money."},
		expired:           {"Expired", "This card ended last month: every payment is declined."},
		needsAuthentic:    {"Needs authentication", "Each payment waits until you confirm it."},
		authenticOffline:  {"Needs authentication when you are away", "What you buy yourself goes through; automatic payments wait until you confirm them."},
		answerLost:        {"Answer lost after the charge", "The payment goes through, but its answer does not arrive."},
		slow:              {"Slow", "The payment goes through, but its answer comes when nobody waits for it any more."},
		serverError:       {"Server error after the charge", "The payment goes through, but the provider answers with an error."},
		processing:        {"Processing, then succeeds", "The payment is under way for 20 seconds, then it goes through."},
		expiresNextMonth:  {"Expires next month", "Payments go through until the end of next month."},
		disputedLater:     {"Disputed later", "Payments go through; two days later the bank claims them back."},
	},

	DashboardTitle: "Dashboard",
	DashboardLead:  "What a merchant sees at the provider: the newest charges. Open one to refund it, or to play the cardholder’s bank.",
	NoCharges:      "There are no charges yet. They appear here when the app debits a card.",
	ChargeTitle:    "Charge",
	AllCharges:     "All charges",
	WithCard:       "card",
	DisputeComes:   "The bank will claim this charge back on",
	ReversalsTitle: "Refunds and disputes",
	ReverseTitle:   "Give back or claim back",
	Part:           "How much",
	Whole:          "all that is left:",
	NotPossible:    "This is not possible with this charge any more. It stands as you see it here.",
	States: map[billing.ChargeState]string{
		billing.ChargeSucceeded: "Succeeded", billing.ChargeDeclined: "Declined", billing.ChargeRequiresAction: "Waits for authentication",
		billing.ChargeProcessing: "Processing", billing.ChargeCanceled: "Canceled",
	},
	Stages: map[Stage]string{
		RefundPending: "Refund not made yet", RefundMade: "Refunded", RefundFailed: "Refund failed, the money is back", RefundCanceled: "Refund canceled",
		DisputeInquiry: "Inquiry of the bank", DisputeClosed: "Inquiry closed", DisputeOpened: "Disputed, under review", DisputeWon: "Dispute won",
		DisputeLost: "Dispute lost",
	},
	Moves: map[Stage]string{
		RefundPending: "Refund later", RefundMade: "Refund", RefundFailed: "The refund fails", RefundCanceled: "Cancel the refund",
		DisputeInquiry: "Open an inquiry", DisputeClosed: "Close the inquiry", DisputeOpened: "Open a dispute", DisputeWon: "Win", DisputeLost: "Lose",
	},
}

var italian = words{
	Lang:         "it",
	Heading:      "Pagamenti di prova: non si muove denaro",
	Lead:         "Questa pagina fa le veci del fornitore dei pagamenti. Qui nessuna carta è vera.",
	AddTitle:     "Scegli una carta di prova",
	AddLead:      "Ogni carta si comporta a modo suo, così puoi vedere che cosa succede.",
	Add:          "Aggiungi questa carta",
	Cancel:       "Annulla",
	Ending:       "che termina con",
	Ended:        "Una carta è già stata aggiunta. Torna indietro per continuare.",
	GoOn:         "Torna indietro",
	ChooseCard:   "Scegli una delle carte.",
	AuthTitle:    "Conferma questo pagamento",
	AuthLead:     "La tua banca chiede se sei tu a pagare:",
	Authenticate: "Autentica",
	Refuse:       "Rifiuta",
	ChooseAnswer: "Conferma il pagamento o rifiutalo.",
	GoneTitle:    "Qui non c’è nulla",
	GoneLead:     "Questo collegamento non è dei nostri. Torna all’app e ricomincia da lì.",
	HomeLead:     "L’app ti manda qui per scegliere una carta di prova o per confermare un pagamento di prova. Il pannello mostra gli addebiti e permette di rimborsarli o contestarli.",
	Cards: map[kind]cardWords{
		succeeds:          {"Va a buon fine", "Ogni pagamento viene accettato."},
		succeedsOnce:      {"Una volta sola, poi rifiutata", "Il primo pagamento va a buon fine, quelli successivi sono rifiutati."},
		declined:          {"Rifiutata", "La banca rifiuta ogni pagamento."},
		insufficientFunds: {"Fondi insufficienti", "Ogni pagamento è rifiutato per mancanza di fondi."},
		expired:           {"Scaduta", "Questa carta è scaduta il mese scorso: ogni pagamento è rifiutato."},
		needsAuthentic:    {"Richiede l’autenticazione", "Ogni pagamento attende la tua conferma."},
		authenticOffline:  {"Richiede l’autenticazione in tua assenza", "Ciò che acquisti di persona va a buon fine; i pagamenti automatici attendono la tua conferma."},
		answerLost:        {"Risposta persa dopo l’addebito", "Il pagamento va a buon fine, ma la risposta non arriva."},
		slow:              {"Lenta", "Il pagamento va a buon fine, ma la risposta arriva quando nessuno la aspetta più."},
		serverError:       {"Errore del server dopo l’addebito", "Il pagamento va a buon fine, ma il fornitore risponde con un errore."},
		processing:        {"In elaborazione, poi a buon fine", "Il pagamento resta in elaborazione per 20 secondi, poi va a buon fine."},
		expiresNextMonth:  {"Scade il mese prossimo", "I pagamenti vanno a buon fine fino alla fine del mese prossimo."},
		disputedLater:     {"Contestata in seguito", "I pagamenti vanno a buon fine; due giorni dopo la banca li contesta."},
	},

	DashboardTitle: "Pannello",
	DashboardLead:  "Ciò che un esercente vede presso il fornitore: gli addebiti più recenti. Aprine uno per rimborsarlo o per fare la parte della banca del titolare.",
	NoCharges:      "Non ci sono ancora addebiti. Compaiono qui quando l’app addebita una carta.",
	ChargeTitle:    "Addebito",
	AllCharges:     "Tutti gli addebiti",
	WithCard:       "carta",
	DisputeComes:   "La banca contesterà questo addebito il",
	ReversalsTitle: "Rimborsi e contestazioni",
	ReverseTitle:   "Rimborsa o contesta",
	Part:           "Quanto",
	Whole:          "tutto ciò che resta:",
	NotPossible:    "Con questo addebito non è più possibile. Qui vedi come sta ora.",
	States: map[billing.ChargeState]string{
		billing.ChargeSucceeded: "Riuscito", billing.ChargeDeclined: "Rifiutato", billing.ChargeRequiresAction: "In attesa di autenticazione",
		billing.ChargeProcessing: "In elaborazione", billing.ChargeCanceled: "Annullato",
	},
	Stages: map[Stage]string{
		RefundPending: "Rimborso non ancora eseguito", RefundMade: "Rimborsato", RefundFailed: "Rimborso fallito, il denaro è tornato", RefundCanceled: "Rimborso annullato",
		DisputeInquiry: "Richiesta di informazioni della banca", DisputeClosed: "Richiesta di informazioni chiusa", DisputeOpened: "Contestato, in esame",
		DisputeWon: "Contestazione vinta", DisputeLost: "Contestazione persa",
	},
	Moves: map[Stage]string{
		RefundPending: "Rimborsa più tardi", RefundMade: "Rimborsa", RefundFailed: "Il rimborso fallisce", RefundCanceled: "Annulla il rimborso",
		DisputeInquiry: "Apri una richiesta di informazioni", DisputeClosed: "Chiudi la richiesta", DisputeOpened: "Apri una contestazione", DisputeWon: "Vinci", DisputeLost: "Perdi",
	},
}

// wordsOf is the language of a locale, or of an Accept-Language header.
func wordsOf(locale string) words {
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(locale)), "it") {
		return italian
	}
	return english
}
