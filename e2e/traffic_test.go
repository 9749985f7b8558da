package e2e

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
)

// rest is how long nothing must happen for a page to have come to rest: longer
// than a browser takes from a click to the request it causes.
const rest = 100 * time.Millisecond

// traffic knows what a page is loading. Event streams do not count: they never
// end.
type traffic struct {
	mu      sync.Mutex
	open    map[network.RequestID]request
	loading bool
	changed time.Time
	status  int
}

type request struct {
	url    string
	loader cdp.LoaderID
}

func newTraffic() *traffic {
	return &traffic{open: map[network.RequestID]request{}}
}

// stir says that something was done to the page just now.
func (f *traffic) stir() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changed = time.Now()
}

// quiet reports whether the page has come to rest, else what it still loads.
func (f *traffic) quiet() (bool, string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var urls []string
	for _, r := range f.open {
		urls = append(urls, r.url)
	}
	slices.Sort(urls)
	quiet := !f.loading && len(f.open) == 0 && time.Since(f.changed) >= rest
	return quiet, fmt.Sprintf("loading=%t, open requests %q", f.loading, urls)
}

func (f *traffic) lastStatus() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.status
}

// note takes one event of the browser.
func (f *traffic) note(ev any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		if ev.Type != network.ResourceTypeEventSource && ev.Type != network.ResourceTypePing {
			f.open[ev.RequestID] = request{url: ev.Request.URL, loader: ev.LoaderID}
		}
	case *network.EventResponseReceived:
		if ev.Response.MimeType == "text/event-stream" {
			delete(f.open, ev.RequestID)
		}
		if ev.Type == network.ResourceTypeDocument {
			f.status = int(ev.Response.Status)
		}
	case *network.EventLoadingFinished:
		delete(f.open, ev.RequestID)
	case *network.EventLoadingFailed:
		delete(f.open, ev.RequestID)
	case *cdppage.EventFrameNavigated:
		// What the page before was still loading went with it.
		for id, r := range f.open {
			if ev.Frame.ParentID == "" && r.loader != ev.Frame.LoaderID {
				delete(f.open, id)
			}
		}
	case *cdppage.EventFrameStartedLoading:
		f.loading = true
	case *cdppage.EventFrameStoppedLoading:
		f.loading = false
	default:
		return
	}
	f.changed = time.Now()
}
