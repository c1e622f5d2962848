import type { DropError } from '../../errors.ts';
import { Address } from '../../extract/links/address.ts';
import type { FoundLink } from '../../extract/types.ts';
import { type Normalise, withoutRoute } from '../../fetch/url.ts';
import { answerOrTimeout } from '../../patterns/url-patterns.ts';
import { digestOf } from '../ids.ts';
import { originEnd, type Scope } from '../scope.ts';
import type { TrapOf, UrlTrap } from '../traps/url-traps.ts';
import type { RobotsGate } from '../turns/robots-gate.ts';

/**
 * What this process knows of a URL of one run, computed once however many pages link to it. An answer that depends
 * on more than the URL is stored with what it depends on.
 */
export interface KnownUrl {
  /** The address: the URL as it is requested. */
  readonly url: string;
  /** The key of the run's admitted URLs: that of the normal form, which several addresses may share. */
  readonly key: string;
  readonly label: string | undefined;
  /** By its name a file, not a page. */
  readonly isFile: boolean;
  /** Why its address alone shows that it leads into an endless part of its site. */
  readonly trap: UrlTrap | undefined;
  /** Host and port. */
  readonly host: string;
  /**
   * The batch that brought it into the run, which never changes; undefined: not known here. The same batch,
   * repeated after a crash, must get it again.
   */
  owner: string | undefined;
  /** Set by a loop over many URLs, to recognise those that it has seen. */
  seenBy: object | undefined;
  /** Why no pattern could be applied: a regex took too long. */
  fault: string | undefined;
  /** The generation of what is known that it is kept in. */
  keptIn: object;
  scope: { fromHost: string; isIn: boolean };
  robots: { gate: RobotsGate | undefined; isForbidden: boolean };
}

export interface KnownUrls {
  /** `url` is an address. */
  of(url: string): KnownUrl;
  /** What is known of the URL that a link leads to. */
  ofLink(link: FoundLink): KnownUrl;
  /** What is asked for where a page of `label` is wanted: without its route, unless that is read in a browser. */
  asLabel(link: KnownUrl, label: string | undefined): KnownUrl;
  /** Does a link to `link` on a page of `page` belong to the job? */
  isInScope(link: KnownUrl, page: KnownUrl): boolean;
  isForbidden(link: KnownUrl, gate: RobotsGate): boolean;
}

export interface UrlRules {
  normalise: Normalise;
  labelOf(url: string): string | undefined;
  isFile(url: string): boolean;
  /** @default no address is a trap */
  trapOf?: TrapOf | undefined;
  scope: Scope;
  /** Labels to which routes are pages. @default none */
  withRoutes?: ReadonlySet<string>;
}

/** Two generations: when the young one is full it becomes the old one, and the old one is dropped. */
export function makeKnownUrls(rules: UrlRules, capacity = 150_000): KnownUrls {
  const { scope, withRoutes = new Set() } = rules;
  let young = new Map<string, KnownUrl>();
  let old = new Map<string, KnownUrl>();
  let generation = {};
  let lastHost = '';
  const scopes = makeAnswers((fromHost: string, isIn) => ({ fromHost, isIn }));
  const verdicts = makeAnswers((gate: RobotsGate, isForbidden) => ({ gate, isForbidden }));

  const learnNext = (url: string): KnownUrl => {
    const known = learn(url, rules, lastHost);
    lastHost = known.host;
    return known;
  };
  const keep = (known: KnownUrl): KnownUrl => {
    if (young.size >= capacity / 2) {
      old = young;
      young = new Map();
      generation = {};
    }
    young.set(known.url, known);
    known.keptIn = generation;
    return known;
  };
  const of = (url: string): KnownUrl => {
    const known = young.get(url);
    if (known !== undefined) return known;
    return keep(old.get(url) ?? learnNext(url));
  };

  return {
    of,
    ofLink(link) {
      if (!(link instanceof Address)) return of(link.url);
      // Noted here, or by what another run knows, which has other generations.
      const noted = link.note as KnownUrl | undefined;
      if (noted?.keptIn === generation) return noted;
      const known = of(link.url);
      link.note = known;
      return known;
    },
    asLabel(link, label) {
      if (withRoutes.size === 0 || withRoutes.has(label ?? '')) return link;
      const address = withoutRoute(link.url);
      return address === link.url ? link : of(address);
    },
    isInScope(link, page) {
      if (link.scope.fromHost !== page.host) {
        const isIn = answerOrTimeout(() => scope(link.url, page.url));
        if (typeof isIn !== 'boolean') link.fault = isIn.message;
        link.scope = scopes(page.host, isIn === true);
      }
      return link.scope.isIn;
    },
    isForbidden(link, gate) {
      if (link.robots.gate !== gate) link.robots = verdicts(gate, gate.forbids(link.url));
      return link.robots.isForbidden;
    },
  };
}

/**
 * Makes what returns the same object for the same answer about the same thing, as long as it is asked about that alone: one
 * for each of the URLs of a site would be a tenth of what they all take.
 */
function makeAnswers<About, Answer>(
  make: (about: About, answer: boolean) => Answer,
): (about: About, answer: boolean) => Answer {
  let last: { about: About; yes: Answer; no: Answer } | undefined;
  return (about, answer) => {
    if (last?.about !== about) last = { about, yes: make(about, true), no: make(about, false) };
    return answer ? last.yes : last.no;
  };
}

const unasked = { fromHost: '', isIn: false };
const undecided = { gate: undefined, isForbidden: false };

/** `lastHost`: the same string for one host after the other, since strings that are one are compared at once. */
function learn(url: string, { normalise, labelOf, isFile, trapOf }: UrlRules, lastHost: string): KnownUrl {
  const host = originEnd(url);
  const label: string | undefined | DropError = answerOrTimeout(() => labelOf(url));
  const isJudged = typeof label !== 'object';
  return {
    url,
    key: digestOf(normalise(url)),
    label: isJudged ? label : undefined,
    fault: isJudged ? undefined : label.message,
    isFile: isFile(url),
    trap: trapOf?.(url),
    host: host === lastHost ? lastHost : host,
    owner: undefined,
    seenBy: undefined,
    keptIn: unasked,
    scope: unasked,
    robots: undecided,
  };
}
