"""Takes a list of addresses with Scrapy: `web_spider.py css|regex|defaults`.

Reads urls.txt and trial.json (`gapMs`, `follows`), writes items.jsonl, prints pages and bytes as JSON. `css` and `regex`
are set for speed as in spider.py; `defaults` is as people run it: every default, robots.txt obeyed, a JOBDIR that would
survive a crash, and a log at INFO.
"""

import json
import re
import sys
from html import unescape
from urllib.parse import urldefrag, urlsplit

from common import AIOHTTP, FEEDS, SPEED, WritesLines, without
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings, default_settings

with open("trial.json", encoding="utf8") as file:
    TRIAL = json.load(file)


POLITE = {"DOWNLOAD_DELAY": TRIAL["gapMs"] / 1000, "CONCURRENT_REQUESTS_PER_DOMAIN": 1} if TRIAL["gapMs"] else {}
DEFAULTS = {"LOG_LEVEL": "INFO", "ROBOTSTXT_OBEY": True, "JOBDIR": "job", **POLITE}
TUNED = {
    **SPEED,
    "DOWNLOAD_HANDLERS": {"http": AIOHTTP, "https": AIOHTTP},
    "DOWNLOADER_MIDDLEWARES": without(
        default_settings.DOWNLOADER_MIDDLEWARES_BASE,
        "DownloadTimeoutMiddleware",
        "UserAgentMiddleware",
        "HttpCompressionMiddleware",
        "RetryMiddleware",
    ),
    **POLITE,
}


class WebSpider(Spider):
    name = "web"
    pages = 0
    bytes = 0

    async def start(self):
        with open("urls.txt", encoding="utf8") as lines:
            for line in lines:
                yield Request(line.strip())

    def parse(self, response):
        if response.status != 200:
            # Tried again as often as it should be; where Scrapy is tuned, nothing else holds it back.
            return
        self.pages += 1
        self.bytes += len(response.body)
        yield from self.report(self.item_of(response))
        if TRIAL["follows"]:
            yield from self.links_of(response)

    def report(self, item):
        yield item


class CssSpider(WebSpider):
    custom_settings = {"FEEDS": FEEDS}

    def item_of(self, response):
        return {
            "url": response.url,
            "title": response.css("title::text").get(),
            "heading": response.css("h1::text").get(),
            "author": response.css(".author::text").get(),
            "published": response.css("time.published::attr(datetime)").get(),
        }

    def hrefs_of(self, response):
        return response.css("a::attr(href)").getall()

    def links_of(self, response):
        """Links of the same host, once: Scrapy's own filter is switched off where it is tuned."""
        known = self.__dict__.setdefault("known", {response.url})
        known.add(response.url)
        host = urlsplit(response.url).netloc
        for href in self.hrefs_of(response):
            url = urldefrag(response.urljoin(href)).url
            if url not in known and urlsplit(url).netloc == host:
                known.add(url)
                yield Request(url)


class DefaultSpider(CssSpider):
    def links_of(self, response):
        host = urlsplit(response.url).netloc
        for request in response.follow_all(css="a"):
            if urlsplit(request.url).netloc == host:
                yield request


FIELD = re.compile(
    rb'<title>([^<]*)<|<h1>([^<]*)<|class="author">([^<]*)<|<time class="published" datetime="([^"]*)"'
)
LINK = re.compile(rb"""<(?:script|style).*?</|<a\s[^>]*?href="([^"]*)\"""", re.DOTALL)


class RegexSpider(WritesLines, CssSpider):
    """No parser, for this site only."""

    custom_settings = {}

    def item_of(self, response):
        found = ["", "", "", ""]
        for match in FIELD.finditer(response.body):
            found[match.lastindex - 1] = unescape(match[match.lastindex].decode())
        title, heading, author, published = found
        return {"url": response.url, "title": title, "heading": heading, "author": author, "published": published}

    def hrefs_of(self, response):
        return [unescape(href.decode()) for href in LINK.findall(response.body) if href]


SPIDERS = {"css": (CssSpider, TUNED), "regex": (RegexSpider, TUNED), "defaults": (DefaultSpider, DEFAULTS)}


def main(variant):
    spider, settings = SPIDERS[variant]
    process = AsyncCrawlerProcess(Settings(settings))
    crawler = process.create_crawler(spider)
    process.crawl(crawler)
    process.start()
    print(json.dumps({"pages": crawler.spider.pages, "bytes": crawler.spider.bytes}))


main(*sys.argv[1:])
