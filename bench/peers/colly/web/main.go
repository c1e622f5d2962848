// Takes a list of addresses with Colly: `colly-web idiomatic|tokenizer|scan`. Reads urls.txt and trial.json (`gapMs`,
// `follows`), writes items.jsonl, prints pages and bytes as JSON. robots.txt is not read (Colly's default).
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gocolly/colly/v2"
	"spinneret/bench/peers/colly/peer"
)

type item struct {
	URL       string `json:"url"`
	Title     string `json:"title"`
	Heading   string `json:"heading"`
	Author    string `json:"author"`
	Published string `json:"published"`
}

type trial struct {
	GapMs   int  `json:"gapMs"`
	Follows bool `json:"follows"`
}

const underWay = 64

func main() {
	log.SetFlags(0)
	variant, options, addresses := os.Args[1], readTrial(), readLines("urls.txt")
	out := peer.OpenItems()
	var pages, size atomic.Int64
	collector := colly.NewCollector(colly.Async(true))
	limit(collector, options, addresses)
	collector.WithTransport(transport())
	collector.SetRequestTimeout(time.Minute)
	// A page that fails is missing from the items; Colly does not try again by itself.
	collector.OnError(func(response *colly.Response, err error) { log.Print(response.Request.URL, " ", err) })
	collector.OnResponse(func(response *colly.Response) {
		pages.Add(1)
		size.Add(int64(len(response.Body)))
	})
	switch variant {
	case "idiomatic":
		idiomatic(collector, out, options.Follows)
	case "tokenizer":
		fetchOnly(collector, out, tokenize, options.Follows)
	case "scan":
		fetchOnly(collector, out, scan, options.Follows)
	default:
		log.Fatal("no variant ", variant)
	}
	for _, address := range addresses {
		peer.Must(collector.Visit(address))
	}
	collector.Wait()
	out.Close()
	fmt.Printf("{\"pages\":%d,\"bytes\":%d}\n", pages.Load(), size.Load())
}

// Without a gap one rule for all; with one a rule for each host, for a rule's delay is shared by all it covers.
func limit(collector *colly.Collector, options trial, addresses []string) {
	if options.GapMs == 0 {
		peer.Must(collector.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: underWay}))
		return
	}
	known := map[string]bool{}
	for _, address := range addresses {
		parsed, err := url.Parse(address)
		peer.Must(err)
		if known[parsed.Host] {
			continue
		}
		known[parsed.Host] = true
		peer.Must(collector.Limit(&colly.LimitRule{
			DomainGlob: parsed.Host, Parallelism: 1, Delay: time.Duration(options.GapMs) * time.Millisecond,
		}))
	}
}

// As the documentation writes it: selectors, its own store of what was visited.
func idiomatic(collector *colly.Collector, out *peer.Items, follows bool) {
	if follows {
		collector.OnHTML("a[href]", func(link *colly.HTMLElement) {
			// To Colly, another fragment is another page.
			target, _, _ := strings.Cut(link.Request.AbsoluteURL(link.Attr("href")), "#")
			if isOfHost(target, link.Request.URL.Host) {
				// The error says that it was visited.
				_ = link.Request.Visit(target)
			}
		})
	}
	collector.OnHTML("html", func(page *colly.HTMLElement) {
		out.Write(item{
			URL:       page.Request.URL.String(),
			Title:     page.ChildText("title"),
			Heading:   page.ChildText("h1"),
			Author:    page.ChildText(".author"),
			Published: page.ChildAttr("time.published", "datetime"),
		})
	})
}

func isOfHost(target, host string) bool {
	return strings.HasPrefix(target, "https://"+host+"/")
}

func readTrial() (options trial) {
	text, err := os.ReadFile("trial.json")
	peer.Must(err)
	peer.Must(json.Unmarshal(text, &options))
	return options
}

func readLines(name string) []string {
	text, err := os.ReadFile(name)
	peer.Must(err)
	return strings.Fields(string(text))
}
