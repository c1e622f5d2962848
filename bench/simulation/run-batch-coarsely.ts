import type { Delivery } from '../../shared/coordination/ports.ts';
import { runBatch } from '../../shared/engine/run-batch.ts';
import type { CoarseBatch, CoarseProcess } from './coarse-process.ts';
import { settleCoarsely } from './settle-coarsely.ts';
import { visitCoarsely } from './visit-coarsely.ts';

/**
 * `runBatch` with the same steps in the same order, the engine's own functions where they decide, and
 * arithmetic in place of requests, answers and URLs. How far it is off, the bench tells.
 */
export async function runBatchCoarsely(process: CoarseProcess, delivery: Delivery): Promise<void> {
  const { engine } = process;
  const batch: CoarseBatch = delivery.batch;
  const { run, id, host } = batch;
  if (host === '') {
    await runBatch(engine, delivery);
    return;
  }
  const lease = await engine.ledger.lease({
    run,
    batch: id,
    owner: engine.owner,
    leaseMs: engine.limits.leaseMs,
  });
  if (lease.state !== 'mine')
    throw new Error(`batch ${id} is ${lease.state}, though nothing is delivered twice`);
  // Had it been leased before, an outcome might be there.
  if (lease.fence > 1) await engine.outcomes.read(run, id);
  await engine.ledger.readRun(run, { maxAgeMs: 1_000 });
  const visited = await visitCoarsely(process, batch);
  if ('notBefore' in visited) {
    await engine.ledger.releaseLease({ run, batch: id, fence: lease.fence });
    const { slot: _, ...rest } = batch;
    const again: CoarseBatch = { ...rest };
    if (visited.slots !== undefined) again.slot = visited.slots;
    if (visited.place !== undefined) again.place = visited.place;
    await engine.queue.send([{ batch: again, notBefore: visited.notBefore }]);
    process.meter.count('deferrals');
    return;
  }
  await settleCoarsely(process, batch, lease.fence, visited);
}
