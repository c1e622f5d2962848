import { summariesOfSources } from '../sources/sources.ts';
import { type CodeCount, codeLines } from '../text/code-counts.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNoun,
  formatRate,
  formatUsd,
} from '../text/format.ts';
import { type Paint, plain } from '../text/paint.ts';
import { headingOddities, rowOddities } from '../text/row-text.ts';
import { neverFoundText } from './never-found.ts';
import type { Summary } from './summary.ts';
import type { Changes } from './summary-of-run.ts';

/** The summary as lines for people. */
export function summaryLines(summary: Summary, paint: Paint = plain): string[] {
  const { pages } = summary;
  return [
    `${paint('bold', summary.run)}  ${describeState(summary, paint)}`,
    '',
    ...linesOfSources(summary, paint),
    ...(hasPages(summary) ? [`  pages   ${describePages(pages)}`] : []),
    ...codeLines(summary.failures, 'red', paint),
    ...codeLines(summary.skips, 'dim', paint),
    ...sourceLines(summary, paint),
    ...refusedLines(summary),
    `  items   ${describeItems(summary)}`,
    ...summary.missing.map(({ field, count }) => `          ${formatCount(count)} without ${field}`),
    ...summary.misfit.map(
      ({ field, keyword, count }) =>
        `          ${formatCount(count)} × ${field} not as the schema has it: ${keyword}`,
    ),
    ...summary.lost.map(
      ({ field, step, count, meaning }) =>
        `          ${formatCount(count)} × ${field} lost at ${step}: ${meaning}`,
    ),
    ...summary.from.map(
      ({ field, source, count }) =>
        `          ${formatCount(count)} × ${field} from ${source}, not the first source`,
    ),
    ...summary.mended.map(
      ({ field, count }) =>
        `          ${formatCount(count)} × ${field} from data that was broken or partly code, and mended`,
    ),
    ...summary.detected.map(
      ({ field, count }) =>
        `          ${formatCount(count)} × ${field} by the text: the page states no language`,
    ),
    ...summary.damaged.map(
      ({ field, count }) =>
        `          ${formatCount(count)} × ${field} with bytes that are no characters of the page's encoding (U+FFFD)`,
    ),
    ...summary.ambiguous.map(
      ({ field, count }) =>
        `          ${formatCount(count)} × ${field} ambiguous: the page may mean another value`,
    ),
    ...summary.rows.map(
      ({ label, oddity, count }) =>
        `          ${formatCount(count)} × ${label} of a row that ${rowOddities[oddity]}`,
    ),
    ...summary.headings.map(
      ({ field, oddity, count }) =>
        `          ${formatCount(count)} × ${field} with ${headingOddities[oddity]}`,
    ),
    ...summary.ruledOut.map(
      ({ label, reason, count }) => `          ${formatCount(count)} × ${label} left out: ${reason}`,
    ),
    `  read    ${describeRead(summary)}`,
    ...changeLines(summary, paint),
    ...cachedLines(summary, paint),
    ...keptLines(summary),
    ...renderedLines(summary, paint),
    ...proxyLines(summary, paint),
    ...sessionLines(summary),
    ...crashLines(summary, paint),
    ...neverFoundLines(summary, paint),
    ...mismatchLines(summary, paint),
    ...(summary.noResult === undefined ? [] : [`  ${paint('red', summary.noResult)}`]),
  ];
}

/** A job whose sources are all of other kinds, such as a search of areas, has no pages. */
function hasPages(summary: Summary): boolean {
  return summary.pages.admitted > 0 || summariesOfSources.every(({ key }) => summary[key] === undefined);
}

function linesOfSources(summary: Summary, paint: Paint): string[] {
  return summariesOfSources.flatMap(({ key, lines }) => {
    const made = summary[key];
    return made === undefined ? [] : lines(made, paint);
  });
}

function describeState(summary: Summary, paint: Paint): string {
  const { state, isOver, durationMs } = summary;
  const colour = state === 'finished' ? 'green' : 'yellow';
  const word = isOver || state === 'paused' ? state : `${stateWord(summary)}, not over yet`;
  const after = durationMs === undefined ? '' : ` after ${formatDuration(durationMs)}`;
  return `${paint(colour, word)}${after}`;
}

