// Package peer is what Colly's programs of both benches share: the file of items, and sets of what is known.
package peer

import (
	"bufio"
	"encoding/json"
	"log"
	"net/url"
	"os"
	"sync"
)

// Items are written to items.jsonl, one a line.
type Items struct {
	mutex  sync.Mutex
	file   *os.File
	buffer *bufio.Writer
	lines  *json.Encoder
}

func OpenItems() *Items {
	file, err := os.Create("items.jsonl")
	Must(err)
	buffer := bufio.NewWriterSize(file, 1<<16)
	lines := json.NewEncoder(buffer)
	lines.SetEscapeHTML(false)
	return &Items{file: file, buffer: buffer, lines: lines}
}

func (out *Items) Write(one any) {
	out.mutex.Lock()
	defer out.mutex.Unlock()
	Must(out.lines.Encode(one))
}

func (out *Items) Close() {
	Must(out.buffer.Flush())
	Must(out.file.Close())
}

// Absolute is the link without its fragment.
func Absolute(base *url.URL, href string) string {
	target, err := base.Parse(href)
	Must(err)
	target.Fragment = ""
	return target.String()
}

// Set is shared by the threads that read pages.
type Set struct {
	mutex sync.Mutex
	known map[string]struct{}
}

func NewSet() *Set {
	return &Set{known: map[string]struct{}{}}
}

// Add returns whether the key is new. A known one is found without a copy.
func (keys *Set) Add(key []byte) bool {
	keys.mutex.Lock()
	defer keys.mutex.Unlock()
	if _, has := keys.known[string(key)]; has {
		return false
	}
	keys.known[string(key)] = struct{}{}
	return true
}

func Must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
