import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { formatCount } from '../../shared/text/format.ts';
import { translateAwsError } from './aws-errors.ts';
import type { AwsConfig } from './connect.ts';

/** How many functions may run at once in an account and region. */
export interface Concurrency {
  /** The quota of the account. */
  total: number;
  /** What no function has reserved for itself: this is what a stack of ours shares with all others. */
  unreserved: number;
}

/** Of the mapping of a queue, the fewest that AWS takes ("MaximumConcurrency", API reference of ScalingConfig). */
const fewestWorkers = 2;
/** The rest is for starting, finishing and dead letters. */
const workersShare = 0.8;

/**
 * The account's quota, as Lambda tells it; after a change it may tell the old one for a while. Throws what
 * `translateAwsError` makes of a refusal.
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

/** What becomes of a stack that asks for more workers than the account allows. */
export interface ConcurrencyShortage {
  says: string;
  remedy: string;
}

/** `undefined` when `workers` at once are allowed, or nothing is known of the account. */
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

/** As many workers as an account lets run at once, with room for the other functions. */
export function workersThatFit(unreserved: number): number {
  return Math.max(fewestWorkers, Math.floor(workersShare * unreserved));
}
