import type { Outcomes } from '../coordination/ports.ts';
import {
  type CellFact,
  type Item,
  type ItemChange,
  type ItemState,
  type Json,
  type LostValue,
  type Misfit,
  type MissingPage,
  type Outcome,
  type PageFact,
  stateOfItem,
} from '../model.ts';
import { isPage } from '../sources/sources.ts';

/**
 * The records of a run that can be exported: complete items, items without a required field, items that are not as their
 * schema has them, one fact per page, everything that failed, with sitemaps, other sources and items that are kept apart, or what
 * the runs before had and this one has not.
 */
export const exportKinds = ['items', 'incomplete', 'misfits', 'pages', 'failures', 'gone'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** One line of an export. */
export type ExportRecord = Record<string, Json>;

/** The records of one outcome, in its order. */
export function recordsOf(outcome: Outcome, what: ExportKind): ExportRecord[] {
  switch (what) {
    case 'items':
      return itemsOf(outcome, 'complete').map(itemRecord);
    case 'incomplete':
      return itemsOf(outcome, 'incomplete').map(itemRecord);
    case 'misfits':
      return itemsOf(outcome, 'misfit').map(itemRecord);
    case 'pages':
      return outcome.pages.filter((fact) => isPage(fact.kind) && isEnd(fact)).map(factRecord);
    case 'failures':
      return [
        ...outcome.pages.filter((fact) => fact.end === 'failed').map(factRecord),
        ...itemsOf(outcome, 'incomplete').map(incompleteRecord),
        ...itemsOf(outcome, 'misfit').map(misfitRecord),
      ];
    case 'gone':
      return (outcome.missing ?? []).flatMap(missingRecords);
    default:
      return what satisfies never;
  }
}

/** Every record of a run, one at a time. `maxOutcomes` limits the outcomes, for a second pass over the same ones. */
export async function* listRecords(
  outcomes: Pick<Outcomes, 'list'>,
  run: string,
  what: ExportKind,
  maxOutcomes = Number.POSITIVE_INFINITY,
): AsyncGenerator<ExportRecord> {
  let seen = 0;
  for await (const outcome of outcomes.list(run)) {
    seen += 1;
    if (seen > maxOutcomes) return;
    yield* recordsOf(outcome, what);
  }
}

function itemsOf({ items }: Outcome, state: ItemState): Item[] {
  return items.filter((item) => stateOfItem(item) === state);
}

function itemRecord({
  item,
  url,
  fetchedAt,
  fields,
  missing,
  lost,
  misfits,
  change,
  files,
  capture,
}: Item): ExportRecord {
  // Losses of optional fields of a complete item are in the counts alone.
  const faults =
    missing === undefined
      ? {}
      : { _missing: missing, ...(lost === undefined ? {} : { _lost: lossesOf(lost) }) };
  const unfit = misfits === undefined ? {} : { _misfits: misfitsOf(misfits) };
  // `joinFacts` has what became of them, and where they lie.
  const named = {
    ...(files === undefined ? {} : { _files: files }),
    ...(capture === undefined ? {} : { _capture: { ...capture } }),
  };
  const fetched = fetchedAt === undefined ? {} : { _fetchedAt: fetchedAt };
  const head = { _item: item, _url: url, ...fetched, ...changeOf(change) };
  return { ...head, ...faults, ...unfit, ...fields, ...named };
}

function changeOf(change: ItemChange | undefined): ExportRecord {
  if (change === undefined) return {};
  return { _change: change.is, ...(change.fields === undefined ? {} : { _changes: { ...change.fields } }) };
}

/** Each item of the page as it was last, or the page alone if it had none. */
function missingRecords({ url, is, why, items }: MissingPage): ExportRecord[] {
  const marks = { _url: url, _change: is, _reason: why };
  if (items.length === 0) return [{ _item: null, ...marks }];
  return items.map(({ item, fields }) => ({ _item: item, ...marks, ...fields }));
}

/**
 * An incomplete item is a failure of its page, although the page is stored: `lost` has the reason for each field.
 */
function incompleteRecord({ item, url, missing = [], lost = [] }: Item): ExportRecord {
  const code = 'ITEM_INCOMPLETE';
  return { url, end: 'stored', code, status: null, item, missing, lost: lossesOf(lost) };
}

/** So is one that is not as its schema has it. */
function misfitRecord({ item, url, misfits = [] }: Item): ExportRecord {
  return { url, end: 'stored', code: 'ITEM_MISFIT', status: null, item, misfits: misfitsOf(misfits) };
}

function misfitsOf(misfits: Misfit[]): Json {
  return misfits.map((misfit) => ({ ...misfit }));
}

function lossesOf(lost: LostValue[]): Json {
  return lost.map((loss) => ({ ...loss }));
}

/** A retry is a stage of its request, whose end is another fact: each URL gets one line. */
function isEnd(fact: PageFact): boolean {
  return fact.end !== 'retry';
}

/**
 * `code` and `status` are in every record: half of the pages have none, and the columns should not depend on which
 * record comes first.
 */
function factRecord(fact: PageFact): ExportRecord {
  const { url, end, code = null, status, cell, file, reviews, listed: _, ...rest } = fact;
  const searched = cell === undefined ? {} : { cell: withoutNames(cell) };
  const kept = file === undefined ? {} : { file: { ...file } };
  const reviewed = reviews === undefined ? {} : { reviews: { ...reviews } };
  return { url, end, code, status: status ?? statusOf(code), ...rest, ...searched, ...kept, ...reviewed };
}

/** The code alone says an error status. */
function statusOf(code: string | null): number | null {
  const digits = /^HTTP_(\d{3})$/.exec(code ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The keys of the places that a cell named are for `joinFacts`. */
function withoutNames({ named: _, ...cell }: CellFact): Json {
  return cell;
}
