import type { Counts, PageFact } from '../model.ts';
import { kindOf } from '../sources/sources.ts';

/**
 * The names of a run's counts.
 *
 * | name | what |
 * |---|---|
 * | `open` | batches not yet done; 0 means the run is over |
 * | `admitted` | URLs of pages, APIs' among them; = stored + failed + skipped + cancelled in the end |
 * | `stored` `failed` `skipped` `cancelled` | how they ended |
 * | `failed:CODE` `skipped:REASON` | the same by code |
 * | `retries` | fetches that failed and were tried again |
 * | `redirects` | from one address of a page to another one, such as a site's own order of parameters |
 * | `crashes` | holders of batches that died: their lease ended, and they had neither released nor committed |
 * | `items` `incomplete` `missing:label.field` | items; those without a required field; which field |
 * | `misfits` `misfit:keyword:label.path` | items that are not as the schema of their label has them; which keyword, and where |
 * | `duplicateItems` | items that are the same as another of the run by the `key` of their label, and do not count |
 * | `lost:step:label.field` | values that were found, or are required, and that this step of their field lost |
 * | `from:source:label.field` | values that another source of their field gave than its first |
 * | `mended:label.field` | values of JSON-LD and scripts that were broken or are partly code, and were mended |
 * | `detected:label.field` | languages that the page does not state, by its text |
 * | `damaged:label.field` | texts with bytes that are no characters of their page's encoding |
 * | `ambiguous:label.field` | values that are one of several at their place, which differ |
 * | `row:short:label` `row:long:label` `row:quotes:label` | items of rows with too few or too many cells, or with quotes that do not end |
 * | `heading:repeated:label` `heading:unnamed:label.field` | tables whose columns have one heading or none, and values of a column that is asked for by a heading that several have |
 * | `ruledOut:label:reason` `itemsRuledOut` | pages and items that `unless` and `only` left out; the items among them, of pages that are stored or ended so |
 * | `label:NAME:stored` … | how pages of a label ended |
 * | `label:NAME:lacks:part` | stored pages on which a part of the label's rule found nothing: `follow[0]`, `items`, `fields.price` |
 * | `bytes` | of bodies that were fetched, after decompression |
 * | `cached:2026-01-31` | answers read from this machine's cache, by the day on which they were fetched (UTC) |
 * | `kept:pages` `kept:unchanged` `kept:bytes` | of a job with `keep`: pages that are kept; pages answered 304, of which that is; bytes of all, compressed |
 * | `kept:loaded` `kept:truncated` | what pages in a browser loaded, and is kept with them; those of them without their bodies, which were too large |
 * | `duplicates` | links to URLs admitted before |
 * | `refused:scope` … | links not admitted: out of scope, too deep, by robots.txt, over maxPages or maxPagesPerHost, without label |
 * | `refused:trap:facet` … | links into endless parts of a site, by what in the address shows it |
 * | `refused:url` `refused:scheme` … | references that lead nowhere: no URL, not http(s), too long, with a password |
 * | `refused:pattern` | links that no follow rule or sitemap source wants, by `match`, `include` and `exclude` |
 * | `refused:regex` | links and URLs of sources on which a regex of a pattern took too long |
 * | `refused:nofollow` | links that the page asks not to follow |
 * | `refused:action` | links that would log out, delete, buy or vote in a session |
 * | `refused:secret` | links whose address holds a secret, to hosts of no session |
 * | `proxyBytes` `proxyMicroUsd` | bytes through proxies, both ways, and millionths of a dollar for them by `proxies.pricePerGb` |
 * | `proxy:CODE` | requests that a proxy did not bring to their answer, and that went on through another or later |
 * | `rendered` `rendered:partly` `rendered:turns` `rendered:unreadFrames` | pages read in a browser; those that did not get all that they asked for; turns of hosts that what they loaded took; frames of other sites in them, which rules do not see |
 * | `refused:unchanged` | pages that `extract` finds in the files of no run, since they were answered 304 or not due and the run that last fetched them, or its files, are gone |
 * | `refused:modified` | entries of sitemaps older than `modifiedSince` |
 * | `source:stored` `source:failed` `source:failed:CODE` … | sitemaps, files and other requests that only lead to pages |
 * | `cell:stored` … `details:stored` … `site:stored` … | the same for searches of a cell, details of a place, pages of a business's website |
 * | `place:admitted` | places found; = `place:stored` + `place:skipped` + … in the end |
 * | `refused:area` `refused:filter` | places outside of the area, or not as `filter` wants them |
 * | `known:unread` `known:late` | mentions of places that earlier runs gave or left out, of cells that were not read for them; places and reviews that another run gave meanwhile |
 * | `review:admitted` `review:stored` … | pages of places' reviews |
 * | `reviewed:whole` `reviewed:cut` `reviewed:cut:CODE` … | places by how far their reviews were read (`ReviewsFact`); why not to the end |
 * | `reviews:listed` `reviews:older` `reviews:known` `reviews:edited` | reviews that pages listed; of them, older than `since`, given by earlier runs, and edited since these gave them |
 * | `reviews:read-anew` `reviews:asked-again` | reviews of places that were read anew from the first page; pages asked again for a fresh token |
 * | `cells:to-count` `bid:57` `begun:57` | with a budget: cells not counted yet; price (millionths of a dollar) of the cells that promise 57 places a dollar, and of those among them that were begun |
 * | `cells:by-details` | new places of cells that were counted, read by their own details, which cost less than the cell |
 * | `billed:SKU` `billedMicroUsd` | requests that Google bills, and millionths of a dollar for them |
 * | `sessions:logins` | logins, each counted before it is sent, and no more where nothing of it was |
 * | `sessions:ended` `sessions:retired` | sessions whose end a page showed; that failed too often and were given up |
 * | `sessions:rotated` | requests that went on with the next session of their pool |
 * | `sessions:written` | records of sessions written for changed cookies or failures, besides one for each opening |
 * | `change:pages:new` `change:items:changed` … | of a job that recrawls: pages and items that are new, changed, unchanged, gone or not seen |
 * | `change:otherBody` | unchanged pages whose body is another one |
 * | `change:tooLarge` | pages too large to be known to the next run |
 * | `change:doubt:REASON` | why the run cannot tell that a page is no longer linked: 1, or 0 where it can |
 * | `reused` `reused:checked` `untrue:HOST` | pages answered 304; those that were asked for once more; those of them that had changed all the same |
 * | `notDue` `class:N` | of a job with a budget (`recrawl.budget`): pages that were not asked for; pages by how often they change, 2^N times a run, or `leading` to new ones |
 * | `lists:cut` | pages of APIs that were not read, so that what comes after them is not known; `lists:cut:INDEX` those of a source |
 * | `reserved:pages` `reserved:items` `reserved:microUsd` | of the budgets maxPages, maxItems and budgetUsd |
 */
