import type { DropError } from '../errors.ts';
import type { Normalise } from '../fetch/url.ts';
import { answerOrTimeout } from '../job/patterns.ts';
import { digestOf } from './ids.ts';
import type { RobotsGate } from './robots-permission.ts';
import { originEnd, type Scope } from './scope.ts';

/**
 * What this process knows of a URL of one run, worked out once however many pages link to it. Each
 * answer is kept with the question it answers, where that may be another the next time.
 */
export interface KnownUrl {
  /** As it is asked. */
  readonly url: string;
  /** Names it among the run's admitted URLs: that of its normal form, which other addresses may share. */
  readonly key: string;
  readonly label: string | undefined;
  /** A file by its name, not a page. */
  readonly isFile: boolean;
  /** Host and port. */
  readonly host: string;
  /**
   * The batch that brought it into the run, for good; undefined: not known here. The same batch,
   * repeated after a crash, must get it again.
   */
  owner: string | undefined;
  /** Set by whoever goes through many, to tell which have been met. */
  seenBy: object | undefined;
  /** Why a pattern could not judge it: a regex took too long. */
  fault: string | undefined;
  scope: { fromHost: string; isIn: boolean };
  robots: { gate: RobotsGate | undefined; isForbidden: boolean };
}

export interface KnownUrls {
  /** `url` is an address. */
  of(url: string): KnownUrl;
  /** Does a link to `link` on a page of `page` belong to the job? */
  isInScope(link: KnownUrl, page: KnownUrl): boolean;
  isForbidden(link: KnownUrl, gate: RobotsGate): boolean;
}

export interface UrlRules {
  normalise: Normalise;
  labelOf(url: string): string | undefined;
  isFile(url: string): boolean;
  scope: Scope;
}

/** Two generations: when the young one is full it becomes the old one, and the oldest are forgotten. */
export function makeKnownUrls(rules: UrlRules, capacity = 150_000): KnownUrls {
  const { scope } = rules;
  let young = new Map<string, KnownUrl>();
  let old = new Map<string, KnownUrl>();

  const keep = (known: KnownUrl): KnownUrl => {
    if (young.size >= capacity / 2) {
      old = young;
      young = new Map();
    }
    young.set(known.url, known);
    return known;
  };

  return {
    of(url) {
      const known = young.get(url);
      if (known !== undefined) return known;
      return keep(old.get(url) ?? learn(url, rules));
    },
    isInScope(link, page) {
      if (link.scope.fromHost !== page.host) {
        const isIn = answerOrTimeout(() => scope(link.url, page.url));
        if (typeof isIn !== 'boolean') link.fault = isIn.message;
        link.scope = { fromHost: page.host, isIn: isIn === true };
      }
      return link.scope.isIn;
    },
    isForbidden(link, gate) {
      if (link.robots.gate !== gate) link.robots = { gate, isForbidden: gate.forbids(link.url) };
      return link.robots.isForbidden;
    },
  };
}

const unasked = { fromHost: '', isIn: false };
const unjudged = { gate: undefined, isForbidden: false };

function learn(url: string, { normalise, labelOf, isFile }: UrlRules): KnownUrl {
  const label: string | undefined | DropError = answerOrTimeout(() => labelOf(url));
  const isJudged = typeof label !== 'object';
  return {
    url,
    key: digestOf(normalise(url)),
    label: isJudged ? label : undefined,
    fault: isJudged ? undefined : label.message,
    isFile: isFile(url),
    host: originEnd(url),
    owner: undefined,
    seenBy: undefined,
    scope: unasked,
    robots: unjudged,
  };
}
