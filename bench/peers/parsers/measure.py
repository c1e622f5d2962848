"""Reads pages with a parser of Python: `measure.py PARSER FEATURE FOLDER ROUNDS`.

Prints milliseconds per page, of each page the best of all rounds, and what the first page gave, as JSON.
"""

import json
import sys
from pathlib import Path
from time import perf_counter
from urllib.parse import urljoin

URL = "http://127.0.0.1:8080/product/0.html"
CSS = {"name": "h1.name", "sku": ".sku", "brand": ".brand", "price": ".price"}
XPATH = {
    "name": "//h1[@class='name']/text()",
    "sku": "//*[@class='sku']/text()",
    "brand": "//*[@class='brand']/text()",
    "price": "//*[@class='price']/text()",
}


def typed(item, image):
    return {**item, "price": float(item["price"]), "image": urljoin(URL, image)}


def parsel_css():
    from parsel import Selector

    def read(body):
        page = Selector(body=body, encoding="utf8")
        item = {name: page.css(f"{css}::text").get() for name, css in CSS.items()}
        return typed(item, page.css("img.photo::attr(src)").get())

    return read


def parsel_xpath():
    from parsel import Selector

    def read(body):
        page = Selector(body=body, encoding="utf8")
        item = {name: page.xpath(xpath).get() for name, xpath in XPATH.items()}
        return typed(item, page.xpath("//img[@class='photo']/@src").get())

    return read


def selectolax_css():
    from selectolax.lexbor import LexborHTMLParser

    def read(body):
        page = LexborHTMLParser(body)
        item = {name: page.css_first(css).text() for name, css in CSS.items()}
        return typed(item, page.css_first("img.photo").attributes["src"])

    return read


def extruct_structured():
    import extruct

    syntaxes = ["json-ld", "microdata", "opengraph", "rdfa"]
    return lambda body: extruct.extract(body.decode(), base_url=URL, syntaxes=syntaxes)


def trafilatura_as(form):
    from trafilatura import extract

    return lambda body: extract(body.decode(), url=URL, output_format=form, include_links=form == "markdown")


READERS = {
    ("parsel", "css"): parsel_css,
    ("parsel", "xpath"): parsel_xpath,
    ("selectolax", "css"): selectolax_css,
    ("extruct", "structured"): extruct_structured,
    ("trafilatura", "article"): lambda: trafilatura_as("txt"),
    ("trafilatura", "markdown"): lambda: trafilatura_as("markdown"),
}

parser, feature, folder, rounds = sys.argv[1:]
read = READERS[parser, feature]()
pages = [path.read_bytes() for path in sorted(Path(folder).iterdir())]
best = [float("inf")] * len(pages)
for _ in range(int(rounds)):
    for index, body in enumerate(pages):
        start = perf_counter()
        read(body)
        best[index] = min(best[index], perf_counter() - start)
print(json.dumps({"msPerPage": sum(best) / len(best) * 1000, "first": read(pages[0])}, ensure_ascii=False))
