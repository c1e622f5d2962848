package main

import (
	"bytes"

	"golang.org/x/net/html"
)

// With the tokenizer of golang.org/x/net/html: no tree.
func tokenize(page []byte, href func(text []byte)) found {
	var fields found
	tokens := html.NewTokenizer(bytes.NewReader(page))
	var field *string
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return fields
		case html.TextToken:
			if field != nil {
				*field = string(tokens.Text())
				field = nil
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, hasAttributes := tokens.TagName()
			if !hasAttributes {
				continue
			}
			switch string(name) {
			case "a":
				if link := attribute(tokens, "href"); link != nil {
					href(link)
				}
			case "img":
				if src, isPhoto := photo(tokens); isPhoto {
					fields.image = src
				}
			case "h1", "code", "span", "b":
				field = fields.fieldOf(string(attribute(tokens, "class")))
			}
		}
	}
}

func (fields *found) fieldOf(class string) *string {
	switch class {
	case "name":
		return &fields.name
	case "sku":
		return &fields.sku
	case "brand":
		return &fields.brand
	case "price":
		return &fields.price
	}
	return nil
}

func attribute(tokens *html.Tokenizer, wanted string) []byte {
	for {
		key, value, hasMore := tokens.TagAttr()
		if string(key) == wanted {
			return value
		}
		if !hasMore {
			return nil
		}
	}
}

func photo(tokens *html.Tokenizer) (src string, isPhoto bool) {
	for hasMore := true; hasMore; {
		var key, value []byte
		key, value, hasMore = tokens.TagAttr()
		switch string(key) {
		case "class":
			isPhoto = string(value) == "photo"
		case "src":
			src = string(value)
		}
	}
	return src, isPhoto
}
