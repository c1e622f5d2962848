import { describe, expect, it as plainIt } from 'vitest';
import type { BatchQueue } from '../../shared/coordination/ports.ts';
import type { Batch } from '../../shared/model.ts';
import { itDespite, type KnownFaults } from './known-faults.ts';

export interface QueueSetup {
  /** What the store itself does otherwise than AWS. */
  faults?: KnownFaults;
  /** How long what is received stays invisible. */
  visibilityMs: number;
  /** The store's time is real: tests wait side by side. */
  isRealTime?: boolean;
  /** `openAs` gives the same queue as another process sees it. Its `advance` ends no earlier than asked. */
  open(): Promise<{
    queue: BatchQueue;
    openAs(owner: string): BatchQueue;
    now(): number;
    advance(ms: number): void | Promise<void>;
    close(): Promise<void>;
  }>;
}

const batch = (id: string, run = 'r'): Batch => ({
  run,
  id,
  host: 'example.com',
  requests: [{ kind: 'page', url: `https://example.com/${id}?ü=1`, label: 'page', depth: 0, attempt: 0 }],
});

export function describeQueue(name: string, setup: QueueSetup): void {
  const { it, unused } = itDespite(setup.faults);
  const { visibilityMs, isRealTime = false } = setup;
  const withQueue = (body: (use: Awaited<ReturnType<QueueSetup['open']>>) => Promise<void>) => async () => {
    const use = await setup.open();
    try {
      await body(use);
    } finally {
      await use.close();
    }
  };
  const receiveAll = async (queue: BatchQueue, max = 10) => {
    const received = await queue.receive({ runs: ['r'], max });
    return received.map((delivery) => delivery.batch.id).sort();
  };

  describe(name, { concurrent: isRealTime }, () => {
    it(
      'makes batches of draws due at once, where it can, and no other',
      withQueue(async ({ queue, now }) => {
        if (queue.hastenDraws === undefined) return;
        const [like] = batch('d').requests;
        if (like === undefined) throw new Error('no request');
        const drawing = (id: string, run = 'r') => ({
          ...batch(id, run),
          requests: [],
          draws: { count: 1, like },
        });
        await queue.send([{ batch: drawing('held') }]);
        expect(await receiveAll(queue)).toEqual(['held']);
        const notBefore = now() + 3_600_000;
        await queue.send(
          [drawing('a'), drawing('other', 's'), batch('b')].map((one) => ({ batch: one, notBefore })),
        );
        expect(await receiveAll(queue)).toEqual([]);
        await queue.hastenDraws('r');
        expect(await receiveAll(queue)).toEqual(['a']);
      }),
    );

    it(
      'delivers what was sent, unchanged, until it is acknowledged',
      withQueue(async ({ queue, advance }) => {
        await queue.send([{ batch: batch('a') }]);
        const [delivery] = await queue.receive({ runs: ['r'], max: 10 });
        expect(delivery).toMatchObject({ batch: batch('a'), receives: 1 });
        expect(await receiveAll(queue)).toEqual([]);
        await advance(visibilityMs + 1);
        const [again] = await queue.receive({ runs: ['r'], max: 10 });
        expect(again).toMatchObject({ batch: batch('a'), receives: 2 });
        await queue.acknowledge(again === undefined ? [] : [again]);
        await advance(visibilityMs + 1);
        expect(await receiveAll(queue)).toEqual([]);
      }),
    );

    it(
      'holds a batch back until its time',
      withQueue(async ({ queue, now, advance }) => {
        await queue.send([{ batch: batch('later'), notBefore: now() + 2_000 }, { batch: batch('now') }]);
        expect(await receiveAll(queue)).toEqual(['now']);
        await advance(2_000);
        expect(await receiveAll(queue)).toContain('later');
      }),
    );

    it(
      'gives a batch to one receiver at a time, and at most as many as asked',
      withQueue(async ({ queue, openAs }) => {
        await queue.send(Array.from({ length: 25 }, (_, index) => ({ batch: batch(`b${index}`) })));
        const [first, second] = await Promise.all([receiveAll(queue, 10), receiveAll(openAs('other'), 10)]);
        expect(first).toHaveLength(10);
        expect(new Set([...first, ...second]).size).toBe(20);
      }),
    );

    it(
      'keeps what is extended invisible for longer',
      withQueue(async ({ queue, advance }) => {
        await queue.send([{ batch: batch('a') }]);
        const deliveries = await queue.receive({ runs: ['r'], max: 1 });
        await advance(0.8 * visibilityMs);
        await queue.extend(deliveries);
        await advance(0.8 * visibilityMs);
        expect(await receiveAll(queue)).toEqual([]);
        await advance(0.3 * visibilityMs);
        expect(await receiveAll(queue)).toEqual(['a']);
      }),
    );

    it(
      'keeps what is extended invisible for as long as is asked, and no longer',
      withQueue(async ({ queue, advance }) => {
        await queue.send([{ batch: batch('a') }]);
        const deliveries = await queue.receive({ runs: ['r'], max: 1 });
        await queue.extend(deliveries, 10 * visibilityMs);
        await advance(visibilityMs + 1);
        expect(await receiveAll(queue)).toEqual([]);
        await queue.extend(deliveries, visibilityMs);
        await advance(visibilityMs + 1);
        expect(await receiveAll(queue)).toEqual(['a']);
      }),
    );

    it(
      'ignores the receipt of a receiver whose time has run out',
      withQueue(async ({ queue, advance }) => {
        await queue.send([{ batch: batch('a') }]);
        const late = await queue.receive({ runs: ['r'], max: 1 });
        await advance(visibilityMs + 1);
        expect(await receiveAll(queue)).toEqual(['a']);
        await queue.acknowledge(late);
        await advance(visibilityMs + 1);
        expect(await receiveAll(queue)).toEqual(['a']);
      }),
    );

    it(
      'sends and acknowledges hundreds at once',
      withQueue(async ({ queue }) => {
        await queue.send(Array.from({ length: 300 }, (_, index) => ({ batch: batch(`b${index}`) })));
        const all = new Set<string>();
        for (let round = 0; all.size < 300 && round < 100; round += 1) {
          const deliveries = await queue.receive({ runs: ['r'], max: 100 });
          for (const delivery of deliveries) all.add(delivery.batch.id);
          await queue.acknowledge(deliveries);
        }
        expect(all.size).toBe(300);
        expect(await receiveAll(queue)).toEqual([]);
      }),
    );
  });

  plainIt('lists no fault that is none of these tests', () => expect(unused()).toEqual([]));
}
