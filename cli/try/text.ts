import { type RefusalReason, refusalMeanings } from '../../shared/engine/counts.ts';
import { type Code, explainCode } from '../../shared/errors.ts';
import type { Item, ItemMark, Json } from '../../shared/model.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNoun,
  formatTable,
} from '../../shared/text/format.ts';
import { describeLoss } from '../../shared/text/lost-text.ts';
import type { Paint } from '../../shared/text/paint.ts';
import {
  type HeadingOddity,
  headingOddities,
  type RowOddity,
  rowOddities,
} from '../../shared/text/row-text.ts';
import { compact } from '../output.ts';
import { remedyWithin } from '../remedy-text.ts';
import type { Trial } from './page.ts';

export interface TrialTextOptions {
  paint: Paint;
  /** Items shown in full. */
  limit: number;
  /** Characters of a line. */
  width: number;
  labels: string[];
}

const linksShown = 3;

/** A trial as lines for people. */
export function trialLines(trial: Trial, options: TrialTextOptions): string[] {
  return [
    ...trial.hops.map(({ url, code, to }) => `${url}\n  ${code} → ${to}`),
    ...pageLines(trial, options),
    ...itemsLines(trial, options),
    ...fileLines(trial),
    ...selectorLines(trial, options),
    ...structuredLines(trial, options),
    ...linkLines(trial),
    ...faultLines(trial, options),
  ];
}

function pageLines(trial: Trial, { paint, labels }: TrialTextOptions): string[] {
  const { url, fact, label, contentType, robots, proxy, signed } = trial;
  const { status, bytes, ms, end, code, message, isCached, fetchedAt } = fact;
  const parts = [
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(contentType === undefined ? [] : [contentType]),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    ...(ms === undefined || isCached ? [] : [formatDuration(ms)]),
    ...(isCached && fetchedAt !== undefined ? [cachedText(fetchedAt)] : []),
    ...(proxy === undefined ? [] : [`through ${proxy}`]),
  ];
  const lines = [paint('bold', url), `  page    ${parts.length === 0 ? 'not fetched' : parts.join(', ')}`];
  if (code !== undefined) {
    lines.push(
      `  ${endWords[end] ?? 'failed '} ${paint('red', code)}: ${message ?? explainCode(code as Code).happened}`,
    );
    const remedy = remedyWithin('try', explainCode(code as Code).remedy);
    if (remedy !== '') lines.push(`          ${remedy}`);
  }
  lines.push(`  robots  ${describeRobots(robots)}`);
  lines.push(...askedLines(trial));
  if (signed !== undefined) {
    lines.push('  signed  as follows (RFC 9421, the signature base)');
    for (const line of signed.split('\n')) lines.push(`          ${line}`);
  }
  lines.push(...kindLines(trial));
  if (label !== '') return [...lines, `  label   ${label}`];
  const none = `none of the page labels matches (${labels.join(', ')}); a run would not follow a link to it`;
  return [
    ...lines,
    `  label   ${paint('red', none)}`,
    '          name one with --page LABEL, or add a match',
  ];
}

/** How old the page is that was not asked for again. */
function cachedText(fetchedAt: string): string {
  return `from the cache, fetched ${formatDuration(Date.now() - Date.parse(fetchedAt))} ago`;
}

/** A page may be kept in spite of what its code says. */
const endWords: Partial<Record<Trial['fact']['end'], string>> = { skipped: 'skipped', stored: 'but    ' };

const askedShown = 8;
/** Of a body that scripts sent. */
const maxSentChars = 300;

/** What scripts of a page in a browser asked for, what holds the page's values first. */
function askedLines({ asked = [] }: Trial): string[] {
  const lines = asked
    .slice(0, askedShown)
    .flatMap(({ method, url, status, contentType, bytes, sent, holds }) => [
      `          ${method} ${url} ${status}, ${contentType}, ${formatBytes(bytes)}`,
      ...(sent === undefined || holds === undefined
        ? []
        : [`            sent   ${compact(sent, maxSentChars)}`]),
      ...(holds === undefined ? [] : [`            holds  ${describeHeld(holds)}`]),
    ]);
  if (asked.length > askedShown) lines.push(`          and ${asked.length - askedShown} more`);
  if (lines.length > 0) {
    lines.unshift(
      '  asked   by its scripts; a rest source takes JSON without a browser, render.from: xhr with one',
    );
  }
  return lines;
}

