import type { Counts } from '../model.ts';
import prices from './prices.json' with { type: 'json' };

/** Billed usage of a run. As counts of the run the names have the prefix `used:`. */
export const usageNames = [
  /** DynamoDB write and read request units. */
  'writeUnits',
  'readUnits',
  /** SQS requests, in chunks of 64 KiB as they are billed. */
  'sqsRequests',
  's3Puts',
  's3Gets',
  /** Bytes stored in S3. */
  's3Bytes',
  /** Lambda: memory in MB × billed milliseconds, and invocations. */
  'lambdaMbMs',
  /** Lambda with a browser, which runs on x86: memory in MB × billed milliseconds. */
  'lambdaX86MbMs',
  'lambdaRequests',
  /** Bytes written to CloudWatch Logs. */
  'logBytes',
  /** Requests to KMS for the keys of sessions and of sealed files. */
  'kmsRequests',
] as const;

export type UsageName = (typeof usageNames)[number];
export type Usage = Partial<Record<UsageName, number>>;
/** Prices per service. Their one home is `prices.json`, with its date. */
export type Prices = typeof prices;
export type Service = 'dynamodb' | 'sqs' | 's3' | 'lambda' | 'logs' | 'kms';

/** US dollars, in total and by service. */
export interface Cost {
  totalUsd: number;
  byService: Record<Service, number>;
}

export const defaultPrices: Prices = prices;

/** Of the counts of a run that say what it used. */
export const usagePrefix = 'used:';

/** What a run used, out of its counts. */
export function usageOf(counts: Counts): Usage {
  return Object.fromEntries(usageNames.map((name) => [name, counts[`${usagePrefix}${name}`] ?? 0]));
}

/** Usage as counts of a run. */
export function usageCounts(usage: Usage): Counts {
  return Object.fromEntries(Object.entries(usage).map(([name, value]) => [`${usagePrefix}${name}`, value]));
}

/** The price of the usage, without free tiers. Storage is counted as one month of S3. */
export function costOf(usage: Usage, price: Prices = defaultPrices): Cost {
  const millions = (name: UsageName) => (usage[name] ?? 0) / 1e6;
  const gigabytes = (name: UsageName) => (usage[name] ?? 0) / 1024 ** 3;
  const { dynamodb, sqs, lambda, s3, logs, kms } = price;
  const byService = {
    dynamodb:
      millions('writeUnits') * dynamodb.perMillionWriteUnits +
      millions('readUnits') * dynamodb.perMillionReadUnits,
    sqs: millions('sqsRequests') * (sqs.perMillionRequests + sqs.perMillionFairQueueRequests),
    s3:
      millions('s3Puts') * s3.perMillionPuts +
      millions('s3Gets') * s3.perMillionGets +
      gigabytes('s3Bytes') * s3.perGbMonth,
    lambda:
      ((usage.lambdaMbMs ?? 0) / 1024 / 1000) * lambda.perGbSecond +
      ((usage.lambdaX86MbMs ?? 0) / 1024 / 1000) * lambda.perGbSecondX86 +
      millions('lambdaRequests') * lambda.perMillionRequests,
    logs: gigabytes('logBytes') * logs.perGb,
    kms: millions('kmsRequests') * kms.perMillionRequests,
  };
  const totalUsd = Object.values(byService).reduce((sum, usd) => sum + usd, 0);
  return { totalUsd, byService };
}

/** US dollars that a run has cost so far: for AWS, for the requests to Google's API, and for bytes through proxies. */
export function spentUsd(counts: Counts, price: Prices = defaultPrices): number {
  return (
    costOf(usageOf(counts), price).totalUsd +
    ((counts['billedMicroUsd'] ?? 0) + (counts['proxyMicroUsd'] ?? 0)) / 1e6
  );
}
