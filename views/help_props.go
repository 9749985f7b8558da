package views

import "extrausage/money"

// HelpProps are the values of the help page.
type HelpProps struct {
	Frame   Frame
	Figures HelpFigures
}

// HelpFigures are the bounds the help page names. They come from the constants the program keeps, so that the
// page cannot promise anything else.
type HelpFigures struct {
	// WindowHours is the length of a session.
	WindowHours int
	// LimitMin and LimitMax bound the monthly limit.
	LimitMin, LimitMax money.Amount
	// ThresholdMin and ThresholdMax bound the threshold of auto-reload, TargetMax its target.
	ThresholdMin, ThresholdMax, TargetMax money.Amount
	// DailyCeiling ends automatic purchases within 24 hours when there is no monthly limit.
	DailyCeiling money.Amount
	// ReloadsPerHour and ReloadsPerDay bound the attempts, DeclinesToPause the declines in a row.
	ReloadsPerHour, ReloadsPerDay, DeclinesToPause int
	// AlertPercents are the default thresholds of the usage alerts, ascending.
	AlertPercents []int
	// HoldMinutes is how long the reserve of a silent request lasts.
	HoldMinutes int
	// LateHours is how late usage may be reported and still be charged.
	LateHours int
	// UndoMinutes is how long a change can be taken back.
	UndoMinutes int
}
