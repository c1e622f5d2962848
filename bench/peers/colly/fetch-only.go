package main

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gocolly/colly/v2"
)

// Text of the fields, and links as they stand in the page.
type found struct {
	name, sku, brand, price, image string
}

// Reads a page; reports the text of every link.
type extract func(page []byte, href func(text []byte)) found

// Colly fetches; all else is done here, and a link is resolved at its first sight.
func fetchOnly(collector *colly.Collector, out *items, read extract) {
	collector.AllowURLRevisit = true
	hrefs := &set{known: map[string]struct{}{}}
	urls := &set{known: map[string]struct{}{}}
	collector.OnRequest(func(request *colly.Request) {
		if request.Depth == 1 {
			urls.add([]byte(request.URL.String()))
		}
	})
	collector.OnResponse(func(response *colly.Response) {
		base := response.Request.URL
		fields := read(response.Body, func(href []byte) {
			// A path from the root is the same page wherever it is written.
			if len(href) > 0 && href[0] == '/' && !hrefs.add(href) {
				return
			}
			target := absolute(base, string(href))
			if urls.add([]byte(target)) {
				must(response.Request.Visit(target))
			}
		})
		if strings.HasPrefix(base.Path, "/p/") {
			out.write(item{
				URL:   base.String(),
				Name:  fields.name,
				Sku:   fields.sku,
				Brand: fields.brand,
				Price: number(fields.price),
				Image: absolute(base, fields.image),
			})
		}
	})
}

func absolute(base *url.URL, href string) string {
	target, err := base.Parse(href)
	must(err)
	target.Fragment = ""
	return target.String()
}

type set struct {
	mutex sync.Mutex
	known map[string]struct{}
}

func (keys *set) add(key []byte) bool {
	keys.mutex.Lock()
	defer keys.mutex.Unlock()
	if _, has := keys.known[string(key)]; has {
		return false
	}
	keys.known[string(key)] = struct{}{}
	return true
}

// Keeps a connection for each request under way; Go keeps two per host.
func transport() http.RoundTripper {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 30 * time.Second}).DialContext,
		MaxIdleConns:        2 * underWay,
		MaxIdleConnsPerHost: 2 * underWay,
		DisableCompression:  true,
	}
}