function describeHeld(holds: Record<string, string>): string {
  return Object.entries(holds)
    .map(([field, path]) => `${field} at ${path}`)
    .join(', ');
}

function kindLines({ readAs }: Trial): string[] {
  if (readAs === undefined) return [];
  const { about, paths } = readAs;
  return [`  kind    ${about}`, ...(paths.length === 0 ? [] : [`          paths: ${paths.join(', ')}`])];
}

function describeRobots({ state, isAllowed, crawlDelayMs, refusedUse }: Trial['robots']): string {
  if (state === 'ignored') return 'not asked (politeness.robots: ignore)';
  if (state === 'unreachable') return 'robots.txt is unreachable, so nothing may be fetched';
  if (state === 'absent') return 'allowed: the host has no robots.txt';
  const delay = crawlDelayMs === 0 ? '' : `, crawl-delay ${formatDuration(crawlDelayMs)}`;
  const use = refusedUse === undefined ? '' : `, pages refused for ${refusedUse}`;
  return `${isAllowed ? 'allowed' : 'forbidden'} by robots.txt${delay}${use}`;
}

const filesShown = 3;

/** The files that a run would download. */
function fileLines({ items }: Trial): string[] {
  const urls = [...new Set(items.flatMap(({ files = null }) => addressesIn(files)))];
  if (urls.length === 0) return [];
  const rest = urls.length > filesShown ? [`and ${formatCount(urls.length - filesShown)} more`] : [];
  return [
    `  keeps   ${formatNoun(urls.length, 'file')}, which a run would download; none was asked for`,
    ...[...urls.slice(0, filesShown), ...rest].map((line) => `          ${line}`),
  ];
}

function addressesIn(files: Json): string[] {
  if (typeof files === 'string') return [files];
  return files === null || typeof files !== 'object' ? [] : Object.values(files).flatMap(addressesIn);
}

function itemsLines({ items, fact }: Trial, options: TrialTextOptions): string[] {
  if (fact.end !== 'stored') return [];
  const incomplete = items.filter(({ missing }) => missing !== undefined).length;
  const note = incomplete === 0 ? '' : `, ${formatCount(incomplete)} of them incomplete`;
  const lines = [`  items   ${formatCount(items.length)}${note}`];
  for (const item of items.slice(0, options.limit)) lines.push(...itemLines(item, options));
  const left = items.length - options.limit;
  if (left > 0) lines.push(`    … and ${formatCount(left)} more; --limit ${items.length} shows all`);
  return lines;
}

/** An item in full, its fields below one another. */
export function itemLines(
  { item, fields, missing = [], misfits = [], lost = [], marks = [] }: Item,
  { paint, width }: Pick<TrialTextOptions, 'paint' | 'width'>,
): string[] {
  const names = Object.keys(fields);
  const widest = Math.min(24, Math.max(0, ...names.map((name) => name.length)));
  return [
    `    ${paint('cyan', item)}`,
    ...Object.entries(fields).map(
      ([name, value]) => `      ${name.padEnd(widest)}  ${compact(value, Math.max(20, width - widest - 10))}`,
    ),
    ...lost.map(
      (loss) => `      ${paint('dim', `${loss.field} has no value: ${describeLoss(loss)}`.slice(0, width))}`,
    ),
    ...marks.map((mark) => `      ${paint('dim', describeMark(mark).slice(0, width))}`),
    ...misfits.map(
      ({ path, reason, found }) =>
        `      ${paint('red', `${path || 'the item'} is not as the schema has it: ${reason}, found ${found}`)}`,
    ),
    ...missing.map((path) => `      ${paint('red', `incomplete without ${path}`)}`),
  ];
}

