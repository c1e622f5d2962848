import { setTimeout as sleep } from 'node:timers/promises';
import { startRun } from '../../shared/engine/run/start-run.ts';
import { jobSchema } from '../../shared/job/schema.ts';
import type { Plan, PlannedRun } from './plan.ts';
import type { RemoteStore } from './remote-store.ts';

/** Time-outs that a busy machine keeps, and that the hanging pages of the site outlast. */
const timeouts = { connectTimeoutMs: 1_000, headersTimeoutMs: 1_000, bodyTimeoutMs: 1_000, timeoutMs: 2_500 };

/** Starts a run of the plan at its time. */
export async function startCrawl(
  store: RemoteStore,
  { attempts }: Plan,
  run: PlannedRun,
  origins: string[],
  folder: string,
): Promise<void> {
  if (run.startsAfterMs > 0) await sleep(run.startsAfterMs);
  const job = jobSchema.parse({
    name: 'chaos',
    sources: [{ crawl: { start: `${origins[run.start]}/p/${run.start}` } }],
    pages: {
      default: { follow: ['a'], item: 'page', fields: { token: { select: 'h1', required: true } } },
    },
    scope: { hosts: origins.map((origin) => new URL(origin).host) },
    urls: { canonical: 'follow' },
    politeness: { gapMs: run.gapMs, slowDown: run.slowDown, maxDelayMs: 1_000 },
    fetch: { attempts, ...timeouts, maxBodyBytes: 100_000 },
    network: 'allowPrivate',
  });
  await startRun(store.ledger, store.queue, { id: run.id, job, baseDir: folder, startedAt: Date.now() });
}
