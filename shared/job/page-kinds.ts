/** What is to be known of a kind of page where no page is read. */
interface PageKindFacts {
  /** For docs/jobs.md: what such a page is for fields, and what one item is. */
  about: string;
  /** Endings of names of such files. */
  endings: readonly string[];
  /** `elements`: fields are found by selectors. `values`: by paths. */
  reads: 'elements' | 'values';
  /** It has rows with columns. */
  isTable?: true;
}

/**
 * The kinds of pages that a label may name (`as`), and the one list of their names. How each is read is in
 * `shared/extract/kinds/page-kinds.ts`, which does not compile without an entry for every name.
 */
const kinds = {
  html: { about: 'a web page', endings: ['html', 'htm'], reads: 'elements' },
  xml: { about: 'its elements, by selectors', endings: ['xml', 'svg'], reads: 'elements' },
  json: { about: 'an item, or a list of them, by paths', endings: ['json'], reads: 'values' },
  jsonl: { about: 'JSON Lines, an item a line', endings: ['jsonl', 'ndjson'], reads: 'values' },
  csv: {
    about: 'an item a row, with a path for each column',
    endings: ['csv', 'tsv'],
    reads: 'values',
    isTable: true,
  },
  feed: {
    about: 'RSS or Atom, an item for each entry, with the same paths for both',
    endings: ['rss', 'atom'],
    reads: 'values',
  },
  xlsx: {
    about: 'Excel, an item a row of the first sheet, with a path for each column',
    endings: ['xlsx', 'xlsm'],
    reads: 'values',
    isTable: true,
  },
  pdf: { about: 'PDF, its text and what it says of itself as one item', endings: ['pdf'], reads: 'values' },
} as const satisfies Record<string, PageKindFacts>;

export type PageKindName = keyof typeof kinds;

export const pageKindNames = Object.keys(kinds) as PageKindName[];

export function pageKindFacts(name: PageKindName): PageKindFacts {
  return kinds[name];
}

/** The kind of a file by the ending of its name, in lower case. */
export function pageKindOfEnding(ending: string): PageKindName | undefined {
  return pageKindNames.find((name) => pageKindFacts(name).endings.includes(ending));
}

/** One phrase for each kind. */
export function describePageKinds(): string {
  return pageKindNames.map((name) => `${name}: ${pageKindFacts(name).about}`).join('; ');
}