function describeMark({ kind, field, source, found }: ItemMark): string {
  switch (kind) {
    case 'from':
      return `${field} is from ${source}`;
    case 'mended':
      return field === ''
        ? `its page is XML with ${found}, which XML does not define: taken as in HTML`
        : `${field} is from data that was broken or partly code, and mended`;
    case 'detected':
      return `${field} is by the text: the page states no language`;
    case 'damaged':
      return `${field} has bytes that are no characters of the page's encoding (U+FFFD)`;
    case 'ambiguous':
      return `${field || 'its list'} is ambiguous: it may be ${found}`;
    case 'row':
      return `its row ${rowOddities[source as RowOddity]}`;
    case 'heading': {
      const names = found === undefined ? '' : `: ${found}`;
      return `${field || 'its table'} has ${headingOddities[source as HeadingOddity]}${names}`;
    }
    default:
      return kind satisfies never;
  }
}

function selectorLines({ selectors }: Trial, { paint }: TrialTextOptions): string[] {
  if (selectors.length === 0) return [];
  const rows = selectors.map(({ place, selector, matches }) => [formatCount(matches), place, selector]);
  const lines = formatTable(rows, [0]).map((line, index) => {
    const isEmpty = selectors[index]?.matches === 0;
    return `    ${isEmpty ? paint('yellow', line) : line}`;
  });
  return ['  elements that each selector finds', ...lines];
}

function structuredLines({ structured }: Trial, { width }: TrialTextOptions): string[] {
  if (structured.length === 0) return [];
  const lines = structured.map(({ syntax, names, isMended }) =>
    `    ${syntax.padEnd(9)}  ${names.join(', ')}${isMended ? ' (broken, and mended)' : ''}`.slice(0, width),
  );
  return ['  structured data of the page', ...lines];
}

function linkLines({ fact, links, made, refused, refusedLinks, ...paging }: Trial): string[] {
  if (fact.end !== 'stored') return [];
  const total = links.reduce((sum, { urls }) => sum + urls.length, 0);
  const lines = [`  links   ${formatNoun(total, 'link')} to follow`];
  for (const { label, urls, priorities } of links) {
    const more = urls.length > linksShown ? ', …' : '';
    const shown = urls
      .slice(0, linksShown)
      .map((url, index) => (priorities === undefined ? url : `${url} (priority ${priorities[index]})`));
    lines.push(`    ${formatCount(urls.length)} ${label}: ${shown.join(', ')}${more}`);
  }
  for (const [name, count] of Object.entries(refused)) {
    const reason = name.slice('refused:'.length);
    lines.push(
      `    ${formatCount(count)} not followed: ${refusalMeanings[reason as RefusalReason] ?? reason}`,
    );
    const examples = refusedLinks.filter((link) => link.reason === reason).slice(0, linksShown);
    for (const { url, rule } of examples) lines.push(`      ${url}: ${rule}`);
  }
  for (const { label, urls } of made) {
    const more = urls.length > linksShown ? ', …' : '';
    const requests = formatNoun(urls.length, 'request');
    lines.push(
      `    ${requests} of ${label}, made of these items: ${urls.slice(0, linksShown).join(', ')}${more}`,
    );
  }
  return [...lines, ...pagingLines(paging)];
}

/** Of the body of the next page's request: a query of GraphQL stands in it before the cursor. */
const maxBodyChars = 2_000;

function pagingLines({ next, nextBody, listEnd }: Pick<Trial, 'next' | 'nextBody' | 'listEnd'>): string[] {
  return [
    ...next.map((url) => `    next page of the API: ${url}`),
    ...(nextBody === undefined ? [] : [`      with the body ${nextBody.slice(0, maxBodyChars)}`]),
    ...(listEnd === undefined ? [] : [`    no next page of the API: ${listEnd}`]),
  ];
}

const faultsShown = 5;

function faultLines({ faults = [] }: Trial, { paint }: TrialTextOptions): string[] {
  const lines = faults
    .slice(0, faultsShown)
    .map(({ code, message }) => `  doubt   ${paint('red', code)}: ${message}`);
  if (faults.length > faultsShown) lines.push(`          and ${faults.length - faultsShown} more`);
  return lines;
}
