import type { Renderer } from '../../shared/browser/types.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { runBatch } from '../../shared/engine/run-batch.ts';
import { type Batch, isBatchForBrowser } from '../../shared/model.ts';
import { openWorld, type Ports, type World } from './world.ts';

/** Stands in for a browser: it makes nothing of a page. */
const renderer: Renderer = {
  render: async ({ answer }) => ({ html: Buffer.from(answer.body), missing: {}, answers: [] }),
  walk: async () => {
    throw new Error('none walks');
  },
  close: async () => undefined,
};

export interface Split {
  world: World;
  worker: Engine;
  browser: Engine;
}

/** What may stand between the two processes and the store. */
export interface SplitOptions {
  env: Record<string, string>;
  around?: (ports: Ports) => Ports;
}

const sessionKey = Buffer.alloc(32, 5).toString('base64');

/**
 * A world as on AWS: one process has a browser and stand-ins for all secrets, the other has the secrets and no browser. Both have the key of
 * sessions.
 */
export function openSplitWorld({ env, around }: SplitOptions): Split {
  const world = openWorld({ batchSize: 8, maxWaitMs: 0 }, { makeRenderer: async () => renderer });
  return { world, ...newProcesses(world, '', { env, ...(around === undefined ? {} : { around }) }) };
}

/** Two more of them. */
export function newProcesses(
  world: World,
  name: string,
  { env, around }: SplitOptions,
): Omit<Split, 'world'> {
  const key = { SPINNERET_SESSION_KEY: sessionKey };
  const standIns = Object.fromEntries(Object.keys(env).map((variable) => [variable, 'stand-in']));
  const originKey = async () => Buffer.alloc(32, 6);
  const worker = { env: { ...env, ...key }, leavesPagesInBrowser: true, originKey };
  const browser = { env: { ...standIns, ...key }, hasStandIns: true };
  return {
    worker: { ...world.newProcess(`worker${name}`, around, worker), hasBrowser: false },
    browser: { ...world.newProcess(`browser${name}`, around, browser), hasBrowser: true },
  };
}

export interface Seen {
  in: 'worker' | 'browser';
  batch: Batch;
}

/** Many times as many as a run here takes: one that goes on is one whose batches go to and fro. */
const maxDeliveries = 2_000;

/**
 * Delivers each batch of the run to where its queue would bring it, until none is left or the run is paused. Rejects when it comes to
 * no end, with what was delivered last.
 */
export async function driveSplit(
  { world, worker, browser }: Split,
  run = 'r',
  onDelivery: (seen: Seen) => void = () => undefined,
): Promise<Seen[]> {
  const all: Seen[] = [];
  for (;;) {
    if ((await world.ledger.readRun(run))?.state === 'paused') return all;
    const [delivery] = await world.queue.receive({ runs: [run], max: 1 });
    if (delivery === undefined) {
      const { nextDueAt } = await world.queue.depth(run);
      if (nextDueAt === undefined) return all;
      world.advance(Math.max(1, nextDueAt - world.now()));
      continue;
    }
    const seen: Seen = {
      in: isBatchForBrowser(delivery.batch) ? 'browser' : 'worker',
      batch: delivery.batch,
    };
    all.push(seen);
    if (all.length > maxDeliveries) throw new Error(`no end is in sight: ${JSON.stringify(all.slice(-4))}`);
    onDelivery(seen);
    await runBatch(seen.in === 'browser' ? browser : worker, delivery);
  }
}