/** The record of a run whose processes died still says `running`, which would mislead. */
export function stateWord({ state, isWorkedOn }: Pick<Summary, 'state' | 'isWorkedOn'>): string {
  return state === 'running' && isWorkedOn === false ? 'stopped' : state;
}

function describePages(pages: Summary['pages']): string {
  const parts = [`${formatCount(pages.stored)} stored`];
  for (const end of ['failed', 'skipped', 'cancelled'] as const) {
    if (pages[end] > 0) parts.push(`${formatCount(pages[end])} ${end}`);
  }
  const accounted = pages.stored + pages.failed + pages.skipped + pages.cancelled;
  const open = pages.admitted - accounted;
  if (open > 0) parts.push(`${formatCount(open)} not yet fetched`);
  return parts.join(', ');
}

function sourceLines({ sourceFailures, sourceSkips }: Summary, paint: Paint): string[] {
  const sum = (codes: CodeCount[]) => codes.reduce((total, { count }) => total + count, 0);
  const [failed, skipped] = [sum(sourceFailures), sum(sourceSkips)];
  const parts = [
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(skipped > 0 ? [`${formatCount(skipped)} skipped`] : []),
  ];
  if (parts.length === 0) return [];
  return [
    `  sources ${parts.join(', ')} (sitemaps, URL files and the like)`,
    ...codeLines(sourceFailures, 'red', paint),
    ...codeLines(sourceSkips, 'dim', paint),
  ];
}

function sessionLines({ sessions, reason }: Summary): string[] {
  if (sessions === undefined) return [];
  const { logins, ended, retired, rotated, written } = sessions;
  const parts = [
    // An attempt is counted before it is sent, and may be refused.
    `${formatNoun(logins, 'login')} sent${reason?.code === 'LOGIN_REFUSED' ? ', the last did not succeed' : ''}`,
    ...(ended > 0 ? [`${formatCount(ended)} ended on the way`] : []),
    ...(retired > 0 ? [`${formatCount(retired)} given up`] : []),
    ...(rotated > 0 ? [`${formatNoun(rotated, 'request')} passed on to the next`] : []),
    ...(written > 0 ? [`written ${formatNoun(written, 'time')}`] : []),
  ];
  return [`  session ${parts.join(', ')}`];
}

function refusedLines({ refused, duplicates }: Summary): string[] {
  const parts = refused.map(({ count, meaning }) => `${formatCount(count)} ${meaning}`);
  if (duplicates > 0) parts.push(`${formatCount(duplicates)} seen before`);
  return parts.length === 0 ? [] : [`  links   not followed: ${parts.join(', ')}`];
}

function describeItems({ items, incomplete, misfits, duplicateItems, itemsOverLimit }: Summary): string {
  const parts = [incomplete + misfits === 0 ? formatCount(items) : `${formatCount(items)} complete`];
  if (incomplete > 0) parts.push(`${formatCount(incomplete)} incomplete`);
  if (misfits > 0) parts.push(`${formatCount(misfits)} not as the schema has it`);
  if (duplicateItems > 0) parts.push(`${formatCount(duplicateItems)} again, left out (DUPLICATE_ITEM)`);
  if (itemsOverLimit > 0) parts.push(`${formatCount(itemsOverLimit)} over limits.maxItems`);
  return parts.join(', ');
}

function describeRead({ bytes, retries, pagesPerSecond }: Summary): string {
  const parts = [formatBytes(bytes)];
  if (pagesPerSecond !== undefined && pagesPerSecond > 0) parts.push(formatRate(pagesPerSecond, 'page'));
  if (retries > 0) parts.push(formatNoun(retries, 'retry', 'retries'));
  return parts.join(', ');
}

