import type { SQSRecord } from 'aws-lambda';
import type { Rules } from './account.ts';

/**
 * "If your function is throttled … the message becomes visible again after the visibility timeout", and has been
 * received ("Handling errors for an SQS event source in Lambda", AWS). Refuses the first `times` deliveries of each
 * batch, to whichever function.
 */
export function throttleEach(times: number): Rules & { refused(): number } {
  const refusals = new Map<string, number>();
  let refused = 0;
  return {
    admit(records) {
      const batches = records.map(({ body }): string => JSON.parse(body).id);
      if (batches.every((batch) => (refusals.get(batch) ?? 0) >= times)) return undefined;
      for (const batch of batches) refusals.set(batch, (refusals.get(batch) ?? 0) + 1);
      refused += 1;
      return 'refuse';
    },
    refused: () => refused,
  };
}

/**
 * The account's concurrency, 10 in a new one ("Lambda quotas", AWS), of which so many are free at any moment: the
 * pollers receive as if all of `maxConcurrency` were, and of each `wanted` calls only the first ones find a place.
 */
export function concurrency({
  free,
  wanted,
}: {
  free: number;
  wanted: number;
}): Rules & { refused(): number } {
  let calls = 0;
  let refused = 0;
  return {
    arrange: (records) => records.map((record): SQSRecord[] => [record]),
    admit() {
      const place = calls % wanted;
      calls += 1;
      if (place < free) return undefined;
      refused += 1;
      return 'refuse';
    },
    refused: () => refused,
  };
}
