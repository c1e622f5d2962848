import { DropError } from '../../errors.ts';
import {
  crawlDelayMs,
  isAllowed,
  parseRobots,
  refusedUses,
  unreachableError,
} from '../../fetch/robots/robots.ts';
import { hostOf } from '../../fetch/url.ts';
import type { Job } from '../../job/schema.ts';
import type { RobotsRecord } from '../../model.ts';

/** What robots.txt says for one host and the job's user agent. */
export interface RobotsGate {
  /** Is this URL of the gate's own host disallowed? False for other hosts, of which nothing is known. */
  forbids(url: string): boolean;
  crawlDelayMs: number;
  /** A use of the job (`politeness.use`) for which the host refuses its pages. */
  refusedUse: string | undefined;
  /** The sitemaps that robots.txt names, as written. `undefined` when it was not fetched. */
  sitemaps: string[] | undefined;
}

type Politeness = Pick<Job['politeness'], 'userAgent' | 'use' | 'maxDelayMs'>;

/** The gate of a host whose robots.txt was not fetched. */
export const openGate: RobotsGate = {
  forbids: () => false,
  crawlDelayMs: 0,
  refusedUse: undefined,
  sitemaps: undefined,
};

const absentGate: RobotsGate = { ...openGate, sitemaps: [] };

/**
 * What robots.txt means for the pages of its host: the one judgement of runs, `try` and tests. Throws where no page of the
 * host may be fetched: `RetryError` ROBOTS_UNREACHABLE while robots.txt answers with 5xx or not at all, which means that
 * all is disallowed (RFC 9309 §2.3.1.4), the code of the host's own failure where there is no connection to it, and
 * `DropError` CRAWL_DELAY_TOO_LONG when its crawl-delay is beyond `politeness.maxDelayMs`. `compile` may keep what it made.
 */
export function gateOf(
  record: RobotsRecord,
  origin: string,
  politeness: Politeness,
  compile: typeof compileGate = compileGate,
): RobotsGate {
  if (record.state === 'unreachable') throw unreachableError(origin, record);
  if (record.state === 'absent') return absentGate;
  const gate = compile(record, hostOf(origin), politeness);
  if (gate.crawlDelayMs > politeness.maxDelayMs) {
    throw new DropError(
      'CRAWL_DELAY_TOO_LONG',
      `${origin} asks for ${gate.crawlDelayMs / 1_000} s between requests`,
    );
  }
  return gate;
}

/** The rules of a robots.txt that was found. */
export function compileGate(record: RobotsRecord, host: string, politeness: Politeness): RobotsGate {
  const robots = parseRobots(record.body);
  const { userAgent, use = [] } = politeness;
  const refused = refusedUses(robots, userAgent);
  return {
    forbids: (url) => hostOf(url) === host && !isAllowed(robots, userAgent, url),
    crawlDelayMs: crawlDelayMs(robots, userAgent) ?? 0,
    refusedUse: use.find((name) => refused.has(name)),
    sitemaps: robots.sitemaps,
  };
}

/** The crawl-delay (milliseconds) that a robots.txt states for the job; 0 where it states none, or was not found. */
export function statedDelayMs(
  record: RobotsRecord | undefined,
  { userAgent }: Pick<Politeness, 'userAgent'>,
): number {
  if (record?.state !== 'found') return 0;
  return crawlDelayMs(parseRobots(record.body), userAgent) ?? 0;
}
