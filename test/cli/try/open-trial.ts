import { openRunContext, type RunContext } from '../../../shared/engine/run-context.ts';
import type { Job } from '../../../shared/job/schema.ts';
import type { Json } from '../../../shared/model.ts';
import { localFiles } from '../../../shared/sources/local-file.ts';

/** Runs the body in the context of a trial of the job, which is closed then. */
export async function inTrial<Result>(
  job: Job,
  environment: Partial<Parameters<typeof openRunContext>[1]>,
  body: (context: RunContext) => Promise<Result>,
): Promise<Result> {
  const frozen = job as unknown as Json;
  const run = { id: 'try', job: frozen, baseDir: '/', state: 'running' as const, startedAt: 0 };
  const context = await openRunContext(run, {
    ...{ env: {}, baseDir: '/', openFile: localFiles('/') },
    ...environment,
  });
  try {
    return await body(context);
  } finally {
    await context.close();
  }
}
