import { describe, expect, it, onTestFinished } from 'vitest';
import type { BatchQueue, Ledger, Outcomes } from '../../shared/coordination/ports.ts';
import type { StoredOutcome } from '../../shared/coordination/stored-reason.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { localEnvironment } from '../../shared/engine/job-environment.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import { runBatch } from '../../shared/engine/run-batch.ts';
import { makeContexts } from '../../shared/engine/run-context.ts';
import type { Outcome, RunState } from '../../shared/model.ts';
import { enterWorld, openSite } from '../engine/setting.ts';
import { makeJob, type World } from '../engine/world.ts';

/** Stores, and how a process of version 0.1 writes to them: reasons are text, `CODE: message`, and nothing else. */
export interface OlderSetup {
  open(world: World): Promise<{
    ledger: Ledger;
    outcomes: Outcomes;
    /** Without a text, the run has no reason afterwards. */
    moveAsOlder(run: string, state: RunState, text?: string): Promise<void>;
    writeAsOlder(outcome: StoredOutcome): Promise<void>;
    /** What a process of version 0.1 finds. */
    readAsOlder(run: string): Promise<{ reason: string | undefined; halt: string | undefined }>;
  }>;
}

const blocked = { code: 'BLOCKED', message: 'asked too often: wait' } as const;
const blockedText = 'BLOCKED: asked too often: wait';

const outcomeOf = (links: Outcome['links']): Omit<Outcome, 'halt'> => ({
  ...{ run: 'r', batch: 'seed', host: '', shard: 0, pages: [], items: [], links, retries: [], counts: {} },
  batchSizes: { own: 5, other: 5 },
});

/** One page, and the only message of the run. */
async function openRun(setup: OlderSetup) {
  const world = enterWorld();
  const site = await openSite({ '/': { body: '<title>a page</title>' } });
  const stores = await setup.open(world);
  const start = { job: makeJob({ sources: [{ crawl: { start: site.origin } }] }), baseDir: world.folder };
  await startRun(stores.ledger, world.queue, { ...start, id: 'r', startedAt: world.now() });
  return { ...stores, world, page: site.origin };
}

function processOn({
  ledger,
  outcomes,
  world,
}: {
  ledger: Ledger;
  outcomes: Outcomes;
  world: World;
}): Engine {
  const contexts = makeContexts(ledger, localEnvironment, world.now);
  onTestFinished(() => contexts.close());
  const process = world.newProcess('new', (ports) => ({ ...ports, ledger, outcomes }));
  return { ...process, contextOf: contexts.contextOf };
}

async function deliverAll(process: Engine, queue: BatchQueue, world: World): Promise<void> {
  for (;;) {
    const [delivery] = await queue.receive({ runs: ['r'], max: 1 });
    if (delivery === undefined) return;
    await runBatch(process, delivery);
    world.advance(60_000);
  }
}

export function describeOlderReasons(name: string, setup: OlderSetup): void {
  describe(name, () => {
    it('ends a run after an upgrade that began before it, and keeps what its reasons said', async () => {
      const run = await openRun(setup);
      const { ledger, world } = run;
      const process = processOn(run);
      const request = { kind: 'page', url: run.page, label: 'default', depth: 0, attempt: 0 } as const;
      // The older process dies between its outcome and the pause.
      await run.writeAsOlder({ ...outcomeOf([request]), halt: { reason: blockedText, at: world.now() } });
      expect((await run.outcomes.read('r', 'seed'))?.halt).toEqual({ ...blocked, at: expect.any(Number) });
      const [seed] = await process.queue.receive({ runs: ['r'], max: 1 });
      if (seed !== undefined) await runBatch(process, seed);
      expect(await ledger.readRun('r')).toMatchObject({ state: 'paused', reason: blocked });
      await ledger.moveRun('r', ['paused'], 'running');
      await deliverAll(process, process.queue, world);
      const ended = await ledger.readRun('r');
      expect(ended?.state).toBe('finished');
      expect(ended).not.toHaveProperty('reason');
      expect((await ledger.readCounts('r'))['stored']).toBe(1);
    });

    it.each([
      ['FAULT_LASTS: AccessDenied: no: never\nagain', 'FAULT_LASTS', 'AccessDenied: no: never\nagain'],
      ['HTTP_503: ', 'HTTP_503', ''],
      ['by hand', 'FAULT_LASTS', 'by hand'],
      ['Error: lower case', 'FAULT_LASTS', 'Error: lower case'],
    ])('reads %j, which an older process wrote over its own reason', async (text, code, message) => {
      const { ledger, moveAsOlder } = await openRun(setup);
      await ledger.moveRun('r', ['running'], 'paused', blocked);
      await moveAsOlder('r', 'paused', text);
      expect((await ledger.readRun('r'))?.reason).toEqual({ code, message });
    });

    it('has no reason where an older process resumed the run', async () => {
      const { ledger, moveAsOlder } = await openRun(setup);
      await ledger.moveRun('r', ['running'], 'paused', blocked);
      await moveAsOlder('r', 'running');
      expect(await ledger.readRun('r')).not.toHaveProperty('reason');
    });

    it('writes the text that an older process reads, beside code and message', async () => {
      const { ledger, outcomes, readAsOlder } = await openRun(setup);
      const halt = { ...blocked, at: 1 };
      const outcome = { ...outcomeOf([]), halt };
      expect(await outcomes.write(outcome)).toEqual(outcome);
      expect(await outcomes.read('r', 'seed')).toEqual(outcome);
      await ledger.moveRun('r', ['running'], 'paused', blocked);
      expect(await readAsOlder('r')).toEqual({ reason: blockedText, halt: blockedText });
    });
  });
}
