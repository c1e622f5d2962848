import { localEnvironment } from '../../shared/engine/job-environment.ts';
import { openRunContext, type RunContext } from '../../shared/engine/run-context.ts';
import type { LoadedJob } from '../../shared/job/load.ts';
import type { Json } from '../../shared/model.ts';
import { needsOfJob } from '../../shared/sources/needs-of-job.ts';

/**
 * The context of a job whose pages are there already: what only a request needs is left out, and stand-ins take the place
 * of its secrets, so that it is tested where there are none.
 */
export async function openOffline({ job, baseDir }: LoadedJob): Promise<RunContext> {
  const { sessions: _, proxies: __, ...rest } = job;
  const { sign: ___, ...politeness } = rest.politeness;
  const { tls: ____, ...fetch } = rest.fetch;
  // What was saved of a page that a browser rendered is what it had become.
  const pages = Object.fromEntries(
    Object.entries(job.pages).map(([label, { render: _____, ...rule }]) => [label, rule]),
  );
  const offline = { ...rest, politeness, fetch, pages };
  const run = { id: 'test', baseDir, state: 'running' as const, startedAt: 0 };
  const env = Object.fromEntries(needsOfJob(offline).secrets.map((name) => [name, 'stand-in']));
  const environment = { ...(await localEnvironment({ baseDir })), env, hasStandIns: true };
  return openRunContext({ ...run, job: offline as unknown as Json }, environment);
}
