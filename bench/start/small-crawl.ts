import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { crawledBy } from '../peers/spinneret.ts';
import { timed } from './timed.ts';

export interface SmallCrawl {
  pages: number;
  gapMs: number;
  /** After which every page answers. */
  answerMs: number;
}

interface Site extends AsyncDisposable {
  origin: string;
  /** When each page was asked for, by `performance.now()`. */
  asked(): number[];
}

/**
 * Crawls a small site from its front page, which links to all others, by the real command line with every default but
 * the gap, and checks that every page is there; each of `commands` in turn, so many times. `overPaceS` is what the run takes beyond what its
 * gap takes.
 */
export async function smallCrawl(
  crawl: SmallCrawl,
  commands: readonly string[],
  runs: number,
): Promise<object[]> {
  const results = new Map(commands.map((command) => [command, [] as Crawled[]]));
  for (let run = 0; run < runs; run += 1)
    for (const [command, crawled] of results) crawled.push(await crawlOnce(crawl, command));
  return [...results].map(([command, crawled]) => {
    const least = (figure: keyof Crawled) => Math.min(...crawled.map(({ [figure]: value }) => value));
    const seconds = least('seconds');
    return {
      ...{ command, ...crawl, runs, seconds },
      overPaceS: Number((seconds - (crawl.gapMs * crawl.pages) / 1_000).toFixed(2)),
      /** From the start of the command to the first request of a page, robots.txt before it. */
      firstRequestMs: least('firstRequestMs'),
      leastGapMs: least('leastGapMs'),
    };
  });
}

interface Crawled {
  seconds: number;
  firstRequestMs: number;
  leastGapMs: number;
}

async function crawlOnce({ pages, gapMs, answerMs }: SmallCrawl, command: string): Promise<Crawled> {
  const folder = temporaryFolder();
  try {
    await using site = await openSite(pages, answerMs);
    const cwd = join(folder.path, 'trial');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'job.yaml'), jobYaml(site.origin, gapMs));
    const startedAt = performance.now();
    const { ms, stdout } = await timed(process.execPath, [command, 'run', 'job.yaml', '--json'], { cwd });
    const output = crawledBy({ stdout }, cwd).folder;
    const items = readFileSync(join(output, 'items.jsonl'), 'utf8').trimEnd().split('\n').length;
    const asked = site.asked();
    if (items !== pages || asked.length !== pages)
      throw new Error(`${items} items of ${asked.length} requests, not ${pages}`);
    const gaps = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    return {
      seconds: Number((ms / 1_000).toFixed(2)),
      firstRequestMs: Math.round((asked[0] ?? 0) - startedAt),
      leastGapMs: Math.round(Math.min(...gaps)),
    };
  } finally {
    folder.remove();
  }
}

async function openSite(pages: number, answerMs: number): Promise<Site> {
  const asked: number[] = [];
  const links = Array.from({ length: pages - 1 }, (_, page) => `<a href="/p/${page}">page ${page}</a>`);
  const server: Server = createServer(async ({ url }, response) => {
    const isRobots = url === '/robots.txt';
    if (!isRobots) asked.push(performance.now());
    if (!isRobots && answerMs > 0) await sleep(answerMs);
    const text = `<title>Page ${url}</title><p>A small page.</p>${url === '/' ? links.join('\n') : ''}`;
    response.setHeader('content-type', isRobots ? 'text/plain' : 'text/html; charset=utf-8');
    response.end(isRobots ? 'User-agent: *\nDisallow: /private/\n' : text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

function jobYaml(origin: string, gapMs: number): string {
  return `name: small
sources: [{ crawl: { start: ${origin}/ } }]
pages:
  page:
    follow: ['a[href]']
    fields: { title: { select: title, required: true } }
politeness: { gapMs: ${gapMs} }
network: allowPrivate
`;
}
