import { setTimeout as sleep } from 'node:timers/promises';
import { RetryError } from '../../errors.ts';
import { inParallel } from './in-parallel.ts';
import { pauseMs, withRetry } from './retry.ts';

/** "Quotas related to messages", SQS developer guide: entries and bytes of one batch call. */
const maxEntries = 10;
const maxBytes = 1024 * 1024;

/** Calls in parallel. */
const width = 8;

const maxAttempts = 10;

/** What a batch call reports of an entry that was refused. */
export interface BatchEntryError {
  Id: string | undefined;
  Code: string | undefined;
  Message?: string | undefined;
  /** The entry is invalid and would be refused again. */
  SenderFault: boolean | undefined;
}

export interface BatchCall<Entry> {
  /** Sends up to ten entries; returns the answer's `Failed`. */
  send(entries: Entry[]): Promise<BatchEntryError[] | undefined>;
  /** Called with an entry that SQS refuses for a fault of the sender; it is not sent again. */
  onFault(refusal: BatchEntryError): void;
  /** Bytes of the entry's body; default 0. */
  bytesOf?(entry: Entry): number;
}

/**
 * Makes batch calls of SQS until every entry is taken: such a call succeeds even when some of its entries, or all,
 * were refused. Throws `RetryError` STORE_FAILED when SQS keeps refusing for a fault of its own.
 */
export async function callInBatches<Entry extends { Id?: string | undefined }>(
  entries: Entry[],
  call: BatchCall<Entry>,
): Promise<void> {
  await inParallel(chunksOf(entries, call.bytesOf ?? (() => 0)), width, async (chunk) => {
    let left = chunk;
    for (let attempt = 1; ; attempt += 1) {
      const refusals = (await withRetry(() => call.send(left))) ?? [];
      const faults = refusals.filter(({ SenderFault }) => SenderFault === true);
      faults.forEach((refusal) => {
        call.onFault(refusal);
      });
      const again = new Set(refusals.filter((refusal) => !faults.includes(refusal)).map(({ Id }) => Id));
      left = left.filter(({ Id }) => again.has(Id));
      if (left.length === 0) return;
      if (attempt === maxAttempts) throw new RetryError('STORE_FAILED', explain(refusals));
      await sleep(pauseMs(attempt));
    }
  });
}

export function explain(refusals: BatchEntryError[]): string {
  const [first] = refusals;
  return `SQS refused ${refusals.length} messages: ${first?.Code ?? ''} ${first?.Message ?? ''}`.trim();
}

function chunksOf<Entry>(entries: Entry[], bytesOf: (entry: Entry) => number): Entry[][] {
  const chunks: Entry[][] = [];
  let current: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = bytesOf(entry);
    if (current.length === maxEntries || (current.length > 0 && bytes + size > maxBytes)) {
      chunks.push(current);
      current = [];
      bytes = 0;
    }
    current.push(entry);
    bytes += size;
  }
  return current.length === 0 ? chunks : [...chunks, current];
}
