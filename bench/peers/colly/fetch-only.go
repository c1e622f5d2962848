package main

import (
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gocolly/colly/v2"
	"spinneret/bench/peers/colly/peer"
)

// Text of the fields, and links as they stand in the page.
type found struct {
	name, sku, brand, price, image string
}

// Reads a page; reports the text of every link.
type extract func(page []byte, href func(text []byte)) found

// Colly fetches; all else is done here, and a link is resolved at its first sight.
func fetchOnly(collector *colly.Collector, out *peer.Items, read extract) {
	collector.AllowURLRevisit = true
	hrefs := peer.NewSet()
	urls := peer.NewSet()
	collector.OnRequest(func(request *colly.Request) {
		if request.Depth == 1 {
			urls.Add([]byte(request.URL.String()))
		}
	})
	collector.OnResponse(func(response *colly.Response) {
		base := response.Request.URL
		fields := read(response.Body, func(href []byte) {
			// A path from the root is the same page wherever it is written.
			if len(href) > 0 && href[0] == '/' && !hrefs.Add(href) {
				return
			}
			target := peer.Absolute(base, string(href))
			if urls.Add([]byte(target)) {
				peer.Must(response.Request.Visit(target))
			}
		})
		if strings.HasPrefix(base.Path, "/p/") {
			out.Write(item{
				URL:   base.String(),
				Name:  fields.name,
				Sku:   fields.sku,
				Brand: fields.brand,
				Price: number(fields.price),
				Image: peer.Absolute(base, fields.image),
			})
		}
	})
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
