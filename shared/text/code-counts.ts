import { type Code, explainCode } from '../errors.ts';
import type { Counts } from '../model.ts';
import { formatCount, formatNoun } from './format.ts';
import type { Paint } from './paint.ts';

/** How often something happened, and what it means in plain words. */
export interface CodeCount {
  code: string;
  count: number;
  happened: string;
  remedy: string;
}

/** How many requests of one kind ended how. */
export type Ends = Record<'stored' | 'failed' | 'skipped' | 'cancelled', number>;

/** Of the counts whose names begin with this prefix, such as `source:`. */
export function endsOf(counts: Counts, prefix: string): Ends {
  const count = (end: keyof Ends) => counts[`${prefix}${end}`] ?? 0;
  return {
    stored: count('stored'),
    failed: count('failed'),
    skipped: count('skipped'),
    cancelled: count('cancelled'),
  };
}

export function totalOf(ends: Ends): number {
  return Object.values(ends).reduce((sum, count) => sum + count, 0);
}

/** `3 pages, 1 failed`: what was stored, by its nouns, and the other ends that there are. */
export function describeEnds([one, many]: [string, string], ends: Ends): string {
  const others = (['failed', 'skipped', 'cancelled'] as const).filter((end) => ends[end] > 0);
  return [
    formatNoun(ends.stored, one, many),
    ...others.map((end) => `${formatCount(ends[end])} ${end}`),
  ].join(', ');
}

/** The counts whose name begins with `prefix`, most frequent first. */
export function byCount(counts: Counts, prefix: string): { name: string; count: number }[] {
  return Object.entries(counts)
    .filter(([name, count]) => name.startsWith(prefix) && count !== 0)
    .map(([name, count]) => ({ name: name.slice(prefix.length), count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/** `byCount` of counts that are named by codes, each code with its meaning and remedy. */
export function explained(counts: Counts, prefix: string): CodeCount[] {
  return byCount(counts, prefix).map(({ name, count }) => {
    const { happened, remedy } = explainCode(name as Code);
    return { code: name, count, happened: describeStatus(name) ?? happened, remedy };
  });
}

export function codeLines(codes: CodeCount[], colour: 'red' | 'dim', paint: Paint): string[] {
  return codes.map(
    ({ code, count, happened }) => `          ${formatCount(count)} ${paint(colour, code)}: ${happened}`,
  );
}

/** The catalogue explains all of `HTTP_…` at once, which reads oddly beside one of them. */
function describeStatus(code: string): string | undefined {
  const status = /^HTTP_(\d+)$/.exec(code)?.[1];
  if (status === undefined) return undefined;
  // Imported, node:http brings a second HTTP client along: 60 ms for every command.
  const { STATUS_CODES } = process.getBuiltinModule('node:http');
  return `The server answered ${STATUS_CODES[status] ?? `with status ${status}`}.`;
}
