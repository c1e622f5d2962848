import { makeNormalise } from '../../fetch/url.ts';
import { userAgentOf } from '../../fetch/user-agent.ts';
import type { Job } from '../../job/schema.ts';
import { formatVersion, type PageRequest } from '../../model.ts';
import { pageRequest } from '../../sources/page.ts';
import { sourceOf } from '../../sources/sources.ts';
import { digestOf, urlKeyOf } from '../ids.ts';

/** What the runs of a job that recrawls need to know of it. */
export interface RunRecrawl {
  /** The name of the job, under which its pages are known. */
  job: string;
  /** The share of answers 304 that are checked. */
  verify: number;
  /** About how many known pages a run asks for. @default all */
  budget?: number;
  /** Is it a page with which a crawl begins? By its key. */
  isStart(key: string): boolean;
  /**
   * A digest of all on which the extraction of a page depends besides the page, by its label; `undefined` where that is not known:
   * a handler may do anything, and a browser more.
   */
  ruleOf(label: string): string | undefined;
  /** A digest of what a request sends, of the headers that `varied` names, in a session. */
  variantOf(request: PageRequest, varied: string[], session: string | undefined): string | undefined;
}

/** `frozen`: the job with placeholders in place of secrets. `handled`: labels whose handlers are functions. */
export function makeRunRecrawl(
  frozen: Job,
  { verify, budget }: NonNullable<Job['recrawl']>,
  handled: readonly string[],
): RunRecrawl {
  const rules = new Map<string, string | undefined>();
  const starts = keysOfStarts(frozen);
  return {
    job: frozen.name,
    verify,
    ...(budget === undefined ? {} : { budget }),
    isStart: (key) => starts.has(key),
    ruleOf(label) {
      if (!rules.has(label)) rules.set(label, ruleOf(frozen, label, handled));
      return rules.get(label);
    },
    variantOf(request, varied, session) {
      const sent = headersOf(frozen, request);
      // Cookies that a chain of redirects set are others each time.
      if (varied.includes('cookie') && request.cookies !== undefined) return undefined;
      return digestOf(JSON.stringify([session ?? '', varied.map((name) => [name, sent[name] ?? ''])]));
    },
  };
}

function keysOfStarts({ sources, urls }: Job): Set<string> {
  const normalise = makeNormalise(urls);
  const starts = sources
    .map(sourceOf)
    .flatMap(({ rules, settings }) => (rules.leadsOn ? rules.pages(settings).urls : []));
  return new Set(starts.map((url) => urlKeyOf(pageRequest({ url, label: '' }), normalise).key));
}

function ruleOf(frozen: Job, label: string, handled: readonly string[]): string | undefined {
  const rule = frozen.pages[label];
  if (rule === undefined || rule.handler !== undefined || rule.render !== undefined) return undefined;
  if (handled.includes(label)) return undefined;
  const { namespaces, timeZone, urls, politeness } = frozen;
  const others = [namespaces ?? {}, timeZone ?? '', urls, politeness.nofollow, politeness.robotsMeta];
  return digestOf(JSON.stringify([formatVersion, label, rule, ...others]));
}

/** The headers that the job decides, as it writes them; the others are the same for all requests of a version. */
function headersOf(frozen: Job, { headers, label, source, headersOf: named = source }: PageRequest) {
  const own = named === undefined ? undefined : frozen.sources[named];
  const ofSource = own === undefined ? undefined : sourceOf(own);
  const written = {
    ...frozen.fetch.headers,
    ...frozen.pages[label]?.headers,
    ...ofSource?.rules.headers(ofSource.settings),
    ...headers,
    'user-agent': userAgentOf(frozen.politeness),
  };
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name.toLowerCase(), value]));
}
