package e2e

import (
	"fmt"
	"maps"
	"net/url"
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
	answer  int             // status of the page or fragment that came last
	weight  int64           // bytes over the wire since weigh, heads included; event streams not counted
	hosts   map[string]bool // that were asked since weigh
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

// lastAnswer is the status of the page or fragment that came last.
func (f *traffic) lastAnswer() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.answer
}

// weigh begins to count what is loaded.
func (f *traffic) weigh() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.weight, f.hosts = 0, map[string]bool{}
}

// weighed is what was loaded since weigh, in bytes, and from which hosts.
func (f *traffic) weighed() (bytes int64, hosts []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.weight, slices.Sorted(maps.Keys(f.hosts))
}

// note takes one event of the browser.
func (f *traffic) note(ev any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(ev.Request.URL); err == nil && f.hosts != nil && u.Host != "" {
			f.hosts[u.Host] = true
		}
		if ev.RedirectResponse != nil {
			f.weight += int64(ev.RedirectResponse.EncodedDataLength)
		}
		if ev.Type != network.ResourceTypeEventSource && ev.Type != network.ResourceTypePing {
			f.open[ev.RequestID] = request{url: ev.Request.URL, loader: ev.LoaderID}
		}
	case *network.EventResponseReceived:
		if ev.Response.MimeType == "text/event-stream" {
			delete(f.open, ev.RequestID)
		}
		if ev.Type == network.ResourceTypeDocument || ev.Type == network.ResourceTypeFetch || ev.Type == network.ResourceTypeXHR {
			f.answer = int(ev.Response.Status)
		}
		if ev.Type == network.ResourceTypeDocument {
			f.status = int(ev.Response.Status)
		}
	case *network.EventLoadingFinished:
		f.weight += int64(ev.EncodedDataLength)
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
