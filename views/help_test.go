package views

import (
	"strings"
	"testing"
)

func TestHelpUsesTheArticlesTerms(t *testing.T) {
	says(t, byID(sample(t, NewLang("it", nil), "help"), "main"),
		"Impostazioni > Utilizzo", "Utilizzo extra", "Abilita", "Limite di spesa mensile", "Ricaricamento automatico", "Illimitato", "Avvisi di utilizzo",
		"ogni 5 ore", "50%, 75%, 90% e 100%", "da $5 a $10.000", "al massimo 3 tentativi all'ora e 10 al giorno", "$2.000 in 24 ore")
}

func TestHelpHasAllPromisesAndAnswers(t *testing.T) {
	for _, tag := range Languages {
		doc := sample(t, NewLang(tag, nil), "help")
		if got := len(all(byID(doc, "promises"), tagged("li"))); got != 12 {
			t.Errorf("%s: %d promises", tag, got)
		}
		for _, q := range questions {
			if answer := byID(doc, q.anchor); len(strings.Fields(text(answer))) < 15 {
				t.Errorf("%s: %s is answered by %q", tag, q.anchor, text(answer))
			}
		}
	}
}

// TestHelpNamesTheFiguresItIsGiven: none of the bounds is written into the words.
func TestHelpNamesTheFiguresItIsGiven(t *testing.T) {
	p := HelpProps{Frame: publicFrame(NewLang("en", nil), "/help/extra-usage"), Figures: HelpFigures{
		WindowHours: 71, LimitMin: usd(72), LimitMax: usd(73), ThresholdMin: usd(74), ThresholdMax: usd(75), TargetMax: usd(76), DailyCeiling: usd(77),
		ReloadsPerHour: 78, ReloadsPerDay: 79, DeclinesToPause: 81, AlertPercents: []int{82, 83}, HoldMinutes: 84, LateHours: 85, UndoMinutes: 86,
	}}
	says(t, parsed(t, HelpPage(p)), "71 hours", "$0.72 to $0.73", "($0.74 to $0.75)", "up to $0.76", "$0.77 of credits", "78 times an hour", "79 times a day",
		"After 81 declines", "82% and 83%", "84 minutes", "85 hours", "For 86 minutes")
}
