import { HaltError } from '../errors.ts';
import type { Settings } from '../job/settings-schema.ts';

/**
 * The names of the stack's resources, in one place: infra/ writes them, functions/ and cli/ read them. No ARN has
 * to be copied by hand.
 */

/**
 * Raised when functions and command line no longer understand each other's records; `enqueue` refuses a stack with
 * another version.
 */
export const deploymentVersion = '1';

/** Outputs of the CloudFormation stack, by which the command line finds its resources. */
export const outputs = {
  version: 'Version',
  table: 'TableName',
  bucket: 'BucketName',
  queueUrl: 'QueueUrl',
  deadLetterQueueUrl: 'DeadLetterQueueUrl',
  /** Since 0.2. */
  finishQueueUrl: 'FinishQueueUrl',
  startFunction: 'StartFunctionName',
  workerFunction: 'WorkerFunctionName',
  /** Link to the CloudWatch dashboard. */
  dashboard: 'DashboardUrl',
  /** For the user's own subscriptions. */
  alarmTopicArn: 'AlarmTopicArn',
  notificationTopicArn: 'NewsTopicArn',
  /** Managed policies for people who run the command line. */
  readerPolicyArn: 'ReaderPolicyArn',
  operatorPolicyArn: 'OperatorPolicyArn',
} as const;

/**
 * The table's index of runs by start: partition key `kind`, sort key `startedAt`. Only records of runs have these
 * attributes, so it stays small, and only keys are read from it.
 */
export const runsIndex = 'runs';

/** The job of the stack's canary (`aws.canary`): its runs are not listed, and only its alarm reports on them. */
export const canaryJob = 'spinneret-canary';

export function isCanary(run: string): boolean {
  return run.startsWith(`${canaryJob}-`);
}

/** Environment variables of the functions. */
export const functionEnv = {
  table: 'SPINNERET_TABLE',
  bucket: 'SPINNERET_BUCKET',
  queueUrl: 'SPINNERET_QUEUE_URL',
  finishQueueUrl: 'SPINNERET_FINISH_QUEUE_URL',
  deadLetterQueueUrl: 'SPINNERET_DEAD_LETTER_QUEUE_URL',
  topicArn: 'SPINNERET_TOPIC_ARN',
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

/** Jobs' secrets `${env:NAME}` are SecureString parameters of the SSM Parameter Store under this path. */
export function secretPath(stack: string): string {
  return `/${stack}/env/`;
}

/** Names of the secrets that the deployment itself needs, whatever job it runs. */
export function secretsOfStack({ telemetry }: Pick<Settings['aws'], 'telemetry'>): string[] {
  return telemetry?.headersSecret === undefined ? [] : [telemetry.headersSecret];
}

/** Keys of the bucket. A batch id is a digest, so the objects of a run are spread evenly. */
export const objectKeys = {
  outcomes: (run: string) => `runs/${run}/outcomes/`,
  outcome: (run: string, batch: string) => `runs/${run}/outcomes/${batch}.json.gz`,
  /** Files that the job names: handlers (bundled) and URL lists. */
  file: (run: string, path: string) => `runs/${run}/files/${path}`,
  manifest: (run: string) => `runs/${run}/manifest.json`,
  /** Complete items, one JSON object a line; the layout of a Hive partition, for Athena. */
  items: (run: string) => `items/run=${run}/items.jsonl.gz`,
  itemsFolder: (run: string) => `items/run=${run}/`,
  /** For a large run: the parts, in the same folder, from which Athena reads them all. */
  itemsPart: (run: string, part: number | '*') => `items/run=${run}/items-${partName(part)}.jsonl.gz`,
  /** The other files of a run: items in other formats, incomplete items, failures. */
  report: (run: string, name: string) => `runs/${run}/exports/${name}`,
  /** The intermediate files of an export in parts; deleted after a week. */
  part: (run: string, name: string) => `${partsPrefix}${run}/${name}`,
  /** What was deleted with a run that was forgotten; or, until that is done, what is to be deleted. */
  receipt: (run: string) => `${receiptsPrefix}forgotten/${run}.json`,
  openReceipt: (run: string) => `${receiptsPrefix}forgetting/${run}.json`,
} as const;

/**
 * Receipts say what was erased and when, and nothing of its content. They are kept for three years, the limitation
 * period of claims.
 */
export const receiptsPrefix = 'receipts/';
export const receiptsKeepDays = 1_095;

/** Intermediate files, kept for longer than a message of the finish queue. */
export const partsPrefix = 'parts/';
export const partsKeepDays = 8;

/** The order of the names is that of the parts, for as many parts as there can be. */
export function partName(part: number | '*'): string {
  return part === '*' ? part : String(part).padStart(5, '0');
}

/** After this many deliveries without an end a batch, or a task of a run, is a dead letter. */
export const workDeliveries = 5;
export const finishDeliveries = 5;

/** Temporary storage of the finish function; a test compares it with what is sorted there. */
export const finishTmpMib = 1_024;

/** The interval of the watchdog. */
export const watchdogEveryMs = 900_000;

/** The register for what the watchdog remembers from one call to the next. */
export const watchdogRegister = 'spinneret/watchdog';

/** The CloudWatch namespace of all metrics. */
export const metricNamespace = 'Spinneret';
