import type { Job } from '../../job/schema.ts';
import type { CellFact, Json, ReviewsFact } from '../../model.ts';
import { areaName } from '../../places/areas/area.ts';
import { keyOfBox } from '../../places/coverage/cells.ts';
import { placeKey } from '../../places/place-ids.ts';
import type { CompleteItem, FactGatherer } from '../reports.ts';
import { reviewItemName } from './reviews/review-item-name.ts';

/** A search of one cell that ended, and where it stands in the order of the job. */
interface Search {
  source: number;
  query: number;
  area: number;
  fact: CellFact;
}

/**
 * Which searches named each place, and which entries of the job's lists. A place is one item, made by whichever batch
 * admitted it first, which depends on the pace of the processes; its mentions are in the facts of all cells that named it,
 * and are put together when items are read. So they are the same whatever process was faster, or died.
 *
 * Mentions are ordered by source, query and area as the job lists them, then from the largest cell to the smallest, from the
 * south and from the west. An item has the first of them as `query`, `area`, `cell` and `rank`, and all as `mentions`. A place that the
 * job names by its id has none.
 */
export function gatherMentions(job: Pick<Job, 'sources'>): FactGatherer {
  const searches = new Map<string, Search>();
  const byKey = new Map<string, GivenEntry[]>();
  const reviewsByKey = new Map<string, ReviewsFact>();
  return {
    note({ cell, listed = [], reviews, source = -1 }) {
      if (reviews !== undefined) reviewsByKey.set(reviews.key, reviews);
      for (const { key, ...entry } of listed) {
        const entries = byKey.get(key) ?? [];
        entries.push({ source, ...entry });
        byKey.set(key, entries);
      }
      const settings = job.sources[source]?.places;
      if (cell?.named === undefined || settings === undefined) return;
      const search = {
        source,
        query: (settings.queries ?? []).indexOf(cell.query),
        area: (settings.areas ?? []).findIndex((area, index) => areaName(area, index) === cell.area),
        fact: cell,
      };
      const key = `${source} ${search.query} ${search.area} ${keyOfBox(cell.box)}`;
      // A cell that was searched twice counts by the search that named more.
      const other = searches.get(key)?.fact.named?.length ?? -1;
      if (cell.named.length > other) searches.set(key, search);
    },
    gathered() {
      const complete = completeWith(job, [...searches.values()].sort(byOrder));
      return (record) => {
        if (record['_item'] === reviewItemName) return record;
        const given = withGiven(record, byKey);
        return isFailure(record) ? given : withReviews(complete(given), reviewsByKey);
      };
    },
  };
}

/** An entry of a list of places. */
interface GivenEntry {
  source: number;
  at: number;
  link: string;
  id?: string;
}

/** What the job's lists have of the place, by which the user finds it again: `inputId` of the first entry, `inputs` of all. */
function withGiven(
  record: Record<string, Json>,
  byKey: ReadonlyMap<string, GivenEntry[]>,
): Record<string, Json> {
  const entries = byKey.get(keyOfRecord(record)) ?? [];
  if (entries.length === 0) return record;
  const sorted = entries.toSorted((a, b) => a.source - b.source || a.at - b.at);
  const inputs = sorted.map(({ link, id }) => (id === undefined ? { link } : { link, id }));
  const inputId = inputs.find(({ id }) => id !== undefined)?.id;
  return { ...record, ...(inputId === undefined ? {} : { inputId }), inputs };
}

/** How far its reviews were read, so that whoever has the place knows whether they are all. */
function withReviews(
  record: Record<string, Json>,
  byKey: ReadonlyMap<string, ReviewsFact>,
): Record<string, Json> {
  const fact = byKey.get(keyOfRecord(record));
  if (fact === undefined) return record;
  const { key: _, placeId: _own, ...read } = fact;
  return { ...record, reviewsRead: { ...read } };
}

/** The record of a request, such as that of a place's details, which is among the failures: it needs no more than the user's own id. */
function isFailure(record: Record<string, Json>): boolean {
  return 'kind' in record;
}

/** Where its id is another one now, lists and searches named the former. Of a failed page of reviews, the place is in their fact. */
function keyOfRecord({ placeId, formerPlaceId = placeId, reviews }: Record<string, Json>): string {
  if (typeof formerPlaceId === 'string') return placeKey({ placeId: formerPlaceId });
  const key =
    typeof reviews === 'object' && reviews !== null && 'key' in reviews ? reviews['key'] : undefined;
  return typeof key === 'string' ? key : '';
}

function byOrder(a: Search, b: Search): number {
  return (
    a.source - b.source ||
    a.query - b.query ||
    a.area - b.area ||
    a.fact.level - b.fact.level ||
    a.fact.box.south - b.fact.box.south ||
    a.fact.box.west - b.fact.box.west
  );
}

function completeWith({ sources }: Pick<Job, 'sources'>, searches: Search[]): CompleteItem {
  // Numbers rather than objects, since a large run has millions: positions among the searches, each followed by a rank.
  const byPlace = new Map<string, number[]>();
  for (const [position, { fact }] of searches.entries()) {
    for (const [index, key] of (fact.named ?? []).entries()) {
      const mentions = byPlace.get(key);
      if (mentions === undefined) byPlace.set(key, [position, index + 1]);
      else mentions.push(position, index + 1);
    }
  }
  const mentionOf = (position: number, rank: number) => {
    const search = searches[position];
    if (search === undefined) throw new Error(`no search ${position} of ${searches.length}`);
    const { fact, source } = search;
    const service = sources[source]?.places?.source ?? '';
    return { source: service, query: fact.query, area: fact.area, cell: { ...fact.box }, rank };
  };
  return (record) => {
    const numbers = byPlace.get(keyOfRecord(record)) ?? [];
    const mentions = inPairs(numbers).map(([position, rank]) => mentionOf(position, rank));
    const [first] = mentions;
    if (first === undefined) return record;
    const { source: _, ...found } = first;
    return { ...record, ...found, mentions } satisfies Record<string, Json>;
  };
}

function inPairs(numbers: number[]): [number, number][] {
  return Array.from({ length: numbers.length / 2 }, (_, at) => [
    numbers[2 * at] ?? 0,
    numbers[2 * at + 1] ?? 0,
  ]);
}
