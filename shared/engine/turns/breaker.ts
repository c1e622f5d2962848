import type { Breaker } from '../../coordination/ports.ts';
import { type Code, DropError } from '../../errors.ts';
import { breakMs, maxOpens } from '../../fetch/breaker-schedule.ts';
import type { Job } from '../../job/schema.ts';
import { unansweredCodes } from '../../schema/retryable-codes.ts';
import type { Engine } from '../engine.ts';
import type { Visit } from '../make-visit.ts';
import { isOfProxies } from '../proxies/visit-without-proxy.ts';

/**
 * A circuit breaker per host (Nygard, Release It!): when so many requests in a row got no answer that others could get
 * either, the host is left alone for a while, and the requests that were not sent keep their attempts. One request then
 * tries whether it is back. How often it was opened since the host last answered is in the ledger, for all processes.
 */

const defaultBreakAfter = 10;
/** A host that was given up is asked again by whoever comes after this time. */
const givenUpMs = 3_600_000;

/** Codes that say something of the host, or of what stands before it, rather than of one page. */
const hostFailures = new Set<string>([
  ...unansweredCodes,
  'BLOCKED',
  'HTTP_502',
  'HTTP_503',
  'HTTP_504',
  ...Array.from({ length: 11 }, (_, index) => `HTTP_${520 + index}`),
]);

/** The failures in a row of one host, seen by this process. Its visits are recorded in the order in which they end. */
export interface FailureStreak {
  /** Epoch ms until which the host is to be left alone, if this visit was one failure too many. */
  add(visit: Pick<Visit, 'fact'>, now: number): number | undefined;
  /** What the ledger is to keep now; `undefined`: what it has. */
  change(now: number): Breaker | undefined;
}

/**
 * `count` holds the failures in a row by host, over batches of this process; one host's entry goes when it answers.
 * `known`: by the ledger. Once opened, one failure opens the breaker again; `onAnswer` is called with the first answer.
 */
export function watchFailures(
  count: Map<string, number>,
  host: string,
  { fetch, politeness }: Job,
  known: Breaker = closed,
  onAnswer?: () => void,
): FailureStreak {
  const breakAfter = fetch.breakAfter ?? defaultBreakAfter;
  let opens = known.opens;
  let isOpened = false;
  return {
    add({ fact }, now) {
      if (breakAfter === 0 || isOpened) return undefined;
      // Of the host they say nothing.
      if (fact.code !== undefined && isOfProxies(fact.code as Code)) return undefined;
      if (fact.code === undefined || !hostFailures.has(fact.code)) {
        count.delete(host);
        if (opens > 0) onAnswer?.();
        opens = 0;
        return undefined;
      }
      const failures = (count.get(host) ?? 0) + 1;
      count.set(host, failures);
      if (failures < (opens > 0 ? 1 : breakAfter)) return undefined;
      isOpened = true;
      opens += 1;
      return now + breakMs(opens, politeness.maxDelayMs);
    },
    change(now) {
      if (isOpened) return { opens, at: now };
      return opens < known.opens ? closed : undefined;
    },
  };
}

export const closed: Breaker = { opens: 0, at: 0 };

/** The error of all requests to a host that was given up; `undefined` for others. */
export function givenUpError(host: string, breaker: Breaker | undefined, now: number): DropError | undefined {
  if (breaker === undefined || breaker.opens <= maxOpens || now > breaker.at + givenUpMs) return undefined;
  const since = new Date(breaker.at).toISOString();
  const message = `${host} gave no answer that can be used after ${breaker.opens} pauses, the last at ${since}`;
  return new DropError('HOST_DOWN', message);
}

/** Writes what the streak has changed in the host's breaker. */
export async function keepBreaker(
  { ledger, now }: Engine,
  host: string,
  streak: FailureStreak,
): Promise<void> {
  const breaker = streak.change(now());
  if (breaker !== undefined) await ledger.updateHost(host, { breaker });
}

/** At the host's first answer, for those that wait for the result; what fails here is written once more at the end of the batch. */
export function keepBreakerClosed({ ledger }: Engine, host: string): void {
  ledger.updateHost(host, { breaker: closed }).catch(() => undefined);
}
