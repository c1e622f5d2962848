import type { Ledger } from '../coordination/ports.ts';
import { HaltError } from '../errors.ts';
import { compileExtractor, type Extractor } from '../extract/extractor.ts';
import { makeFetcher } from '../fetch/client.ts';
import type { Fetcher } from '../fetch/types.ts';
import { makeNormalise } from '../fetch/url.ts';
import { userAgentOf } from '../fetch/user-agent.ts';
import { compileLabels } from '../job/patterns.ts';
import type { Job } from '../job/schema.ts';
import { resolveSecrets } from '../job/secrets.ts';
import type { Run } from '../model.ts';
import { type Concealment, makeConcealment } from './concealment.ts';
import { headersFor } from './header-scope.ts';
import { type Limiter, makeLimiters } from './limiter.ts';
import type { RobotsGate } from './robots-gate.ts';
import { makeScope, type Scope } from './scope.ts';

/** A run's job, compiled once per process. */
export interface RunContext {
  id: string;
  /** Secrets resolved. */
  job: Job;
  baseDir: string;
  startedAt: number;
  fetcher: Fetcher;
  extractor: Extractor;
  normalise(url: string): string | undefined;
  labelOf(url: string): string | undefined;
  scope: Scope;
  /** Bounds the requests this process has under way to one host. */
  limiterOf(host: string): Limiter;
  concealment: Concealment;
  /** robots.txt by host, compiled from the ledger's copy of that moment. */
  gates: Map<string, { fetchedAt: number; gate: RobotsGate }>;
  close(): Promise<void>;
}

/** Compiles the frozen job of `run`. Throws `HaltError` when the environment or a handler is missing. */
export async function openRunContext(run: Run, env: NodeJS.ProcessEnv): Promise<RunContext> {
  const frozen = run.job as unknown as Job;
  const job = resolveSecrets(frozen, env);
  const extractor = await compileExtractor(job, { baseDir: run.baseDir });
  const fetcher = makeFetcher({
    ...job.fetch,
    network: job.network,
    userAgent: userAgentOf(job.politeness),
    headersFor: headersFor(frozen, job),
  });
  return {
    id: run.id,
    job,
    baseDir: run.baseDir,
    startedAt: run.startedAt,
    fetcher,
    extractor,
    normalise: makeNormalise(job.urls),
    labelOf: compileLabels(job),
    scope: makeScope(job.scope),
    limiterOf: makeLimiters(job.fetch.concurrencyPerHost),
    concealment: makeConcealment(frozen, job, env),
    gates: new Map(),
    close: () => fetcher.close(),
  };
}

/** Contexts by run id, opened on first use. */
export function makeContexts(ledger: Ledger, env: NodeJS.ProcessEnv) {
  const contexts = new Map<string, Promise<RunContext>>();
  const open = async (id: string): Promise<RunContext> => {
    const run = await ledger.readRun(id);
    if (run === undefined) throw new HaltError('RUN_UNKNOWN', `no run ${id}`);
    return openRunContext(run, env);
  };
  return {
    contextOf(id: string): Promise<RunContext> {
      let context = contexts.get(id);
      if (context === undefined) {
        context = open(id);
        contexts.set(id, context);
      }
      return context;
    },
    async close(): Promise<void> {
      const opened = await Promise.allSettled(contexts.values());
      await Promise.all(
        opened.map((entry) => (entry.status === 'fulfilled' ? entry.value.close() : undefined)),
      );
    },
  };
}
