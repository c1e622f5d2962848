import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
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
const fewestWorkers = 2;
/** The workers' share; the rest is for the start, finish and dead-letter functions. */
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

/** The consequence for a stack that asks for more workers than the account allows. */
export interface ConcurrencyShortage {
  says: string;
  remedy: string;
}

/** `undefined` when the account allows so many workers, or its quota is unknown. */
export function shortageOf(
  { total, unreserved }: Concurrency,
  workers: number,
  region: string,
): ConcurrencyShortage | undefined {
  if (total === 0 || workers <= unreserved) return undefined;
  const reserved = total > unreserved ? ` (of ${formatCount(total)}; the others have reserved the rest)` : '';
  const fitting = workersThatFit(unreserved);
  return {
    says: `this account allows ${formatCount(unreserved)} functions at once in ${region}${reserved}; the stack asks for ${formatCount(workers)}: deliveries will be throttled`,
    remedy: `Set aws.maxConcurrency to ${fitting} and deploy; or ask for a quota: aws service-quotas request-service-quota-increase --region ${region} --service-code lambda --quota-code L-B99A9384 --desired-value ${Math.max(1_000, total - unreserved + 2 * workers)}. Right after a raise Lambda may still tell the old quota.`,
  };
}

/** The number of workers that fit into the account's quota, with room for the other functions. */
export function workersThatFit(unreserved: number): number {
  return Math.max(fewestWorkers, Math.floor(workersShare * unreserved));
}
