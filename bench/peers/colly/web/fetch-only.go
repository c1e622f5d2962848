package main

import (
	"bytes"
	"html"
	"net"
	"net/http"
	"time"

	"github.com/gocolly/colly/v2"
	tokens "golang.org/x/net/html"
	"spinneret/bench/peers/colly/peer"
)

// Reads a page; reports the text of every link, if that is wanted.
type extract func(page []byte, href func(text []byte)) item

// Colly fetches; all else is done here, and a link is resolved at its first sight on its host.
func fetchOnly(collector *colly.Collector, out *peer.Items, read extract, follows bool) {
	collector.AllowURLRevisit = true
	known := peer.NewSet()
	collector.OnRequest(func(request *colly.Request) { known.Add([]byte(request.URL.String())) })
	collector.OnResponse(func(response *colly.Response) {
		base := response.Request.URL
		href := func(text []byte) {
			if !known.Add([]byte(base.Host + " " + string(text))) {
				return
			}
			target := peer.Absolute(base, string(text))
			if isOfHost(target, base.Host) && known.Add([]byte(target)) {
				peer.Must(response.Request.Visit(target))
			}
		}
		if !follows {
			href = nil
		}
		one := read(response.Body, href)
		one.URL = base.String()
		out.Write(one)
	})
}

// Idle connections to any number of hosts; HTTP/2 where the server has it, gzip as Go does it by itself.
func transport() http.RoundTripper {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 2,
		IdleConnTimeout:     90 * time.Second,
	}
}

// With the tokenizer of golang.org/x/net/html: no tree.
func tokenize(page []byte, href func(text []byte)) item {
	var one item
	var field *string
	reader := tokens.NewTokenizer(bytes.NewReader(page))
	for {
		switch reader.Next() {
		case tokens.ErrorToken:
			return one
		case tokens.TextToken:
			if field != nil {
				*field = string(reader.Text())
				field = nil
			}
		case tokens.StartTagToken:
			name, hasAttributes := reader.TagName()
			switch string(name) {
			case "title":
				field = &one.Title
			case "h1":
				field = &one.Heading
			case "span":
				if hasAttributes && attribute(reader, "class") == "author" {
					field = &one.Author
				}
			case "time":
				if hasAttributes {
					one.Published = attribute(reader, "datetime")
				}
			case "a":
				if href != nil && hasAttributes {
					href([]byte(attribute(reader, "href")))
				}
			}
		}
	}
}

func attribute(reader *tokens.Tokenizer, wanted string) string {
	for {
		key, value, hasMore := reader.TagAttr()
		if string(key) == wanted {
			return string(value)
		}
		if !hasMore {
			return ""
		}
	}
}

// No parser, for this site only: looks for bytes.
func scan(page []byte, href func(text []byte)) item {
	if href != nil {
		eachHref(page, href)
	}
	return item{
		Title:     between(page, "<title>", '<'),
		Heading:   between(page, "<h1>", '<'),
		Author:    between(page, `class="author">`, '<'),
		Published: between(page, `<time class="published" datetime="`, '"'),
	}
}

func eachHref(page []byte, href func(text []byte)) {
	for {
		_, rest, has := bytes.Cut(page, []byte("<a "))
		if !has {
			return
		}
		href([]byte(between(rest, `href="`, '"')))
		page = rest
	}
}

func between(page []byte, start string, end byte) string {
	_, rest, _ := bytes.Cut(page, []byte(start))
	to := max(0, bytes.IndexByte(rest, end))
	return html.UnescapeString(string(rest[:to]))
}
