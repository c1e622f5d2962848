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

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings, default_settings

with open("trial.json", encoding="utf8") as file:
    TRIAL = json.load(file)


def without(components, *kept):
    return {name: None for name in components if not name.endswith(kept)}


AIOHTTP = "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"
FEEDS = {"items.jsonl": {"format": "jsonlines", "encoding": "utf8"}}
POLITE = {"DOWNLOAD_DELAY": TRIAL["gapMs"] / 1000, "CONCURRENT_REQUESTS_PER_DOMAIN": 1} if TRIAL["gapMs"] else {}
DEFAULTS = {"LOG_LEVEL": "INFO", "ROBOTSTXT_OBEY": True, "JOBDIR": "job", **POLITE}
TUNED = {
    "LOG_LEVEL": "ERROR",
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 64,
    "CONCURRENT_ITEMS": 1,
    "ROBOTSTXT_OBEY": False,
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
    "TWISTED_REACTOR_ENABLED": False,
    "DOWNLOAD_HANDLERS": {"http": AIOHTTP, "https": AIOHTTP},
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.ScrapyPriorityQueue",
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "DOWNLOADER_MIDDLEWARES": without(
        default_settings.DOWNLOADER_MIDDLEWARES_BASE,
        "DownloadTimeoutMiddleware",
        "UserAgentMiddleware",
        "HttpCompressionMiddleware",
        "RetryMiddleware",
    ),
    "SPIDER_MIDDLEWARES": without(default_settings.SPIDER_MIDDLEWARES_BASE),
    "EXTENSIONS": without(default_settings.EXTENSIONS_BASE, "FeedExporter"),
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


class RegexSpider(CssSpider):
    """No parser, for this site only; no feed, which costs more than the lines."""

    custom_settings = {}

    async def start(self):
        self.items = open("items.jsonl", "w", encoding="utf8")
        async for request in super().start():
            yield request

    def report(self, item):
        self.items.write(json.dumps(item, ensure_ascii=False) + "\n")
        return ()

    def closed(self, reason):
        self.items.close()

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
