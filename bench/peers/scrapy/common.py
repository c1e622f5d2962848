"""What the spiders of both benches share: settings for speed, and items that are written without a feed."""

import json

from scrapy.settings import default_settings


def without(components, *kept):
    return {name: None for name in components if not name.endswith(kept)}


AIOHTTP = "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"
FEEDS = {"items.jsonl": {"format": "jsonlines", "encoding": "utf8"}}

# Nothing between engine, downloader and spider that these crawls can do without, no Twisted reactor below.
SPEED = {
    "LOG_LEVEL": "ERROR",
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 64,
    # As many tasks are made for every response as this says, whatever comes out of it: 100 cost a third of the time.
    "CONCURRENT_ITEMS": 1,
    "ROBOTSTXT_OBEY": False,
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
    "TWISTED_REACTOR_ENABLED": False,
    # Breadth-first; the priority queue that looks at domains gains nothing here.
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.ScrapyPriorityQueue",
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "SPIDER_MIDDLEWARES": without(default_settings.SPIDER_MIDDLEWARES_BASE),
    "EXTENSIONS": without(default_settings.EXTENSIONS_BASE, "FeedExporter"),
}


class WritesLines:
    """In place of a feed, which cost a quarter of the time."""

    async def start(self):
        self.items = open("items.jsonl", "w", encoding="utf8")
        async for request in super().start():
            yield request

    def report(self, item):
        self.items.write(json.dumps(item, ensure_ascii=False) + "\n")
        return ()

    def closed(self, reason):
        self.items.close()
