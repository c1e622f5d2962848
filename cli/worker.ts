/** A worker process of a local run: `run-local.ts` starts it, says what to do, and sends 'drain' in the end. */
import { makeContexts } from '../shared/engine/run-context.ts';
import { makeSeenCache } from '../shared/engine/seen-cache.ts';
import { workLoop } from '../shared/engine/work-loop.ts';
import { HaltError } from '../shared/errors.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { haltExitCode } from '../shared/pool/process-pool.ts';
import { localLimits } from './local-limits.ts';
import { openLocalStore } from './local-store.ts';

/** The first message to a worker. */
export interface WorkerOrders {
  owner: string;
  projectDir: string;
  runs: string[];
  settings: Settings;
}

const ordered = Promise.withResolvers<WorkerOrders>();
const stopping = new AbortController();

// The terminal sends Ctrl-C to every process; the parent says what it means.
process.on('SIGINT', () => undefined);
process.on('message', (message: 'drain' | WorkerOrders) => {
  if (message === 'drain') stopping.abort();
  else ordered.resolve(message);
});
const onUnused = () => process.exit(0);
process.once('disconnect', onUnused);
// The parent may have gone while the modules were loaded.
if (!process.connected) onUnused();

const { owner, projectDir, runs, settings } = await ordered.promise;
await using store = openLocalStore(settings, projectDir, owner);
const { ledger, queue, outcomes } = store;

// A handler or an expression that never ends keeps this from being said; the parent then ends the process.
const sayAlive = () => {
  // The parent may be gone by the time it is sent.
  if (process.connected) process.send?.('alive', undefined, undefined, () => undefined);
};
sayAlive();
setInterval(sayAlive, 1_000).unref();
const onOrphaned = async () => {
  // Without a parent nobody counts or exports: give back what is held, for `resume` to take up at once.
  await Promise.all([ledger.releaseOwner(owner), queue.releaseOwner(owner)]);
  process.exit(0);
};
process.off('disconnect', onUnused);
process.once('disconnect', onOrphaned);

const contexts = makeContexts(ledger);
try {
  await workLoop(
    {
      ledger,
      queue,
      outcomes,
      contextOf: contexts.contextOf,
      seen: makeSeenCache(),
      owner,
      now: Date.now,
      stopping: stopping.signal,
      limits: localLimits(settings),
    },
    {
      runs,
      concurrency: settings.batchesPerProcess,
      onFault: (error, { batch }) => console.error(`batch ${batch.id}:`, error),
    },
  );
} catch (error) {
  if (!(error instanceof HaltError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = haltExitCode;
} finally {
  await contexts.close();
  // Leaving is not being left: the store is closed by the time this would be heard.
  process.off('disconnect', onOrphaned);
  process.disconnect?.();
}
