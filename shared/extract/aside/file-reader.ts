import { DropError, RetryError } from '../../errors.ts';
import type { Json } from '../../model.ts';
import type { KindInput, Records } from '../kinds/page-kind.ts';
import type { FileKind, FileTask, RowNotes } from './file-task.ts';
import { readInThread, type ThreadLimits } from './read-in-thread.ts';

/**
 * Reads a file as records. Rejects with `DropError`: `FILE_BROKEN`, or what its kind says of it. Where `mustEnd` says that the process has
 * no time left, with `RetryError`: `FILE_BROKEN` if it had begun, `FILE_UNREAD` if not.
 */
export type FileReader = (
  kind: FileKind,
  input: Pick<KindInput, 'page' | 'table'>,
  mustEnd?: () => boolean,
) => Promise<Records>;

/**
 * Opens what reads the files of a process, each in a thread of its own, so that one that never ends, or fills the memory, costs its page
 * alone. One after the other: a thread's memory is a share of the process's.
 */
export function openFileReader({
  timeoutMs = 30_000,
  maxMemoryMb = 512,
}: Partial<ThreadLimits> = {}): FileReader {
  let last: Promise<unknown> = Promise.resolve();
  return async (kind, { page, table }, mustEnd = () => false) => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    await before;
    try {
      if (mustEnd())
        throw new RetryError('FILE_UNREAD', `${page.url}: the function had no time left to read it`);
      return await readRecords(taskOf(kind, page, table), { timeoutMs, maxMemoryMb }, mustEnd);
    } finally {
      resolve();
    }
  };
}

/** With a copy of the body, which the thread is given and not sent. */
function taskOf(kind: FileKind, { url, body }: KindInput['page'], table: FileTask['table']): FileTask {
  return { kind, page: { url, body: Uint8Array.from(body) }, table };
}

async function readRecords(task: FileTask, limits: ThreadLimits, mustEnd: () => boolean): Promise<Records> {
  const answer = await readInThread(task, limits, mustEnd);
  if (answer.is === 'dropped') throw new DropError(answer.code, answer.message);
  const { value, about, notes } = answer;
  if (notes.length === 0) return { value, about };
  return { value, about, marks: byRow(value, notes, 'marks'), lost: byRow(value, notes, 'lost') };
}

function byRow<Kept extends 'marks' | 'lost'>(
  value: Json,
  notes: readonly RowNotes[],
  kept: Kept,
): WeakMap<object, NonNullable<RowNotes[Kept]>> {
  const { sheets } = value as unknown as { sheets: { rows: object[] }[] };
  const found = new WeakMap<object, NonNullable<RowNotes[Kept]>>();
  for (const { sheet, row, [kept]: ofRow } of notes) {
    const object = sheets[sheet]?.rows[row];
    if (object !== undefined && ofRow != null) found.set(object, ofRow);
  }
  return found;
}
