import { type Code, SpinneretError } from '../../shared/errors.ts';
import type { Output } from '../output.ts';
import { reportWarning } from '../report-error.ts';
import { type Concurrency, readConcurrency, shortageOf } from './concurrency.ts';
import type { AwsConfig } from './connect.ts';

/** The number of concurrent workers, as far as the account's quota allows. */
export interface WorkerPool {
  /** `aws.maxConcurrency`. */
  asked: number;
  /** As many as may run; `asked` where the account's quota is not known. */
  workers: number;
  quota?: Concurrency;
  warning?: { code: Code; message: string };
}

/** Never throws: a quota that cannot be read is reported, and does not prevent a run from starting. */
export async function readWorkerPool(config: AwsConfig, asked: number): Promise<WorkerPool> {
  try {
    const [quota, region] = await Promise.all([readConcurrency(config), config.region()]);
    const shortage = shortageOf(quota, asked, region);
    if (shortage === undefined) return { asked, workers: asked, quota };
    const message = `${shortage.says}. ${shortage.remedy}`;
    return { asked, workers: quota.unreserved, quota, warning: { code: 'AWS_QUOTA', message } };
  } catch (error) {
    const { code, message } =
      error instanceof SpinneretError ? error : { code: 'AWS_FAILED' as const, message: String(error) };
    const what =
      'the account’s quota of concurrent functions could not be read, so nobody knows whether it lets';
    return { asked, workers: asked, warning: { code, message: `${what} ${asked} workers run: ${message}` } };
  }
}

/** On stderr; an object has it as a field too. */
export function reportPool(output: Output, { warning }: WorkerPool): void {
  if (warning !== undefined) reportWarning(warning.code, warning.message, output.isJson);
}
