import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Settings } from '../../shared/job/settings-schema.ts';
import { formatCount } from '../../shared/text/format.ts';
import { translateAwsError } from './aws-errors.ts';
import type { AwsConfig } from './connect.ts';

/** How many functions may run at once in an account and region. */
export interface Concurrency {
  /** The quota of the account. */
  total: number;
  /** The part that no function has reserved, which the stack shares with all other functions. */
  unreserved: number;
}

/** The minimum of `MaximumConcurrency` (Lambda API reference, ScalingConfig). */
const fewestFunctions = 2;
/** The share of what works on batches; the rest is for the start, finish and dead-letter functions. */
const workersShare = 0.8;

/**
 * The account's quota, as Lambda reports it; after a change, the old one may be reported for a while. Throws errors of
 * `translateAwsError`.
 */
export async function readConcurrency(config: AwsConfig): Promise<Concurrency> {
  const client = new LambdaClient(config);
  try {
    const { AccountLimit: limit } = await client.send(new GetAccountSettingsCommand());
    const total = limit?.ConcurrentExecutions ?? 0;
    return { total, unreserved: limit?.UnreservedConcurrentExecutions ?? total };
  } catch (error) {
    throw translateAwsError(error);
  } finally {
    client.destroy();
  }
}

/** The functions at once that a stack asks for. */
export interface AskedConcurrency {
  workers: number;
  /** Of a stack with functions that have a browser. @default none */
  browsers?: number | undefined;
}

/** The consequence for a stack that asks for more functions at once than the account allows. */
export interface ConcurrencyShortage {
  says: string;
  remedy: string;
}

/** `undefined` when the account allows so many functions at once, or its quota is unknown. */
export function shortageOf(
  { total, unreserved }: Concurrency,
  asked: AskedConcurrency,
  region: string,
): ConcurrencyShortage | undefined {
  const { workers, browsers = 0 } = asked;
  const sum = workers + browsers;
  if (total === 0 || sum <= unreserved) return undefined;
  const reserved = total > unreserved ? ` (of ${formatCount(total)}; the others have reserved the rest)` : '';
  const parts =
    browsers === 0 ? '' : ` (${formatCount(workers)} workers, and ${formatCount(browsers)} with a browser)`;
  return {
    says: `this account allows ${formatCount(unreserved)} functions at once in ${region}${reserved}; the stack asks for ${formatCount(sum)}${parts}: deliveries will be throttled`,
    remedy: `Set ${fittingSettings(asked, unreserved)} and deploy; or ask for a quota: aws service-quotas request-service-quota-increase --region ${region} --service-code lambda --quota-code L-B99A9384 --desired-value ${Math.max(1_000, total - unreserved + 2 * sum)}. Right after a raise Lambda may still tell the old quota.`,
  };
}

function fittingSettings(asked: AskedConcurrency, unreserved: number): string {
  const { workers, browsers } = concurrencyThatFits(asked, unreserved);
  const ofWorkers = `aws.maxConcurrency to ${workers}`;
  return browsers === undefined ? ofWorkers : `${ofWorkers} and aws.browser.maxConcurrency to ${browsers}`;
}

/** What fits into the account's quota in the same proportion, with room for the other functions. */
export function concurrencyThatFits(asked: AskedConcurrency, unreserved: number): AskedConcurrency {
  return sharesOf(asked, workersShare * unreserved);
}

/** So many functions at once, shared out as they were asked for. */
export function sharesOf({ workers, browsers }: AskedConcurrency, functions: number): AskedConcurrency {
  const part = (asked: number) =>
    Math.max(fewestFunctions, Math.floor((functions * asked) / (workers + (browsers ?? 0))));
  return { workers: part(workers), ...(browsers === undefined ? {} : { browsers: part(browsers) }) };
}

/** The functions at once that the settings ask for. */
export function concurrencyOf({
  maxConcurrency,
  browser,
}: Pick<Settings['aws'], 'maxConcurrency' | 'browser'>): AskedConcurrency {
  return {
    workers: maxConcurrency,
    ...(browser === undefined ? {} : { browsers: browser.maxConcurrency }),
  };
}
