package main

import (
	"bytes"
	"html"
)

var (
	scriptStart = []byte("<script")
	scriptEnd   = []byte("</script")
	linkStart   = []byte("<a ")
	hrefStart   = []byte("href=\"")
)

// No parser, for this site only: looks for bytes.
func scan(page []byte, href func(text []byte)) found {
	eachHref(page, href)
	return found{
		name:  between(page, `class="name">`, '<'),
		sku:   between(page, `class="sku">`, '<'),
		brand: between(page, `class="brand">`, '<'),
		price: between(page, `class="price">`, '<'),
		image: between(page, `<img class="photo" src="`, '"'),
	}
}

// The text of a script is taken whole, for what looks like a link in there is none.
func eachHref(page []byte, href func(text []byte)) {
	for {
		at := bytes.IndexByte(page, '<')
		if at == -1 {
			return
		}
		page = page[at:]
		if bytes.HasPrefix(page, scriptStart) {
			page = page[max(1, bytes.Index(page, scriptEnd)):]
		} else if bytes.HasPrefix(page, linkStart) {
			tag := page[:max(1, bytes.IndexByte(page, '>'))]
			if from := bytes.Index(tag, hrefStart); from != -1 {
				text := tag[from+len(hrefStart):]
				text = text[:max(0, bytes.IndexByte(text, '"'))]
				href([]byte(html.UnescapeString(string(text))))
			}
			page = page[len(tag):]
		} else {
			page = page[1:]
		}
	}
}

func between(page []byte, start string, end byte) string {
	_, rest, _ := bytes.Cut(page, []byte(start))
	to := max(0, bytes.IndexByte(rest, end))
	return html.UnescapeString(string(rest[:to]))
}
