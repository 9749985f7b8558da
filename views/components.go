package views

import (
	"strconv"

	"github.com/a-h/templ"

	"extrausage/money"
)

// BadgeKind is the tone of a badge.
type BadgeKind string

// The tones of badges. Each has a dot of its own shape.
const (
	BadgeNeutral BadgeKind = "neutral" // ring
	BadgeOn      BadgeKind = "on"      // disc
	BadgeWarning BadgeKind = "warning" // triangle
	BadgeStop    BadgeKind = "stop"    // square
	BadgeBusy    BadgeKind = "busy"    // half disc
	BadgeExtra   BadgeKind = "extra"   // half disc
)

// Fact is a line of a list of names and values.
type Fact struct {
	Name  string
	Value string
	// More replaces Value where a value is more than text.
	More templ.Component
}

// MeterTone is the colour of a meter.
type MeterTone string

// The tones of meters.
const (
	TonePlan   MeterTone = "plan"
	ToneExtra  MeterTone = "extra"
	ToneNearly MeterTone = "nearly"
	ToneFull   MeterTone = "full"
)

// MeterInput is a level between 0 and Max.
type MeterInput struct {
	ID    string
	Label string
	// Figure is the level in short, right of the label: "62%", "$12.40 of $50.00".
	Figure string
	// Text is the level as a sentence, with what is reserved, left, and when it resets.
	Text string
	// Value, Reserved and Max have one unit, whichever. Value may exceed Max: the meter is then full.
	Value, Reserved, Max int64
	Tone                 MeterTone
}

// upTo is where the reserved part ends.
func (m MeterInput) upTo() int64 { return min(m.Value+m.Reserved, m.Max) }

func meterNumber(n int64) string { return strconv.FormatInt(max(0, n), 10) }

// meterUnits turns an amount into the unit of a money meter, hundredths of a cent: nanos are more than a float holds.
func meterUnits(a money.Amount) int64 { return int64(a / (money.Cent / 100)) }

func noticeIcon(kind FlashKind) string {
	switch kind {
	case KindSuccess:
		return "check"
	case KindWarning:
		return "warning"
	case KindDanger:
		return "stop"
	}
	return "info"
}