function changeLines({ changes }: Summary, paint: Paint): string[] {
  if (changes === undefined) return [];
  const { pages, items, otherBodies, tooLarge, doubt, reused, notDue, checked, untrue } = changes;
  const bodies = otherBodies === 0 ? '' : ` (${formatCount(otherBodies)} with another body)`;
  return [
    `  changes pages: ${describeChanges(pages, bodies)}`,
    `          items: ${describeChanges(items)}`,
    ...(reused === 0
      ? []
      : [`          ${formatNoun(reused, 'page')} not sent again (304), ${formatCount(checked)} checked`]),
    ...(notDue === 0
      ? []
      : [`          ${formatNoun(notDue, 'page')} not due, as in their last fetch (recrawl.budget)`]),
    ...(doubt === undefined
      ? []
      : [`          not seen: whether they are still linked is unknown (${doubt})`]),
    ...(tooLarge === 0 ? [] : [`          ${formatNoun(tooLarge, 'page')} too large to be compared`]),
    ...untrue.map(
      ({ host, count }) =>
        `          ${paint('yellow', `${host} answered 304 for ${formatNoun(count, 'page')} that had changed`)}: its pages were read whole from then on`,
    ),
  ];
}

function describeChanges(changes: Changes, afterUnchanged = ''): string {
  const parts = [
    `${formatCount(changes.new)} new`,
    `${formatCount(changes.changed)} changed`,
    `${formatCount(changes.unchanged)} unchanged${afterUnchanged}`,
    `${formatCount(changes.gone)} gone`,
  ];
  if (changes.notSeen > 0) parts.push(`${formatCount(changes.notSeen)} not seen`);
  return parts.join(', ');
}

function cachedLines({ cached }: Summary, paint: Paint): string[] {
  if (cached.length === 0) return [];
  const days = cached.map(({ day, count }) => `${formatCount(count)} fetched on ${day}`);
  return [
    `  cache   ${paint('yellow', `${days.join(', ')}`)}, not asked for again; without --cached they are`,
  ];
}

function keptLines({ kept }: Summary): string[] {
  if (kept === undefined) return [];
  const { pages, unchanged, bytes, loaded = 0, truncated = 0 } = kept;
  const same = unchanged === 0 ? '' : `, and ${formatCount(unchanged)} as not changed`;
  const cut = truncated === 0 ? '' : `, ${formatCount(truncated)} too large to keep whole`;
  const more = loaded === 0 ? '' : `, with ${formatNoun(loaded, 'answer')} that they loaded${cut}`;
  return [`  archive ${formatNoun(pages, 'page')} kept${same}${more}: ${formatBytes(bytes)}`];
}

function renderedLines({ rendered }: Summary, paint: Paint): string[] {
  if (rendered === undefined) return [];
  const { pages, partly, unreadFrames } = rendered;
  const without =
    partly === 0
      ? ''
      : `, ${paint('yellow', `${formatCount(partly)} without all that they asked for`)} (RENDERED_PARTLY)`;
  const frames =
    unreadFrames === 0 ? '' : `, ${formatNoun(unreadFrames, 'frame')} of other sites in them not read`;
  return [`  browser ${formatNoun(pages, 'page')} read in it${without}${frames}`];
}

function proxyLines({ proxies }: Summary, paint: Paint): string[] {
  if (proxies === undefined) return [];
  const { bytes, costUsd, faults } = proxies;
  const cost = costUsd === 0 ? '' : `, ${formatUsd(costUsd)}`;
  return [`  proxies ${formatBytes(bytes)} through them${cost}`, ...codeLines(faults, 'dim', paint)];
}

function crashLines({ crashes }: Summary, paint: Paint): string[] {
  if (crashes === 0) return [];
  return [
    `  crashes ${paint('yellow', `${formatNoun(crashes, 'time')} a batch lost its process`)}, and came back`,
  ];
}

function neverFoundLines({ neverFound }: Summary, paint: Paint): string[] {
  if (neverFound.length === 0) return [];
  return [
    `  rules   ${paint('yellow', 'found nothing')}; see what a page gives: npx spinneret try URL`,
    ...neverFound.map((entry) => `          ${neverFoundText(entry)}`),
  ];
}

function mismatchLines({ mismatch }: Summary, paint: Paint): string[] {
  if (mismatch === undefined) return [];
  const text = `THE COUNTS DO NOT ADD UP: ${mismatch}. Please report this as a bug.`;
  return ['', `  ${paint('red', text)}`];
}
