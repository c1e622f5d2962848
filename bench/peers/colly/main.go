// Crawls the shop with Colly: `colly idiomatic|tokenizer|scan ORIGIN`. Writes items.jsonl, prints pages and bytes as JSON.
// robots.txt is not read (Colly's default).
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gocolly/colly/v2"
	"spinneret/bench/peers/colly/peer"
)

type item struct {
	URL   string  `json:"url"`
	Name  string  `json:"name"`
	Sku   string  `json:"sku"`
	Brand string  `json:"brand"`
	Price float64 `json:"price"`
	Image string  `json:"image"`
}

const underWay = 64

func main() {
	variant, origin := os.Args[1], os.Args[2]
	out := peer.OpenItems()
	var pages, size atomic.Int64
	collector := colly.NewCollector(colly.Async(true))
	peer.Must(collector.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: underWay}))
	collector.WithTransport(transport())
	collector.SetRequestTimeout(time.Minute)
	collector.OnError(func(response *colly.Response, err error) { log.Fatal(response.Request.URL, " ", err) })
	collector.OnResponse(func(response *colly.Response) {
		pages.Add(1)
		size.Add(int64(len(response.Body)))
	})
	switch variant {
	case "idiomatic":
		idiomatic(collector, out)
	case "tokenizer":
		fetchOnly(collector, out, tokenize)
	case "scan":
		fetchOnly(collector, out, scan)
	default:
		log.Fatal("no variant ", variant)
	}
	peer.Must(collector.Visit(origin + "/"))
	collector.Wait()
	out.Close()
	fmt.Printf("{\"pages\":%d,\"bytes\":%d}\n", pages.Load(), size.Load())
}

// As the documentation writes it: selectors, its own store of what was visited.
func idiomatic(collector *colly.Collector, out *peer.Items) {
	collector.OnHTML("a[href]", func(link *colly.HTMLElement) {
		// To Colly, another fragment is another page.
		path, _, _ := strings.Cut(link.Attr("href"), "#")
		if path != "" {
			// The error says that it was visited.
			_ = link.Request.Visit(path)
		}
	})
	collector.OnHTML("article.product", func(product *colly.HTMLElement) {
		out.Write(item{
			URL:   product.Request.URL.String(),
			Name:  product.ChildText("h1.name"),
			Sku:   product.ChildText(".sku"),
			Brand: product.ChildText(".brand"),
			Price: number(product.ChildText(".price")),
			Image: product.Request.AbsoluteURL(product.ChildAttr("img.photo", "src")),
		})
	})
}

func number(text string) float64 {
	value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	peer.Must(err)
	return value
}
