import { describe, expect, it } from 'vitest';
import { eachWithKeptItems } from '../../shared/coordination/kept-items.ts';
import type { Outcome } from '../../shared/model.ts';

function outcomeOf(batch: string): Outcome {
  const items = [{ item: 'x', url: 'https://a.example/', fields: {}, key: batch }];
  const rest = { pages: [], links: [], retries: [], counts: {}, batchSizes: { own: 1, other: 1 } };
  return { run: 'r', batch, items, ...rest };
}

async function* outcomes(count: number): AsyncGenerator<Outcome> {
  for (let number = 0; number < count; number += 1) yield outcomeOf(String(number));
}

describe('eachWithKeptItems', () => {
  it('keeps the order, whichever answer comes first', async () => {
    const answers = Array.from({ length: 40 }, () => Promise.withResolvers<void>());
    const listing = eachWithKeptItems(outcomes(40), async (_run, batch) => {
      await answers[Number(batch)]?.promise;
      return [Number(batch) % 2 === 0 ? batch : 'other'];
    });
    for (const { resolve } of answers.toReversed()) resolve();
    const kept: [string, number][] = [];
    for await (const { batch, items } of listing) kept.push([batch, items.length]);
    expect(kept).toEqual(
      Array.from({ length: 40 }, (_, number) => [String(number), number % 2 === 0 ? 1 : 0]),
    );
  });

  it('ends with the error of a store that does not answer', async () => {
    const listing = eachWithKeptItems(outcomes(40), () => Promise.reject(new Error('no answer')));
    await expect(listing.next()).rejects.toThrow('no answer');
  });
});
