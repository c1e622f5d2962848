import { setTimeout as sleep } from 'node:timers/promises';
import { makeFetchError } from '../../shared/fetch/fetch-error.ts';
import type { Fetcher, FetchResult } from '../../shared/fetch/types.ts';
import type { Choices } from './choices.ts';
import type { Site, SitePage } from './site.ts';

/** One request, as the host saw it. */
export interface SentRequest {
  host: string;
  url: string;
  run: string;
  process: string;
  /** True epoch ms at which it was sent. */
  at: number;
  /** The same by the sender's clock. */
  clockAt: number;
  /** The sender's clock was off by so much at most. */
  uncertaintyMs: number;
  /** So far the sender's clock may have gone back since its turn began. */
  wentBackMs: number;
}

export interface FetcherSetting {
  site: Site;
  choices: Choices;
  /** How long an answer takes. */
  answerMs(): number;
  /** Of the process: epoch ms. */
  now(): number;
  log(url: URL): void;
  /** How often a URL has been asked for, by anybody: the host's own memory. */
  asked: Map<string, number>;
}

type Answer = Pick<FetchResult, 'status' | 'body'> & { redirect?: string; retryAfterS?: number };

// Of text: what has none is no page.
const bodies = Array.from({ length: 16 }, (_, size) => Buffer.from('x'.repeat(size)));

/** Asks the site's model; the connection takes a while, and only then is the request sent or its turn over. */
export function makeSiteFetcher(setting: FetcherSetting): Fetcher {
  const { now, log, answerMs, choices } = setting;
  const fetchInTurn: Fetcher['fetchInTurn'] = async ({ url }, { startBy, onSent }) => {
    const startedAt = now();
    await sleep(choices.chance(0.8) ? 1 : choices.between(1, 60));
    if (now() > startBy) return 'late';
    onSent?.(now());
    const target = new URL(url);
    log(target);
    const answer = answerOf(setting, target);
    await sleep(setting.site.pages.get(url)?.answersAfterMs ?? answerMs());
    return toResult(url, answer, startedAt, now());
  };
  return {
    fetchInTurn,
    async fetch(request, call = {}) {
      const result = await fetchInTurn(request, { ...call, startBy: Number.POSITIVE_INFINITY });
      if (result === 'late') throw new Error('never too late');
      return result;
    },
    close: async () => undefined,
  };
}

function toResult(url: string, answer: Answer, startedAt: number, at: number): FetchResult {
  const { status, body, redirect, retryAfterS } = answer;
  if (status === 0) throw makeFetchError('CONNECTION_LOST', 'lost');
  if (status >= 400) {
    const retry = retryAfterS === undefined ? {} : { retryAt: at + retryAfterS * 1_000 };
    throw makeFetchError(`HTTP_${status}`, `${status}`, retry);
  }
  const moved = redirect === undefined ? {} : { redirect };
  return { url, status, headers: {}, body, ms: at - startedAt, startedAt, ...moved };
}

function answerOf({ site, asked }: FetcherSetting, { href, host, pathname }: URL): Answer {
  const times = (asked.get(href) ?? 0) + 1;
  asked.set(href, times);
  if (pathname === '/robots.txt') return answerRobots(site, host, times);
  const page = site.pages.get(href);
  return page === undefined ? { status: 404, body: bodyOf('') } : answerPage(page, times);
}

function answerPage(page: SitePage, times: number): Answer {
  const body = bodyOf(page.url);
  if (page.kind === 'missing') return { status: 404, body };
  if (page.kind === 'broken') return { status: 500, body };
  if (page.kind === 'redirect' && page.target !== undefined)
    return { status: 302, body, redirect: page.target };
  if (page.kind === 'flaky' && times <= page.failures) return { ...page.failsWith, body };
  return { status: 200, body };
}

function answerRobots(site: Site, host: string, times: number): Answer {
  const { robots, robotsFailures = 0 } = site.hosts.get(host) ?? {};
  if (times <= robotsFailures) return { status: 503, body: bodyOf('') };
  if (robots === undefined) return { status: 404, body: bodyOf('') };
  const lines = ['User-agent: *', ...robots.disallow.map((path) => `Disallow: ${path}`)];
  if (robots.crawlDelayMs > 0) lines.push(`Crawl-delay: ${robots.crawlDelayMs / 1_000}`);
  return { status: 200, body: new TextEncoder().encode(lines.join('\n')) };
}

function bodyOf(url: string): Uint8Array {
  return bodies[url.length % bodies.length] ?? new Uint8Array();
}
