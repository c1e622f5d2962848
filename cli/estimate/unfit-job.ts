import { misfitsOfOwn } from '../../shared/deployment/fit.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { Output } from '../output.ts';

/** The error that `enqueue` will report for a job that does not fit the settings. */
export interface UnfitJob {
  code: 'JOB_UNFIT';
  message: string;
}

export function refusalOf(job: Job, settings: Settings['aws']): UnfitJob | undefined {
  const misfits = misfitsOfOwn(job, settings);
  return misfits.length === 0 ? undefined : { code: 'JOB_UNFIT', message: misfits.join('; ') };
}

export function showRefusal(output: Output, refusal: UnfitJob | undefined): void {
  if (refusal === undefined) return;
  output.line(`  ${output.paint('red', `will be refused by enqueue, ${refusal.code}`)}: ${refusal.message}`);
}
