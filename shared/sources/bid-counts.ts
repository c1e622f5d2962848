import type { Counts } from '../model.ts';
import type { Bid } from './kind.ts';

// Bids as counts of the run, by which every process knows all of them: millionths of a dollar, by what they promise.

/** With the outcome that brings the request into the run. */
export function countsOfAnnounced({ perUsd, microUsd }: Pick<Bid, 'perUsd' | 'microUsd'>): Counts {
  return { [`bid:${perUsd}`]: microUsd };
}

/** When it is worked on, or given up, for the first time. */
export function countsOfBegun({ perUsd, microUsd }: Pick<Bid, 'perUsd' | 'microUsd'>): Counts {
  return { [`begun:${perUsd}`]: microUsd };
}

/** The sums by what bids promise. */
export function sumsOfBids(counts: Counts): { perUsd: number; announced: number; begun: number }[] {
  return Object.entries(counts).flatMap(([name, announced]) => {
    const promise = /^bid:(\d+)$/.exec(name)?.[1];
    return promise === undefined
      ? []
      : [{ perUsd: Number(promise), announced, begun: counts[`begun:${promise}`] ?? 0 }];
  });
}