export type CountName = string;

/** What each reason for refusing a link means. */
export const refusalMeanings = {
  scope: 'outside the scope of the job',
  file: 'a file by its name, not a page (scope.ignoreExtensions)',
  depth: 'deeper than limits.maxDepth',
  robots: 'forbidden by robots.txt',
  'trap:repeat': 'in which the same segments come again and again (scope.traps)',
  'trap:depth': 'of more than 20 segments (scope.traps)',
  'trap:return': 'that carry an address to return to, such as ?next=: the page is read without (scope.traps)',
  'trap:parameters': 'with too many parameters (scope.traps)',
  'trap:date': 'of dates more than two years ahead (scope.traps)',
  'trap:order': 'that show a list in another order or form: it is read as it is (scope.traps)',
  'trap:facet': 'that show a list filtered: it is read whole (scope.traps)',
  action: 'would log out, delete, buy or vote in a session (mayFollow of the session)',
  secret: 'with a secret of the job in the address, to a host that is not to have it',
  unchanged: 'answered 304 or not due, and in the files of no run that is there (extract)',
  limit: 'over limits.maxPages',
  hostLimit: 'over limits.maxPagesPerHost',
  fileLimit: 'to files, over limits.maxFiles',
  label: 'no page label matches',
  pattern: 'left out by match, include or exclude',
  regex: 'a regex of the job took too long on the URL (REGEX_TIMEOUT)',
  modified: 'older than modifiedSince',
  nofollow: 'marked nofollow by the page (politeness.nofollow, politeness.robotsMeta)',
  url: 'not a URL',
  scheme: 'neither http nor https (mailto:, tel:, javascript: …)',
  length: 'longer than 8,192 characters',
  credentials: 'with a user name or password in the URL',
} as const;

export type RefusalReason = keyof typeof refusalMeanings;

export function add(counts: Counts, name: CountName, value = 1): void {
  if (value !== 0) counts[name] = (counts[name] ?? 0) + value;
}

/** Adds all of `added` to `counts`. */
export function addAll(counts: Counts, added: Readonly<Counts>): void {
  for (const name in added) add(counts, name, added[name]);
}

export function sumOf(one: Counts, other: Counts): Counts {
  const sum = { ...one };
  addAll(sum, other);
  return sum;
}

/** Counts one fact under its end and code. Retries are not ends. */
export function countFact(counts: Counts, fact: PageFact): void {
  if (fact.isCached) add(counts, `cached:${fact.fetchedAt?.slice(0, 10)}`, 1);
  else add(counts, 'bytes', fact.bytes ?? 0);
  if (fact.change !== undefined) countChange(counts, fact);
  if (fact.end === 'retry') {
    add(counts, fact.code === 'REDIRECTED' ? 'redirects' : 'retries');
    return;
  }
  const name = `${kindOf(fact).countPrefix}${fact.end}`;
  add(counts, name);
  if (kindOf(fact).countPrefix === '') add(counts, `label:${fact.label}:${fact.end}`);
  if (fact.code !== undefined) add(counts, `${name}:${fact.code}`);
}

/** Is anything gone, or not seen, that an earlier run had? */
export function hasMissing(counts: Counts): boolean {
  return Object.entries(counts).some(
    ([name, value]) => value > 0 && /^change:(pages|items):(gone|notSeen)$/.test(name),
  );
}

function countChange(counts: Counts, { change, isReused, isNotDue, hasOtherBody }: PageFact): void {
  add(counts, `change:pages:${change}`);
  if (isReused) add(counts, 'reused');
  if (isNotDue) add(counts, 'notDue');
  if (hasOtherBody) add(counts, 'change:otherBody');
}

/** Has anything failed: pages, what leads to them, or an item that is kept apart? */
export function hasFailures(counts: Counts): boolean {
  return Object.keys(counts).some(
    (name) => name === 'incomplete' || name === 'misfits' || /^([a-z]+:)?failed$/.test(name),
  );
}
