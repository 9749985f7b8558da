package testpay

import "strings"

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
	HomeLead:     "The app sends you here to choose a test card, or to confirm a test payment. There is nothing to do on this page.",
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
	HomeLead:     "L’app ti manda qui per scegliere una carta di prova o per confermare un pagamento di prova. In questa pagina non c’è nulla da fare.",
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
}

// wordsOf is the language of a locale, or of an Accept-Language header.
func wordsOf(locale string) words {
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(locale)), "it") {
		return italian
	}
	return english
}
