import { describe, expect, it } from 'vitest';
import type { Outcomes } from '../../shared/coordination/ports.ts';
import type { Outcome } from '../../shared/model.ts';

/** `open` gives a store that knows the runs `r` and `other`. */
export interface OutcomesSetup {
  open(): Promise<{ outcomes: Outcomes; close(): Promise<void> }>;
}

const outcome = (batch: string, title: string, run = 'r'): Outcome => ({
  run,
  batch,
  pages: [],
  items: [{ item: 'page', url: 'https://example.com/', fields: { title } }],
  links: [],
  retries: [],
  counts: { stored: 1 },
  batchSizes: { own: 20, other: 20 },
});

export function describeOutcomes(name: string, setup: OutcomesSetup): void {
  const withOutcomes = (body: (outcomes: Outcomes) => Promise<void>) => async () => {
    const { outcomes, close } = await setup.open();
    try {
      await body(outcomes);
    } finally {
      await close();
    }
  };
  const collect = async (outcomes: Outcomes, run: string) => {
    const all: Outcome[] = [];
    for await (const entry of outcomes.list(run)) all.push(entry);
    return all;
  };

  describe(name, () => {
    it(
      'reads back what was written',
      withOutcomes(async (outcomes) => {
        const written = outcome('a', 'Ünïcode \u{1F577} "quoted"\n');
        expect(await outcomes.write(written)).toEqual(written);
        expect(await outcomes.read('r', 'a')).toEqual(written);
        expect(await outcomes.read('r', 'none')).toBeUndefined();
      }),
    );

    it(
      'keeps the first and gives it to whoever comes second',
      withOutcomes(async (outcomes) => {
        await outcomes.write(outcome('a', 'first'));
        expect(await outcomes.write(outcome('a', 'second'))).toEqual(outcome('a', 'first'));
        expect(await outcomes.read('r', 'a')).toEqual(outcome('a', 'first'));
      }),
    );

    it(
      'lets exactly one of many writers win, and tells all of them',
      withOutcomes(async (outcomes) => {
        const writers = Array.from({ length: 8 }, (_, index) =>
          outcomes.write(outcome('a', `writer ${index}`)),
        );
        const answers = new Set((await Promise.all(writers)).map((answer) => JSON.stringify(answer)));
        expect(answers.size).toBe(1);
      }),
    );

    it(
      'lists every outcome of a run once, in the same order each time',
      withOutcomes(async (outcomes) => {
        const ids = Array.from({ length: 50 }, (_, index) => `batch-${index}`);
        for (const id of ids) await outcomes.write(outcome(id, id));
        await outcomes.write(outcome('elsewhere', 'x', 'other'));
        const listed = (await collect(outcomes, 'r')).map((entry) => entry.batch);
        expect([...listed].sort()).toEqual([...ids].sort());
        expect((await collect(outcomes, 'r')).map((entry) => entry.batch)).toEqual(listed);
      }),
    );

    it(
      'lists the batches that have an outcome page by page, sorted, from anywhere',
      withOutcomes(async (outcomes) => {
        const ids = ['seed', 'a_1', '-b', 'Zz', 'a', 'aB', '0', 'b-', '_'];
        for (const id of ids) await outcomes.write(outcome(id, id));
        await outcomes.write(outcome('elsewhere', 'x', 'other'));
        const paged: string[] = [];
        for (let after: string | undefined; ; after = paged.at(-1)) {
          const page = await outcomes.listBatches('r', {
            limit: 4,
            ...(after === undefined ? {} : { after }),
          });
          paged.push(...page);
          if (page.length < 4) break;
        }
        expect(paged).toEqual([...ids].sort());
        expect(await outcomes.listBatches('r', { after: 'a', limit: 2 })).toEqual(['aB', 'a_1']);
        expect(await outcomes.listBatches('r', { after: 'zz', limit: 2 })).toEqual([]);
      }),
    );
  });
}
