"""Reads pages with scrapy-playwright: `spider.py CHROMIUM` in a folder with urls.txt. Writes items.jsonl.

Four pages at once, in one context of one browser; pictures are not fetched, robots.txt is not read.
"""

import sys

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy_playwright.page import PageMethod

PAGES_AT_ONCE = 4
HANDLER = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"

SETTINGS = {
    "LOG_LEVEL": "ERROR",
    "CONCURRENT_REQUESTS": PAGES_AT_ONCE,
    "CONCURRENT_REQUESTS_PER_DOMAIN": PAGES_AT_ONCE,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": False,
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
    "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": PAGES_AT_ONCE,
    "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": sys.argv[1], "args": ["--no-sandbox"]},
    "PLAYWRIGHT_ABORT_REQUEST": lambda request: request.resource_type == "image",
    "FEEDS": {"items.jsonl": {"format": "jsonlines", "encoding": "utf8"}},
}


class ShopSpider(Spider):
    name = "shop"

    async def start(self):
        wait = PageMethod("wait_for_selector", "h1.name", state="attached")
        with open("urls.txt", encoding="utf8") as urls:
            for url in urls.read().split():
                yield Request(url, meta={"playwright": True, "playwright_page_methods": [wait]})

    def parse(self, response):
        yield {
            "url": response.url,
            "name": response.css("h1.name::text").get(),
            "sku": response.css(".sku::text").get(),
            "brand": response.css(".brand::text").get(),
            "price": float(response.css(".price::text").get()),
            "image": response.urljoin(response.css("img.photo::attr(src)").get()),
        }


process = AsyncCrawlerProcess(Settings(SETTINGS))
process.crawl(ShopSpider)
process.start()
