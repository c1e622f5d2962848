import { describe, expect, it } from 'vitest';
import type { Draw, DrawRequest, HostRecord, SlotReturn } from '../../shared/coordination/ports.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { visitDraws } from '../../shared/engine/frontier/visit-draws.ts';
import { makeVisit } from '../../shared/engine/make-visit.ts';
import { watchLimits } from '../../shared/engine/run/run-limits.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import type { Holdings } from '../../shared/engine/turns/holdings.ts';
import type { BatchVisits } from '../../shared/engine/visit/batch-visits.ts';
import { maxOpens } from '../../shared/fetch/breaker-schedule.ts';
import type { Batch, Counts, PageRequest } from '../../shared/model.ts';
import { makeJob } from './world.ts';

const now = 50_000;
const pageAt = (path: string): PageRequest => ({
  ...{ kind: 'page', url: `http://a.test/${path}`, label: 'default', depth: 0, attempt: 0 },
});
const [best, worst] = [pageAt('best'), pageAt('worst')];
const slot = { firstAt: now + 9_000, count: 2, spacingMs: 1_020, slackMs: 20 };

interface Setting {
  draw?: Draw;
  crashes?: number;
  mustLeaveIt?: boolean;
  counts?: Counts;
  visited?: BatchVisits;
  changes?: Partial<Batch>;
  /** What is known of the host, where it may be asked. */
  record?: HostRecord;
}

/** A batch that draws two. Where it has turns to take, its host must not be asked here: it fails. */
async function draw({
  draw: drawn,
  crashes = 0,
  mustLeaveIt = false,
  counts = {},
  visited,
  changes,
  record,
}: Setting) {
  const calls: [string, unknown][] = [];
  const note = (name: string) => async (value: unknown) => void calls.push([name, value]);
  const ledger = {
    ...{ readCounts: async () => counts, putInFrontier: note('put'), returnSlots: note('return') },
    readHost: async () => record ?? Promise.reject(new Error('its turns are taken')),
    async drawFromFrontier(request: DrawRequest) {
      calls.push(['draw', request.count]);
      return drawn;
    },
  };
  const queue = { hastenDraws: note('hasten') };
  const limits = { batchSize: 5, maxCrashes: { together: 2, alone: 5 } };
  const engine = { ledger, queue, limits, now: () => now } as unknown as Engine;
  const job = makeJob({ sources: [{ urls: { list: 'http://a.test/' } }], limits: { maxPages: 3 } });
  const context = { id: 'r', job, startedAt: now, limits: watchLimits(job.limits) } as unknown as RunContext;
  const batch = {
    run: 'r',
    id: 'b',
    host: 'a.test',
    requests: [],
    draws: { count: 2, like: best },
    ...changes,
  };
  const result = await visitDraws(engine, context, {
    ...{ batch, crashes, mustLeaveIt, holdings: {} as Holdings },
    async visitDrawn({ requests }, taken) {
      calls.push(['visit', [requests.map(({ url }) => url), taken]]);
      return visited ?? { state: 'visited', visits: [], unvisited: requests, ownBatchSize: 4 };
    },
  });
  return { result, calls };
}

const one: Draw = { granted: [best], refused: [worst], isFull: false };
const refusal = makeVisit(worst, { end: 'skipped', code: 'LIMIT_PAGES' });

describe('visitDraws', () => {
  it('leaves a batch to others, but for one that has killed its processes', async () => {
    expect(await draw({ draw: one, mustLeaveIt: true, crashes: 1 })).toEqual({
      result: { state: 'later', notBefore: now },
      calls: [],
    });
    const { calls } = await draw({ draw: one, mustLeaveIt: true, crashes: 2 });
    expect(calls).toEqual([
      ['draw', 2],
      ['visit', [[best.url], undefined]],
    ]);
  });

  it('draws without turns once no place is left, and takes them before', async () => {
    const full = await draw({ draw: one, counts: { 'reserved:pages': 3 } });
    expect(full.calls[0]).toEqual(['draw', 2]);
    await expect(draw({ draw: one, counts: { 'reserved:pages': 2 } })).rejects.toThrow('its turns are taken');
  });

  it('ends what was refused beside what was visited', async () => {
    const visits = [makeVisit(best, { end: 'stored' })];
    const visited: BatchVisits = { state: 'visited', visits, unvisited: [], ownBatchSize: 4 };
    const { result } = await draw({ draw: one, crashes: 2, visited });
    expect(result).toEqual({ ...visited, visits: [...visits, refusal] });
  });

  it('comes back as its visit says, and without a round where the batch is done meanwhile', async () => {
    const later: BatchVisits = { state: 'later', notBefore: now + 7 };
    expect((await draw({ draw: one, crashes: 2, visited: later })).result).toBe(later);
    expect((await draw({ crashes: 2 })).result).toEqual({ state: 'later', notBefore: now, isWaiting: true });
  });

  it('calls the others when there is no place left, and returns the turns that it brought and does not need', async () => {
    const none: Draw = { granted: [], refused: [worst], isFull: true };
    const { result, calls } = await draw({ draw: none, crashes: 2, changes: { slot } });
    expect(result).toEqual({ state: 'visited', visits: [refusal], unvisited: [], ownBatchSize: 1 });
    const returned: SlotReturn = { host: 'a.test', gapMs: 1_000, ...slot, used: 0 };
    expect(calls).toEqual([
      ['draw', 2],
      ['hasten', 'r'],
      ['return', returned],
    ]);
    expect((await draw({ draw: none, crashes: 2 })).calls.map(([name]) => name)).toEqual(['draw', 'hasten']);
  });

  it('draws at once for a host that is given up, and takes no turns of it: each page says so', async () => {
    const record = { breaker: { opens: maxOpens + 1, at: now - 1_000 } };
    const { calls } = await draw({ draw: one, record });
    expect(calls).toEqual([
      ['draw', 2],
      ['visit', [[best.url], undefined]],
    ]);
  });
});
