import { type AddressList, pagesPerBlock } from './site.ts';

/** What the server packs pages by: brotli for whoever says that it reads it. */
export type Packing = 'gzip' | 'brotli';

/** One table of the bench: what is asked of every contestant. */
export interface WebRow {
  name: string;
  list: AddressList;
  /** Between two requests to one host; 0 is none. */
  gapMs: number;
  /** Only the first page of every host is given; links lead to the others. */
  follows: boolean;
  packing: Packing;
  /** Answers come after 20 to 500 ms, some far later, and some pages fail, once or always. */
  isSlow: boolean;
  /** Who takes part, by the first words of names, where it makes no sense for all. */
  contestants?: string[];
}

const atOnce = { gapMs: 0, follows: false, packing: 'gzip', isSlow: false } as const;
function row(hosts: number, perHost: number): WebRow {
  return { name: `${hosts}x${perHost}`, list: { scheme: 'https', hosts, perHost }, ...atOnce };
}

const polite = { gapMs: 1_000, contestants: ['spinneret', 'scrapy defaults', 'colly idiomatic'] };

/** What hosts cost by themselves: the same pages of one and of many, without TLS. */
function plain(name: string, hosts: number, perHost: number): WebRow {
  return {
    ...row(hosts, perHost),
    name,
    list: { scheme: 'http', hosts, perHost },
    contestants: ['spinneret', 'raw undici'],
  };
}

/** By name. The first two have targets for every contestant, the polite ones for Spinneret. */
export const webRows: WebRow[] = [
  row(50, 200),
  row(1_000, 10),
  { ...row(200, 20), ...polite, name: 'polite' },
  { ...row(2_000, 10), ...polite, name: 'polite-wide' },
  { ...row(1_000, 10), name: 'slow', isSlow: true },
  { ...row(1_000, 10), name: 'brotli', packing: 'brotli' },
  { ...row(50, pagesPerBlock), name: 'followed', follows: true },
  {
    ...row(10_000, 3),
    contestants: ['spinneret', 'raw undici', 'colly tokenizer', 'spider list'],
  },
  plain('plain-one', 1, 30_000),
  plain('plain-wide', 10_000, 3),
];

/** The same with half of the pages, to be run before and after a change. */
export const quickRows: WebRow[] = [
  row(50, 100),
  row(1_000, 5),
  { ...row(100, 10), ...polite, name: 'polite' },
];

/** The row of that name, or for `20x10` one of 20 hosts with 10 pages each; throws if it is neither. */
export function rowOf(name: string, rows: WebRow[]): WebRow {
  const known = rows.find((other) => other.name === name);
  if (known !== undefined) return known;
  const [, hosts, perHost] = /^([1-9]\d*)x([1-9]\d*)$/.exec(name) ?? [];
  if (hosts === undefined || perHost === undefined)
    throw new Error(`no row ${name}: ${rows.map((other) => other.name).join(', ')}, or 20x10 and the like`);
  return row(Number(hosts), Number(perHost));
}
