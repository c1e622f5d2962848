import { HaltError } from '../errors.ts';
import type { Settings } from '../job/settings-schema.ts';

/** Environment variables of the functions. */
export const functionEnv = {
  table: 'SPINNERET_TABLE',
  bucket: 'SPINNERET_BUCKET',
  queueUrl: 'SPINNERET_QUEUE_URL',
  finishQueueUrl: 'SPINNERET_FINISH_QUEUE_URL',
  /** Of stacks with a browser. */
  browserQueueUrl: 'SPINNERET_BROWSER_QUEUE_URL',
  deadLetterQueueUrl: 'SPINNERET_DEAD_LETTER_QUEUE_URL',
  topicArn: 'SPINNERET_TOPIC_ARN',
  /** Of the key of KMS that wraps the key of sessions. */
  keyArn: 'SPINNERET_KEY_ARN',
  /** JSON of `FunctionSettings`. */
  settings: 'SPINNERET_SETTINGS',
  /** Read by the logger itself (Powertools for AWS Lambda). */
  logLevel: 'POWERTOOLS_LOG_LEVEL',
} as const;

type AwsSettings = Settings['aws'];

/** What `typeof` says of a setting; `optional` of one that may be left out. */
type TypeOf<Value> = undefined extends Value
  ? 'optional'
  : Value extends string
    ? 'string'
    : Value extends number
      ? 'number'
      : Value extends boolean
        ? 'boolean'
        : never;

const settingsOfFunctions = {
  stack: 'string',
  leaseMs: 'number',
  batchSize: 'number',
  keepDays: 'number',
  keepRunsDays: 'number',
  workerMemoryMb: 'number',
  workerTimeoutMs: 'number',
  visibilityMs: 'number',
  allowPrivate: 'boolean',
  failureShare: 'number',
  telemetry: 'optional',
  browser: 'optional',
} as const satisfies { [Name in keyof AwsSettings]?: TypeOf<AwsSettings[Name]> };

/** The part of config/settings.yaml that the functions need; infra/ writes it, checked, as JSON. */
export type FunctionSettings = Pick<AwsSettings, keyof typeof settingsOfFunctions>;

export function functionSettings(settings: AwsSettings): FunctionSettings {
  return Object.fromEntries(
    Object.entries(settings).filter(([name]) => Object.hasOwn(settingsOfFunctions, name)),
  ) as unknown as FunctionSettings;
}

/**
 * Reads what infra/ wrote. While a stack is updated, Lambda has new code with the settings of before for a moment, or the
 * other way round. Throws `HaltError` STACK_OUTDATED, which names the setting that is not there.
 */
export function readFunctionSettings(json: string): FunctionSettings {
  const found: Record<string, unknown> = JSON.parse(json);
  for (const [name, type] of Object.entries(settingsOfFunctions)) {
    const value = found[name];
    if (type === 'optional' || typeof value === type) continue;
    const what = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
    throw new HaltError(
      'STACK_OUTDATED',
      `${functionEnv.settings}: expected ${name} to be a ${type}, but it ${what}: code and settings are of two deployments`,
    );
  }
  return found as unknown as FunctionSettings;
}
