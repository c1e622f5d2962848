import { formatBytes, formatCount, formatDuration, formatNoun, formatRate } from './format.ts';
import { type Paint, plain } from './paint.ts';
import type { CodeCount, Summary } from './summary.ts';

/** The summary as lines for people. */
export function summaryLines(summary: Summary, paint: Paint = plain): string[] {
  const { pages } = summary;
  return [
    `${paint('bold', summary.run)}  ${describeState(summary, paint)}`,
    '',
    `  pages   ${describePages(pages)}`,
    ...codeLines(summary.failures, 'red', paint),
    ...codeLines(summary.skips, 'dim', paint),
    ...sourceLines(summary, paint),
    ...refusedLines(summary),
    `  items   ${describeItems(summary)}`,
    ...summary.missing.map(({ field, count }) => `          ${formatCount(count)} without ${field}`),
    `  read    ${describeRead(summary)}`,
    ...mismatchLines(summary, paint),
  ];
}

function describeState({ state, isOver, durationMs }: Summary, paint: Paint): string {
  const colour = state === 'finished' ? 'green' : 'yellow';
  const word = isOver || state === 'paused' ? state : `${state}, not over yet`;
  const after = durationMs === undefined ? '' : ` after ${formatDuration(durationMs)}`;
  return `${paint(colour, word)}${after}`;
}

function describePages(pages: Summary['pages']): string {
  const parts = [`${formatCount(pages.stored)} stored`];
  for (const end of ['failed', 'skipped', 'cancelled'] as const) {
    if (pages[end] > 0) parts.push(`${formatCount(pages[end])} ${end}`);
  }
  const ended = pages.stored + pages.failed + pages.skipped + pages.cancelled;
  const open = pages.admitted - ended;
  if (open > 0) parts.push(`${formatCount(open)} not yet fetched`);
  return parts.join(', ');
}

function codeLines(codes: CodeCount[], colour: 'red' | 'dim', paint: Paint): string[] {
  return codes.map(
    ({ code, count, happened }) => `          ${formatCount(count)} ${paint(colour, code)}: ${happened}`,
  );
}

function sourceLines({ sourceFailures }: Summary, paint: Paint): string[] {
  const total = sourceFailures.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return [];
  return [
    `  sources ${formatCount(total)} failed (sitemaps, URL files and the like)`,
    ...codeLines(sourceFailures, 'red', paint),
  ];
}

function refusedLines({ refused, duplicates }: Summary): string[] {
  const parts = refused.map(({ count, meaning }) => `${formatCount(count)} ${meaning}`);
  if (duplicates > 0) parts.push(`${formatCount(duplicates)} seen before`);
  return parts.length === 0 ? [] : [`  links   not followed: ${parts.join(', ')}`];
}

function describeItems({ items, incomplete, itemsOverLimit }: Summary): string {
  const parts = [incomplete === 0 ? formatCount(items) : `${formatCount(items)} complete`];
  if (incomplete > 0) parts.push(`${formatCount(incomplete)} incomplete`);
  if (itemsOverLimit > 0) parts.push(`${formatCount(itemsOverLimit)} over limits.maxItems`);
  return parts.join(', ');
}

function describeRead({ bytes, retries, pagesPerSecond }: Summary): string {
  const parts = [formatBytes(bytes)];
  if (pagesPerSecond !== undefined) parts.push(formatRate(pagesPerSecond, 'pages'));
  if (retries > 0) parts.push(formatNoun(retries, 'retry', 'retries'));
  return parts.join(', ');
}

function mismatchLines({ mismatch }: Summary, paint: Paint): string[] {
  if (mismatch === undefined) return [];
  const text = `THE COUNTS DO NOT ADD UP: ${mismatch}. Please report this as a bug.`;
  return ['', `  ${paint('red', text)}`];
}
