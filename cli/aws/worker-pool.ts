import { type Code, SpinneretError } from '../../shared/errors.ts';
import type { Output } from '../output.ts';
import { reportWarning } from '../report-error.ts';
import {
  type AskedConcurrency,
  type Concurrency,
  readConcurrency,
  sharesOf,
  shortageOf,
} from './concurrency.ts';
import type { AwsConfig } from './connect.ts';

/** The number of concurrent workers, as far as the account's quota allows. */
export interface WorkerPool {
  /** `aws.maxConcurrency`. */
  asked: number;
  /** As many as may run; `asked` where the account's quota is not known. */
  workers: number;
  /** Likewise of the functions with a browser, of a stack that has them: `aws.browser.maxConcurrency`. */
  browsers?: { asked: number; functions: number };
  quota?: Concurrency;
  warning?: { code: Code; message: string };
}

/** Never throws: a quota that cannot be read is reported, and does not prevent a run from starting. */
export async function readWorkerPool(config: AwsConfig, asked: AskedConcurrency): Promise<WorkerPool> {
  try {
    const [quota, region] = await Promise.all([readConcurrency(config), config.region()]);
    const shortage = shortageOf(quota, asked, region);
    if (shortage === undefined) return { ...poolOf(asked, asked), quota };
    const message = `${shortage.says}. ${shortage.remedy}`;
    return {
      ...poolOf(asked, sharesOf(asked, quota.unreserved)),
      quota,
      warning: { code: 'AWS_QUOTA', message },
    };
  } catch (error) {
    const { code, message } =
      error instanceof SpinneretError ? error : { code: 'AWS_FAILED' as const, message: String(error) };
    const what =
      'the account’s quota of concurrent functions could not be read, so nobody knows whether it lets';
    return {
      ...poolOf(asked, asked),
      warning: { code, message: `${what} ${askedText(asked)} run: ${message}` },
    };
  }
}

function poolOf(
  asked: AskedConcurrency,
  allowed: AskedConcurrency,
): Pick<WorkerPool, 'asked' | 'workers' | 'browsers'> {
  const { browsers: functions = 0 } = allowed;
  return {
    asked: asked.workers,
    workers: allowed.workers,
    ...(asked.browsers === undefined ? {} : { browsers: { asked: asked.browsers, functions } }),
  };
}

function askedText({ workers, browsers }: AskedConcurrency): string {
  return browsers === undefined
    ? `${workers} workers`
    : `${workers} workers and ${browsers} functions with a browser`;
}

/** On stderr; an object has it as a field too. */
export function reportPool(output: Output, { warning }: WorkerPool): void {
  if (warning !== undefined) reportWarning(warning.code, warning.message, output.isJson);
}
