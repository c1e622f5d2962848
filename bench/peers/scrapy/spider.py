"""Crawls the shop with Scrapy: `spider.py css|regex ORIGIN`. Writes items.jsonl, prints pages and bytes as JSON.

Set for speed: nothing between engine, downloader and spider that this crawl can do without, no
Twisted reactor below, links known before a request is made of them. robots.txt is not read.
"""

import json
import re
import sys
from html import unescape
from urllib.parse import urldefrag

from common import AIOHTTP, FEEDS, SPEED, WritesLines, without
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings, default_settings


SETTINGS = {
    **SPEED,
    "DOWNLOAD_HANDLERS": {"http": AIOHTTP},
    "DOWNLOADER_MIDDLEWARES": without(
        default_settings.DOWNLOADER_MIDDLEWARES_BASE, "DownloadTimeoutMiddleware", "UserAgentMiddleware"
    ),
}


class ShopSpider(Spider):
    name = "shop"
    pages = 0
    bytes = 0

    async def start(self):
        self.hrefs = set()
        self.urls = {self.origin + "/"}
        yield Request(self.origin + "/")

    def parse(self, response):
        if response.status != 200:
            raise ValueError(f"{response.url} answered {response.status}")
        self.pages += 1
        self.bytes += len(response.body)
        for href in self.hrefs_of(response):
            if href in self.hrefs:
                continue
            # A path from the root is the same page wherever it is written.
            if href.startswith("/"):
                self.hrefs.add(href)
            url = urldefrag(response.urljoin(href)).url
            if url not in self.urls:
                self.urls.add(url)
                yield Request(url)
        if "/p/" in response.url:
            yield from self.report(self.item_of(response))

    def report(self, item):
        yield item


class CssSpider(ShopSpider):
    custom_settings = {"FEEDS": FEEDS}

    def hrefs_of(self, response):
        return response.css("a::attr(href)").getall()

    def item_of(self, response):
        return {
            "url": response.url,
            "name": response.css("h1.name::text").get(),
            "sku": response.css(".sku::text").get(),
            "brand": response.css(".brand::text").get(),
            "price": float(response.css(".price::text").get()),
            "image": response.urljoin(response.css("img.photo::attr(src)").get()),
        }


# The text of a script is taken whole, for what looks like a link in there is none.
LINK = re.compile(rb"""<script.*?</script|<a\s[^>]*?href=(?:"([^"]*)"|'([^']*)')""", re.DOTALL)
FIELD = re.compile(rb'class="(name|sku|brand|price)">([^<]*)<')
PHOTO = re.compile(rb'<img class="photo" src="([^"]*)"')


def text(match):
    return unescape(match.decode())


class RegexSpider(WritesLines, ShopSpider):
    """No parser, for this site only."""

    def hrefs_of(self, response):
        return [text(double or single) for double, single in LINK.findall(response.body) if double or single]

    def item_of(self, response):
        fields = {key.decode(): text(value) for key, value in FIELD.findall(response.body)}
        return {
            "url": response.url,
            "name": fields["name"],
            "sku": fields["sku"],
            "brand": fields["brand"],
            "price": float(fields["price"]),
            "image": response.urljoin(text(PHOTO.search(response.body)[1])),
        }


def main(variant, origin):
    process = AsyncCrawlerProcess(Settings(SETTINGS))
    crawler = process.create_crawler({"css": CssSpider, "regex": RegexSpider}[variant])
    process.crawl(crawler, origin=origin)
    process.start()
    print(json.dumps({"pages": crawler.spider.pages, "bytes": crawler.spider.bytes}))


main(*sys.argv[1:])
