import type { Outcomes } from '../coordination/ports.ts';
import { HaltError } from '../errors.ts';
import type { ChangeMark } from '../model.ts';
import type { CompleteItem } from '../sources/reports.ts';
import { type ExportKind, type ExportRecord, recordsOf } from './records.ts';
import { noRemarks, type Remarks } from './remarks.ts';
import { sortRecords } from './sort-records.ts';
import { withinTerms } from './terms.ts';

export interface RecordsRequest {
  outcomes: Pick<Outcomes, 'list'>;
  run: string;
  what: ExportKind;
  /** The field to sort by, as for `sortRecords`. @default the order of the outcomes */
  sort?: string | undefined;
  /** Which items are wanted, by what they are beside those of earlier runs. @default all */
  only?: readonly ChangeMark[] | undefined;
  /** What facts add to items, from `joinFacts`. @default nothing */
  complete?: CompleteItem | undefined;
}

/** The records of an export. Each complete reading gives the same ones in the same order. */
export interface RecordSource extends Disposable {
  read(): AsyncIterable<ExportRecord> | Iterable<ExportRecord>;
}

/**
 * The records of a run, without what may no longer be kept of them at `now` (epoch ms). How many those are, and
 * whether nothing could be sorted, is added to `remarks`. With `sort` all records are read before this returns.
 */
export async function openRecords(
  request: RecordsRequest,
  now: number,
  remarks: Remarks,
): Promise<RecordSource> {
  const { sort } = request;
  const read = repeatable(request, now, remarks);
  if (sort === undefined) return { read, [Symbol.dispose]() {} };
  try {
    const sorted = await sortRecords(read(), sort);
    remarks.unsorted = sorted.unsorted;
    return sorted;
  } catch (error) {
    if (!(error instanceof HaltError) || error.code !== 'SORT_NO_ROOM') throw error;
    return unsortedRecords(request, now, remarks);
  }
}

/** Unsorted records, with a remark, are better than no file at the end of a run. */
async function unsortedRecords(
  request: RecordsRequest,
  now: number,
  remarks: Remarks,
): Promise<RecordSource> {
  Object.assign(remarks, noRemarks());
  for await (const _ of repeatable(request, now, noRemarks())()) remarks.tooManyToSort += 1;
  return { read: repeatable(request, now, remarks), [Symbol.dispose]() {} };
}

/** Later readings end where the first ended: a run that goes on adds outcomes meanwhile. */
function repeatable(
  { outcomes, run, what, only, complete = asItIs }: RecordsRequest,
  now: number,
  remarks: Remarks,
) {
  let last: number | undefined;
  return async function* read(): AsyncGenerator<ExportRecord> {
    const isFirst = last === undefined;
    let seen = 0;
    for await (const outcome of outcomes.list(run)) {
      if (seen === last) return;
      seen += 1;
      const records = recordsOf(outcome, what).filter((record) => isWanted(record, only));
      for (const kept of records.map((record) => withinTerms(complete(record), now))) {
        if (isFirst) for (const name of kept.remarks) remarks[name] += 1;
        yield kept.record;
      }
    }
    last ??= seen;
  };
}

/** An item without a mark is of a source whose items are not compared. */
export function isWanted(
  { _change: change }: ExportRecord,
  only: readonly ChangeMark[] | undefined,
): boolean {
  return only === undefined || change === undefined || only.some((mark) => mark === change);
}

const asItIs: CompleteItem = (record) => record;
