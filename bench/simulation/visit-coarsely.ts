import { setTimeout as sleep } from 'node:timers/promises';
import { latestStartOf } from '../../shared/coordination/host-clock.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { openRobotsGate } from '../../shared/engine/turns/open-robots-gate.ts';
import { batchSizeFor, type Later, reserveTurns } from '../../shared/engine/turns/pace.ts';
import type { Slots } from '../../shared/model.ts';
import { cpuMsPerPage, fetchMs } from './assumptions.ts';
import type { CoarseBatch, CoarseProcess } from './coarse-process.ts';
import { pageOf, urlOf } from './shop.ts';

/** Pages by number. */
export interface CoarseVisits {
  hostNumber: number;
  visited: number[];
  unvisited: number[];
  ownBatchSize: number;
  /** Of the unvisited. */
  nextTurnAt: number;
}

/** `visitBatch` with arithmetic in place of fetches. */
export async function visitCoarsely(
  process: CoarseProcess,
  batch: CoarseBatch,
): Promise<CoarseVisits | Omit<Later, 'state'>> {
  const { engine } = process;
  const { host } = batch;
  const { host: hostNumber } = pageOf(`http://${host}/`);
  const pages = batch.pages ?? batch.requests.map(({ url }) => pageOf(url).page);
  const context = await engine.contextOf(batch.run);
  const known = await engine.ledger.readHost(host);
  const gate = await openRobotsGate(engine, context, { origin: urlOf(hostNumber, 0) }, known);
  if ('busyUntil' in gate) return { notBefore: gate.busyUntil };

  const { gapMs } = context.job.politeness;
  let slots = batch.slot;
  const ledger: Engine['ledger'] = {
    ...engine.ledger,
    async reserveSlots(request) {
      const answer = await engine.ledger.reserveSlots(request);
      if (answer.state === 'mine') slots = answer.slots;
      return answer;
    },
  };
  const line = { run: batch.run, ...(batch.place === undefined ? {} : { place: batch.place }) };
  const request = { host, count: pages.length, gapMs, reserved: slots, line };
  const pace = await reserveTurns({ ...engine, ledger }, request);
  if (pace.state === 'later') return pace;
  if (slots === undefined) throw new Error('a batch whose turn it is has turns');
  const ownBatchSize = batchSizeFor(gapMs, engine.limits);
  const { count, nextTurnAt } =
    gapMs === 0
      ? await fetchFreely(process, pages.length, context.job.fetch.concurrencyPerHost)
      : await fetchInTurn(process, { host, gapMs, slots }, pages.length);
  for (const page of pages.slice(0, count)) process.tally.store(hostNumber, page);
  return {
    hostNumber,
    visited: pages.slice(0, count),
    unvisited: pages.slice(count),
    ownBatchSize,
    nextTurnAt,
  };
}

/** A few lanes, each taking the next page when its last one has answered. */
async function fetchFreely(process: CoarseProcess, count: number, lanes: number) {
  const { engine, random } = process;
  const startedAt = engine.now();
  const ends = Array.from({ length: Math.min(lanes, count) }, () => startedAt);
  for (let page = 0; page < count; page += 1) {
    const lane = ends.indexOf(Math.min(...ends));
    ends[lane] = (ends[lane] ?? 0) + fetchMs(random);
  }
  await sleepUntil(process, compute(process, startedAt, Math.max(...ends), count));
  return { count, nextTurnAt: 0 };
}

/** How many pages were fetched: more turns are asked for where some were missed, as in the engine. */
async function fetchInTurn(
  process: CoarseProcess,
  { host, gapMs, slots: first }: { host: string; gapMs: number; slots: Slots },
  count: number,
) {
  const { engine, random } = process;
  const { batchBudgetMs, maxWaitMs } = engine.limits;
  const deadline = engine.now() + batchBudgetMs;
  const beganAt = Math.max(engine.now(), first.firstAt);
  let slots = first;
  let done = 0;
  let endsAt = beganAt;
  for (;;) {
    let startAt = slots.firstAt;
    for (let index = 0; index < slots.count && done < count; index += 1) {
      startAt = slots.firstAt + index * slots.spacingMs;
      if (engine.now() > latestStartOf(slots, index)) continue;
      if (startAt >= deadline) return { count: done, nextTurnAt: 0 };
      endsAt = Math.max(endsAt, Math.max(engine.now(), startAt) + fetchMs(random));
      done += 1;
    }
    if (done === count) break;
    await sleepUntil(process, startAt);
    const answer = await engine.ledger.reserveSlots({
      host,
      count: count - done,
      gapMs,
      slackMs: slots.slackMs,
      spareMs: slots.spareMs ?? 0,
      horizonMs: maxWaitMs,
    });
    process.meter.count('missedTurns', count - done);
    if (answer.state === 'busy') {
      await sleepUntil(process, endsAt);
      return { count: done, nextTurnAt: answer.until };
    }
    slots = answer.slots;
  }
  await sleepUntil(process, compute(process, beganAt, endsAt, count));
  return { count, nextTurnAt: 0 };
}

/** When the pages are extracted too: the batches of a process share its part of a core. */
function compute(process: CoarseProcess, beganAt: number, endsAt: number, pages: number): number {
  const pageMs = cpuMsPerPage(process.memoryMb);
  process.cpuBusyUntil = Math.max(process.cpuBusyUntil, beganAt) + pages * pageMs;
  return Math.max(endsAt + pageMs, process.cpuBusyUntil);
}

async function sleepUntil({ engine }: CoarseProcess, at: number): Promise<void> {
  if (at > engine.now()) await sleep(at - engine.now());
}
