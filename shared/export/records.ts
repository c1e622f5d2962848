import type { Outcomes } from '../coordination/ports.ts';
import type { Item, Json, LostValue, Outcome, PageFact } from '../model.ts';
import { isPage } from '../sources/sources.ts';

/**
 * The records of a run that can be exported: complete items, items without a required field, one fact per page, or
 * everything that failed, with sitemaps, other sources and incomplete items.
 */
export const exportKinds = ['items', 'incomplete', 'pages', 'failures'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** One line of an export. */
export type ExportRecord = Record<string, Json>;

/** The records of one outcome, in its order. */
export function recordsOf(outcome: Outcome, what: ExportKind): ExportRecord[] {
  switch (what) {
    case 'items':
      return outcome.items.filter((item) => item.missing === undefined).map(itemRecord);
    case 'incomplete':
      return outcome.items.filter((item) => item.missing !== undefined).map(itemRecord);
    case 'pages':
      return outcome.pages.filter((fact) => isPage(fact.kind) && isEnd(fact)).map(factRecord);
    case 'failures':
      return [
        ...outcome.pages.filter((fact) => fact.end === 'failed').map(factRecord),
        ...outcome.items.filter((item) => item.missing !== undefined).map(incompleteRecord),
      ];
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

function itemRecord({ item, url, fields, missing, lost }: Item): ExportRecord {
  // Losses of optional fields of a complete item are in the counts alone.
  const faults =
    missing === undefined
      ? {}
      : { _missing: missing, ...(lost === undefined ? {} : { _lost: lossesOf(lost) }) };
  return { _item: item, _url: url, ...faults, ...fields };
}

/**
 * An incomplete item is a failure of its page, although the page is stored: `lost` has the reason for each field.
 */
function incompleteRecord({ item, url, missing = [], lost = [] }: Item): ExportRecord {
  const code = 'ITEM_INCOMPLETE';
  return { url, end: 'stored', code, status: null, item, missing, lost: lossesOf(lost) };
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
  const { url, end, code = null, status, cell, ...rest } = fact;
  const searched = cell === undefined ? {} : { cell: { ...cell } };
  return { url, end, code, status: status ?? statusOf(code), ...rest, ...searched };
}

/** The code alone says an error status. */
function statusOf(code: string | null): number | null {
  const digits = /^HTTP_(\d{3})$/.exec(code ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}
