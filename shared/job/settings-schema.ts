import { z } from 'zod';
import { s3Prefix } from '../schema/s3-address.ts';
import {
  alarms,
  browser,
  canary,
  kmsKeyArn,
  logLevel,
  news,
  permissionsBoundary,
  rollout,
  telemetry,
  vpc,
} from './aws-options-schema.ts';

const awsKeys = z
  .strictObject({
    stack: z
      .string()
      // The name of a parameter must not begin with aws or ssm (Parameter Store); JSON Schema has no flag to
      // ignore case.
      .regex(
        /^(?![Aa][Ww][Ss]|[Ss][Ss][Mm])[A-Za-z][A-Za-z0-9-]{0,40}$/,
        'a letter, then letters, digits or "-", 41 at most, and neither aws nor ssm first',
      )
      .default('Spinneret')
      .describe('Name of the CloudFormation stack; two stacks in one account know nothing of each other.'),
    workerMemoryMb: z
      .int()
      .min(256)
      .max(10_240)
      .default(512)
      .describe('Memory of a worker function, in MB; its share of a CPU grows with it.'),
    workerTimeoutMs: z
      .int()
      .min(30_000)
      .max(900_000)
      .multipleOf(1_000)
      .default(120_000)
      .describe(
        'Milliseconds after which AWS ends a worker function; longer than fetch.timeoutMs of every job that names one.',
      ),
    leaseMs: z
      .int()
      .min(10_000)
      .max(899_000)
      .optional()
      .describe(
        'Milliseconds for which a function may hold a batch; less than workerTimeoutMs, and without it 10 s less. Never ended sooner than 10 s before the function.',
      ),
    visibilityMs: z
      .int()
      .min(180_000)
      .max(43_200_000)
      .multipleOf(1_000)
      .optional()
      .describe(
        'Visibility timeout of the queue in milliseconds, at least six times workerTimeoutMs, and without it six times.',
      ),
    maxConcurrency: z
      .int()
      .min(2)
      .max(1_000)
      .default(100)
      .describe('Worker functions at once, at most: the size of the pool.'),
    batchingWindowMs: z
      .int()
      .min(0)
      .max(20_000)
      .multipleOf(1_000)
      .default(2_000)
      .describe(
        'Milliseconds for which a batch waits for company before a worker is called; where few are due, AWS may make it 20 s. 0: none, for long paginations of few hosts that must be quick, at up to four times the price.',
      ),
    batchSize: z
      .int()
      .min(1)
      .max(200)
      .default(50)
      .describe('Requests of one host per batch, at most; slow hosts get smaller ones.'),
    keepDays: z
      .int()
      .min(1)
      .max(3_650)
      .default(30)
      .describe('Days after which outcomes, exported items and what is known of URLs are deleted.'),
    keepRunsDays: z
      .int()
      .min(1)
      .max(3_650)
      .default(400)
      .describe(
        'Days after its end for which a run is listed: its record, counts and job; keepDays at least. More than a year, to compare with the last.',
      ),
    logDays: z
      .literal([1, 3, 5, 7, 14, 30, 60, 90, 180, 365])
      .default(30)
      .describe('Days for which logs are kept.'),
    alarms,
    news,
    alarmEmail: z
      .email('a mail address')
      .optional()
      .describe('Short for one address in both alarms.email and news.email.'),
    allowPrivate: z
      .boolean()
      .default(false)
      .describe(
        'Whether jobs with `network: allowPrivate` are taken: their functions reach private addresses of the network they run in.',
      ),
    seeds: z
      .array(z.string().max(1_200).regex(s3Prefix, 's3://bucket/, or s3://bucket/lists/'))
      .max(20)
      .default([])
      .describe(
        'Objects of S3 that jobs may read URLs from (`urls.file`): s3://bucket/ and what their keys begin with. The functions are given s3:GetObject of these, and of no others.',
      ),
    failureShare: z
      .number()
      .gt(0)
      .lte(1)
      .default(0.2)
      .describe('Share of failed pages above which a finished run raises an alarm.'),
    monthlyBudgetUsd: z
      .number()
      .gt(0)
      .optional()
      .describe(
        'AWS Budget in US dollars a month, with mails at 80 and 100 percent; needs alarms.email and analytics.',
      ),
    jobs: z
      .array(z.string().min(1))
      .default(['config/*.yaml'])
      .describe('Files whose jobs with a schedule are deployed, relative to the project folder.'),
    analytics: z
      .boolean()
      .default(false)
      .describe(
        'Deploy the second stack too: Glue table and Athena views over the items, saved log queries, budget.',
      ),
    deleteData: z
      .boolean()
      .default(false)
      .describe('Whether cdk destroy deletes table and bucket; else they stay.'),
    rollout,
    kmsKeyArn: kmsKeyArn.optional(),
    pointInTimeRecovery: z
      .boolean()
      .default(false)
      .describe('Whether the table can be put back to any second of the last 35 days.'),
    versioning: z
      .boolean()
      .default(false)
      .describe('Whether the bucket keeps what was overwritten or deleted, for seven days.'),
    vpc: vpc.optional(),
    permissionsBoundary: permissionsBoundary.optional(),
    logLevel,
    tracing: z.boolean().default(false).describe('Whether functions are traced by X-Ray.'),
    telemetry: telemetry.optional(),
    canary: canary.optional(),
    browser: browser.optional(),
    tags: z
      .record(z.string().min(1).max(128), z.string().max(256))
      .default({})
      .describe('Tags of every resource.'),
  })
  .describe('The deployment on AWS.');

