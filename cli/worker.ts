/** A worker process of a local run: started by `run-local.ts`, drained by the message 'drain'. */
import { makeContexts } from '../shared/engine/run-context.ts';
import { makeSeenCache } from '../shared/engine/seen-cache.ts';
import { workLoop } from '../shared/engine/work-loop.ts';
import { HaltError } from '../shared/errors.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { haltExitCode } from '../shared/pool/process-pool.ts';
import { localLimits } from './local-limits.ts';
import { openLocalStore } from './local-store.ts';

export interface WorkerArguments {
  owner: string;
  projectDir: string;
  runs: string[];
  settings: Settings;
}

const { owner, projectDir, runs, settings }: WorkerArguments = JSON.parse(process.argv[2] ?? '{}');
await using store = openLocalStore(settings, projectDir, owner);
const { ledger, queue, outcomes } = store;
const stopping = new AbortController();

// The terminal sends Ctrl-C to every process; the parent says what it means.
process.on('SIGINT', () => undefined);
process.on('message', (message) => {
  if (message === 'drain') stopping.abort();
});
// A handler or an expression that never ends keeps this from being said; the parent then ends the process.
const sayAlive = () => {
  if (process.connected) process.send?.('alive');
};
sayAlive();
setInterval(sayAlive, 1_000).unref();
const onOrphaned = async () => {
  // Without a parent nobody counts or exports: give back what is held, for `resume` to take up at once.
  await Promise.all([ledger.releaseOwner(owner), queue.releaseOwner(owner)]);
  process.exit(0);
};
process.once('disconnect', onOrphaned);

const contexts = makeContexts(ledger, process.env);
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
