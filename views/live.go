package views

import (
	"time"

	"github.com/a-h/templ"
)

// LiveState is how a page follows the meter.
type LiveState string

// The states of the bar. The page begins with LiveOff: without JavaScript it stays so.
const (
	LiveOff       LiveState = ""
	LiveOn        LiveState = "on"
	LiveLost      LiveState = "lost"      // the stream broke, and is being tried again
	LivePaused    LiveState = "paused"    // by the subscriber
	LiveElsewhere LiveState = "elsewhere" // ended in favour of newer pages of the same browser
	LiveOver      LiveState = "over"      // signed out
)

// LiveProps are the values of the bar below the status.
type LiveProps struct {
	// At is as of when the page's figures are.
	At time.Time
	// URL is the stream that the page follows; empty for a page that follows none.
	URL string
	// Script is the address of live.js.
	Script string
	State  LiveState
}

// LivePart is a part of the usage page that follows the meter. ID is the element's that it takes the place of.
type LivePart struct {
	ID   string
	View templ.Component
}

// LiveParts are the parts of the usage page that follow the meter. LiveUpdated belongs to any of them that is sent.
func LiveParts(p UsageProps) []LivePart {
	parts := append(p.parts(),
		usagePart{"pace", PaceSection(p.Frame.Lang, p.Spending)},
		usagePart{spendingID, SpendingSection(p.Frame.Lang, p.Spending)},
		usagePart{"history", HistorySection(p.Frame.Lang, p.History)},
		usagePart{"bell", bell(p.Frame)},
	)
	var out []LivePart
	for _, part := range parts {
		if part.id != sectionFlash && part.id != sectionUpdated {
			out = append(out, LivePart{part.id, livePart(part)})
		}
	}
	return out
}

// LiveUpdated is the part that says as of when the page is.
func LiveUpdated(p UsageProps) templ.Component { return livePart(p.updatedPart()) }

// liveBar is the bar of a usage page.
func (p UsageProps) liveBar() LiveProps {
	return LiveProps{At: p.Status.At, URL: p.Live.URL, Script: p.Frame.Assets.Live, State: p.Live.State}
}

func (p UsageProps) updatedPart() usagePart {
	return usagePart{sectionUpdated, updated(p.Frame.Lang, p.liveBar())}
}

// connects makes an element follow a stream. What it sends names its own places; the element itself is none of them.
func connects(url string) templ.Attributes {
	if url == "" {
		return nil
	}
	return templ.Attributes{
		"hx-sse:connect": url, "hx-sse:close": "live:end", "hx-trigger": "load, live:connect", "hx-swap": "none",
	}
}