/** The other times follow from one that is set, so that a user who changes it need not know them. */
function withTimes(given: z.output<typeof awsKeys>) {
  const { workerTimeoutMs } = given;
  const { leaseMs = workerTimeoutMs - 10_000, visibilityMs = 6 * workerTimeoutMs } = given;
  return { ...given, leaseMs, visibilityMs };
}

/**
 * A lease must end before its function does, and a message must not be redelivered while its function may be
 * running.
 */
function checkTimes(
  {
    leaseMs,
    workerTimeoutMs,
    visibilityMs,
  }: { leaseMs: number; workerTimeoutMs: number; visibilityMs: number },
  context: z.core.$RefinementCtx,
): void {
  if (leaseMs >= workerTimeoutMs)
    context.addIssue({
      code: 'custom',
      path: ['leaseMs'],
      message: `less than workerTimeoutMs (${workerTimeoutMs}), or the line left out`,
      input: leaseMs,
    });
  if (visibilityMs < 6 * workerTimeoutMs)
    context.addIssue({
      code: 'custom',
      path: ['visibilityMs'],
      message: `at least ${6 * workerTimeoutMs}, six times workerTimeoutMs, or the line left out`,
      input: visibilityMs,
    });
}

const aws = awsKeys.transform(withTimes).superRefine(checkTimes);

/** The only home of the engine's settings (config/settings.yaml), which apply to every job of a project. */
export const settingsSchema = z
  .strictObject({
    processes: z
      .union([z.literal('auto'), z.int().min(1).max(256)])
      .default('auto')
      .describe(
        'Worker processes of a run on this machine; auto: one, and up to one per core once there is work for them.',
      ),
    batchesPerProcess: z
      .int()
      .min(1)
      .max(10_000)
      .default(4_000)
      .describe(
        'Batches one process has under way at once, at most. Within it a process takes what it has time, memory and connections for; few need to set it.',
      ),
    batchSize: z
      .int()
      .min(1)
      .max(500)
      .default(50)
      .describe('Requests of one host per batch, at most; slow hosts get smaller ones.'),
    leaseMs: z
      .int()
      .min(2_000)
      .max(600_000)
      .default(10_000)
      .describe('Milliseconds after which the batches of a process that stopped answering go to another.'),
    browser: z
      .strictObject({
        path: z
          .string()
          .min(1)
          .optional()
          .describe('Program of Chromium or Chrome. Default: the first that is found on this machine.'),
        sandbox: z
          .boolean()
          .default(true)
          .describe(
            "Whether pages run in Chromium's sandbox, in which root can't start it. false only where the machine itself is one, such as a container.",
          ),
      })
      .prefault({})
      .describe('The browser of this machine, for jobs that read pages in one (render).'),
    store: z
      .string()
      .min(1)
      .default('.spinneret/store.db')
      .describe('The SQLite file that remembers every run, relative to the project folder.'),
    outputDir: z
      .string()
      .min(1)
      .default('output')
      .describe('Folder for exported files, relative to the project folder.'),
    aws: aws.prefault({}),
  })
  .describe('config/settings.yaml: the engine, for every job of a project.');

export type Settings = z.output<typeof settingsSchema>;
