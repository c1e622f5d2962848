import { describe, expect, it } from 'vitest';
import type {
  FrontierCounter,
  FrontierEntry,
  FrontierStore,
  Ledger,
} from '../../shared/coordination/ports.ts';
import { formatVersion, type Run } from '../../shared/model.ts';

type LedgerOfPages = Ledger & FrontierStore & Partial<FrontierCounter>;

export interface FrontierSetup {
  /** The store sees the frontiers of all hosts of a run at once. */
  seesAllHosts: boolean;
  open(): Promise<{ ledger: LedgerOfPages; close(): Promise<void> }>;
}

const run: Run = {
  ...{ v: formatVersion, id: 'r', job: { name: 'contract' }, baseDir: '/', state: 'running', startedAt: 0 },
};

const entry = (path: string, priority: number, depth = 0, host = 'a.test'): FrontierEntry => ({
  host,
  priority,
  depth,
  request: { kind: 'page', url: `http://${host}/${path}`, label: 'page', depth, attempt: 0 },
});

const pathsOf = (requests: { url: string }[] = []) =>
  requests.map(({ url }) => new URL(url).pathname.slice(1));

/** What every store of frontiers must do. */
export function describeFrontier(name: string, setup: FrontierSetup): void {
  const withLedger = (body: (ledger: LedgerOfPages) => Promise<void>) => async () => {
    const { ledger, close } = await setup.open();
    try {
      await ledger.createRun(run);
      await lease(ledger, 'parent');
      await body(ledger);
    } finally {
      await close();
    }
  };
  const lease = async (ledger: Ledger, batch: string, of = 'r'): Promise<number> => {
    const answer = await ledger.lease({ run: of, batch, owner: 'me', leaseMs: 60_000 });
    if (answer.state !== 'mine') throw new Error(`expected a lease, got ${answer.state}`);
    return answer.fence;
  };
  const put = (ledger: FrontierStore, entries: FrontierEntry[]) =>
    ledger.putInFrontier('r', 'parent', entries);
  const draw = async (ledger: LedgerOfPages, batch: string, count: number, maxPages = 1_000) => {
    await lease(ledger, batch).catch(() => undefined);
    return ledger.drawFromFrontier({ run: 'r', batch, host: 'a.test', count, maxPages });
  };
  const reserved = async (ledger: Ledger) => (await ledger.readCounts('r'))['reserved:pages'] ?? 0;

  describe(`${name}: frontiers`, () => {
    it(
      'give the best first: by priority, then by depth, then in the order in which they were put',
      withLedger(async (ledger) => {
        await put(ledger, [
          ...[entry('low', -2), entry('deep', 5, 2), entry('half', 0.5)],
          ...[entry('first', 5, 1), entry('second', 5, 1), entry('none', 0)],
        ]);
        const drawn = await draw(ledger, 'b1', 4);
        expect(pathsOf(drawn?.granted)).toEqual(['first', 'second', 'deep', 'half']);
        expect(drawn?.granted[0]).toEqual(entry('first', 5, 1).request);
        expect(drawn?.refused).toEqual([]);
        expect(pathsOf((await draw(ledger, 'b2', 4))?.granted)).toEqual(['none', 'low']);
        expect(await draw(ledger, 'b3', 4)).toEqual({ granted: [], refused: [], isFull: false });
        expect(await reserved(ledger)).toBe(6);
      }),
    );

    it(
      'give what was put later, if it is better',
      withLedger(async (ledger) => {
        await put(ledger, [entry('a', 1), entry('b', 1)]);
        expect(pathsOf((await draw(ledger, 'b1', 1))?.granted)).toEqual(['a']);
        await ledger.putInFrontier('r', 'b1', [entry('better', 2)]);
        expect(pathsOf((await draw(ledger, 'b2', 2))?.granted)).toEqual(['better', 'b']);
      }),
    );

    it(
      'are one for each host and run',
      withLedger(async (ledger) => {
        await ledger.createRun({ ...run, id: 'other' });
        await lease(ledger, 'parent', 'other');
        await put(ledger, [entry('a', 1), entry('b', 9, 0, 'b.test')]);
        await ledger.putInFrontier('other', 'parent', [entry('of-other', 9)]);
        expect(pathsOf((await draw(ledger, 'b1', 9))?.granted)).toEqual(['a']);
      }),
    );

    it(
      'take what a batch puts once, however often it is put',
      withLedger(async (ledger) => {
        await put(ledger, [entry('a', 1)]);
        await put(ledger, [entry('a', 1)]);
        await ledger.commit({
          run: 'r',
          batch: 'parent',
          fence: 1,
          counts: {},
          open: { shard: 0, added: { 0: 1 } },
        });
        await put(ledger, [entry('a', 1)]);
        expect(pathsOf((await draw(ledger, 'b1', 5))?.granted)).toEqual(['a']);
      }),
    );

    it(
      'take no more places than there are, and give up the worst where there is none',
      withLedger(async (ledger) => {
        await put(ledger, [
          entry('c', 3),
          entry('z', 0),
          entry('a', 5),
          entry('y', 1),
          entry('b', 4),
          entry('z2', 0),
        ]);
        const first = await draw(ledger, 'b1', 3, 2);
        expect(pathsOf(first?.granted)).toEqual(['a', 'b']);
        expect(pathsOf(first?.refused)).toEqual(['z2']);
        const second = await draw(ledger, 'b2', 2, 2);
        expect(pathsOf(second?.refused)).toEqual(['z', 'y']);
        expect(second?.granted).toEqual([]);
        expect([first?.isFull, second?.isFull]).toEqual([true, true]);
        expect(await reserved(ledger)).toBe(2);
      }),
    );

    it.runIf(setup.seesAllHosts)(
      'give no place to a page while as many better ones of other hosts wait as are left',
      withLedger(async (ledger) => {
        await put(ledger, [
          ...[entry('a', 5), entry('b', 3), entry('c', 1)],
          ...[entry('x', 4, 0, 'b.test'), entry('y', 4, 1, 'b.test'), entry('z', 0, 0, 'b.test')],
        ]);
        const first = await draw(ledger, 'b1', 2, 3);
        expect(pathsOf(first?.granted)).toEqual(['a']);
        expect(pathsOf(first?.refused)).toEqual(['c']);
        expect(first?.isFull).toBe(false);
        await lease(ledger, 'b2');
        const ofOther = { run: 'r', batch: 'b2', host: 'b.test', count: 3, maxPages: 3 };
        const second = await ledger.drawFromFrontier(ofOther);
        expect(pathsOf(second?.granted)).toEqual(['x', 'y']);
        expect(pathsOf(second?.refused)).toEqual(['z']);
        expect(second?.isFull).toBe(true);
        expect(pathsOf((await draw(ledger, 'b3', 1, 3))?.refused)).toEqual(['b']);
      }),
    );

    it(
      'give what is returned to the budget to what is drawn after it',
      withLedger(async (ledger) => {
        await put(ledger, [entry('a', 3), entry('b', 2), entry('c', 1)]);
        expect(pathsOf((await draw(ledger, 'b1', 1, 1))?.granted)).toEqual(['a']);
        expect(await ledger.reserve('r', 'b1', 'pages', -1, 1)).toBe(-1);
        const second = await draw(ledger, 'b2', 2, 1);
        expect(pathsOf(second?.granted)).toEqual(['b']);
        expect(pathsOf(second?.refused)).toEqual(['c']);
      }),
    );

    it(
      'draw once for a batch: again it gets the same, whatever has come since',
      withLedger(async (ledger) => {
        await put(ledger, [entry('a', 1), entry('b', 1)]);
        const first = await draw(ledger, 'b1', 2, 1);
        await ledger.putInFrontier('r', 'b1', [entry('better', 9)]);
        expect(await draw(ledger, 'b1', 2, 50)).toEqual({ ...first, isFull: false });
        expect(await reserved(ledger)).toBe(1);
      }),
    );

    it(
      'draw nothing for a batch that is done',
      withLedger(async (ledger) => {
        await put(ledger, [entry('a', 1), entry('b', 1)]);
        const fence = await lease(ledger, 'b1');
        await draw(ledger, 'b1', 1);
        await ledger.commit({ run: 'r', batch: 'b1', fence, counts: {}, open: { shard: 0, added: {} } });
        expect(await draw(ledger, 'b1', 1)).toBeUndefined();
        expect(pathsOf((await draw(ledger, 'b2', 9))?.granted)).toEqual(['b']);
      }),
    );

    it.runIf(setup.seesAllHosts)(
      'tell how many wait, of the highest priorities',
      withLedger(async (ledger) => {
        const countFrontier = ledger.countFrontier?.bind(ledger);
        if (countFrontier === undefined) throw new Error('it counts what it sees');
        expect(await countFrontier('r', 2)).toEqual({ waiting: 0, priorities: [], others: 0 });
        await put(ledger, [entry('a', 1), entry('b', 3), entry('c', 1, 0, 'b.test'), entry('d', -1)]);
        expect(await countFrontier('r', 2)).toEqual({
          waiting: 4,
          priorities: [
            { priority: 3, waiting: 1 },
            { priority: 1, waiting: 2 },
          ],
          others: 1,
        });
        await draw(ledger, 'b1', 1);
        expect((await countFrontier('r', 2)).waiting).toBe(3);
      }),
    );

    it(
      'keep the order of many entries, put and drawn at once by several batches',
      withLedger(async (ledger) => {
        const rounds = Array.from({ length: 6 }, (_, round) => `p${round}`);
        for (const batch of rounds) await lease(ledger, batch);
        const all = rounds.flatMap((_, round) =>
          Array.from({ length: 70 }, (__, at) =>
            entry(`${round}-${at}`, (at * 37 + round * 11) % 23, at % 3),
          ),
        );
        const ownOf = (round: number) => all.slice(round * 70, round * 70 + 70);
        await Promise.all(rounds.map((batch, round) => ledger.putInFrontier('r', batch, ownOf(round))));
        const batches = Array.from({ length: 12 }, (_, at) => `d${at}`);
        for (const batch of batches) await lease(ledger, batch);
        const draws = await Promise.all(
          batches.map((batch) =>
            ledger.drawFromFrontier({ run: 'r', batch, host: 'a.test', count: 35, maxPages: 300 }),
          ),
        );
        const granted = draws.flatMap((one) => pathsOf(one?.granted));
        const refused = draws.flatMap((one) => pathsOf(one?.refused));
        expect([...granted, ...refused].sort()).toEqual(
          all.map(({ request }) => new URL(request.url).pathname.slice(1)).sort(),
        );
        expect([granted.length, await reserved(ledger)]).toEqual([300, 300]);
        const rankOf = new Map(
          all
            .toSorted((a, b) => b.priority - a.priority || a.depth - b.depth)
            .map(({ priority, depth, request }, at) => [
              new URL(request.url).pathname.slice(1),
              { at, key: `${priority} ${depth}` },
            ]),
        );
        const keyOf = (path: string) => rankOf.get(path)?.key;
        // Each draw is in order, and no page that got none of the places is better than one that got one.
        for (const one of draws) {
          const ranks = pathsOf(one?.granted).map((path) => rankOf.get(path)?.at ?? -1);
          expect(pathsOf(one?.granted).map(keyOf)).toEqual(
            ranks.toSorted((a, b) => a - b).map((at) => [...rankOf.values()][at]?.key),
          );
        }
        const last = Math.max(...granted.map((path) => rankOf.get(path)?.at ?? -1));
        const first = Math.min(...refused.map((path) => rankOf.get(path)?.at ?? -1));
        expect(last < first || [...rankOf.values()][last]?.key === [...rankOf.values()][first]?.key).toBe(
          true,
        );
      }),
    );
  });
}
