import { DatabaseSync } from 'node:sqlite';
import { compareItems } from '../changes/compare-items.ts';
import { goneCodes, hasMoved } from '../changes/doubt.ts';
import type { Outcomes } from '../coordination/ports.ts';
import { type ComparedItem, type ItemChange, type Json, type Outcome, stateOfItem } from '../model.ts';
import { isPage } from '../sources/sources.ts';

/** One item that differs between two runs. */
export interface RunDifference {
  is: 'new' | 'changed' | 'gone' | 'notSeen';
  item: string;
  url: string;
  /** Of one that is gone or not seen: a code, or `notLinked` or `notOnPage`. */
  why?: string;
  /** As it is, or as it was last. */
  fields: Record<string, Json>;
  /** Of one that has changed. */
  changes?: NonNullable<ItemChange['fields']>;
}

export interface DiffRequest {
  outcomes: Pick<Outcomes, 'list'>;
  before: string;
  after: string;
  /** The form of a URL in which those of one page are the same. */
  normalise(url: string): string;
  /** Why the later run cannot tell that a page is no longer linked; `''`: it can. */
  doubt: string;
  /** Called with the number of items that are the same. */
  onUnchanged(count: number): void;
}

/** The file is deleted with the process (`sort-records.ts`). */
const setUp = `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;
  CREATE TABLE items (id INTEGER PRIMARY KEY, page TEXT NOT NULL, keyed TEXT, url TEXT NOT NULL, body TEXT NOT NULL);
  CREATE TABLE ends (page TEXT PRIMARY KEY, why TEXT NOT NULL, isGone INTEGER NOT NULL) WITHOUT ROWID;
  BEGIN`;

/**
 * What differs between the complete items of two runs, whatever jobs they are of: new and changed ones in the order of the later run,
 * then those that it has not. In constant memory: the items of the earlier run are in a temporary file meanwhile.
 */
export async function* diffRuns(request: DiffRequest): AsyncGenerator<RunDifference> {
  const { outcomes, before, after, normalise } = request;
  const database = new DatabaseSync('');
  try {
    database.exec(setUp);
    const insert = database.prepare('INSERT INTO items (page, keyed, url, body) VALUES (?, ?, ?, ?)');
    for await (const outcome of outcomes.list(before)) {
      for (const { url, item } of itemsOf(outcome))
        insert.run(normalise(url), keyOf(item), url, JSON.stringify(item));
    }
    database.exec('CREATE INDEX items_by_page ON items (page) WHERE keyed IS NULL');
    database.exec('CREATE INDEX items_by_key ON items (keyed) WHERE keyed IS NOT NULL');
    for await (const outcome of outcomes.list(after)) {
      noteEnds(database, outcome, normalise);
      yield* comparePages(database, outcome, request);
    }
    yield* missingItems(database, request.doubt);
  } finally {
    database.close();
  }
}

/** An item with a key is there once in a run, on whichever of its pages; one without is known by its page. */
function keyOf({ item, key }: ComparedItem): string | null {
  return key === undefined ? null : JSON.stringify([item, key]);
}

function itemsOf({ items }: Outcome): { url: string; item: ComparedItem }[] {
  return items
    .filter((item) => stateOfItem(item) === 'complete')
    .map(({ url, item, fields, key }) => ({
      url,
      item: { item, fields, ...(key === undefined ? {} : { key }) },
    }));
}

function noteEnds(database: DatabaseSync, { pages }: Outcome, normalise: (url: string) => string): void {
  const note = database.prepare('INSERT OR REPLACE INTO ends (page, why, isGone) VALUES (?, ?, ?)');
  for (const fact of pages) {
    const { kind, url, end, code = '' } = fact;
    if (!isPage(kind) || end === 'retry') continue;
    const isGone = end === 'stored' || goneCodes.has(code) || hasMoved(fact);
    note.run(normalise(url), end === 'stored' ? 'notOnPage' : code || end, isGone ? 1 : 0);
  }
}

function* comparePages(
  database: DatabaseSync,
  outcome: Outcome,
  { normalise, onUnchanged }: DiffRequest,
): Generator<RunDifference> {
  const ofPage = database.prepare('SELECT id, body FROM items WHERE page = ? AND keyed IS NULL ORDER BY id');
  const ofKey = database.prepare('SELECT id, body FROM items WHERE keyed = ?');
  const remove = database.prepare('DELETE FROM items WHERE id = ?');
  for (const [page, now] of Map.groupBy(itemsOf(outcome), ({ url }) => normalise(url))) {
    const ids = new Map<ComparedItem, number>();
    const keys = [...new Set(now.flatMap(({ item }) => keyOf(item) ?? []))];
    for (const row of [...ofPage.all(page), ...keys.flatMap((key) => ofKey.all(key))])
      ids.set(JSON.parse(String(row['body'])) as ComparedItem, Number(row['id']));
    const { changes, gone } = compareItems(
      [...ids.keys()],
      now.map(({ item }) => item),
    );
    for (const item of gone) ids.delete(item);
    for (const id of ids.values()) remove.run(id);
    for (const [index, { url, item }] of now.entries()) {
      const { is = 'new', fields: differing } = changes[index] ?? {};
      if (is === 'unchanged') onUnchanged(1);
      else
        yield {
          is,
          item: item.item,
          url,
          fields: item.fields,
          ...(differing === undefined ? {} : { changes: differing }),
        };
    }
  }
}

/**
 * What is left of the earlier run. An item with a key may be on any page that the later run has not read, as the marks of that run have
 * it, too.
 */
function* missingItems(database: DatabaseSync, doubt: string): Generator<RunDifference> {
  const rows = database
    .prepare(
      'SELECT url, body, keyed, why, isGone FROM items LEFT JOIN ends ON ends.page = items.page ORDER BY id',
    )
    .iterate();
  for (const row of rows) {
    const { item, fields } = JSON.parse(String(row['body'])) as ComparedItem;
    const isUnsure = doubt !== '' && (row['why'] === null || row['keyed'] !== null);
    const why = isUnsure ? doubt : String(row['why'] ?? 'notLinked');
    const isGone = !isUnsure && row['isGone'] !== 0;
    yield { is: isGone ? 'gone' : 'notSeen', item, url: String(row['url']), why, fields };
  }
}
