import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type Cost, costOf, type Usage, usageNames, usageOf } from '../../shared/cost/cost.ts';
import { isCanary } from '../../shared/deployment/canary.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { remarkLines } from '../../shared/export/remarks.ts';
import { finishedPages } from '../../shared/observe/run-view.ts';
import { type Summary, summarise } from '../../shared/observe/summary.ts';
import { summaryLines } from '../../shared/observe/summary-text.ts';
import { clientOptions, type Environment } from '../environment.ts';
import type { ExportedFile } from '../export-to-bucket.ts';
import type { TaskCall } from '../tasks/task-call.ts';
import type { Watch } from '../watch.ts';
import { callWebhook } from '../webhook.ts';
import { type Exporting, type LostFile, lineKinds, otherFormats, type Progress } from './progress.ts';

/** The result of a run: the last object that is written for it. */
export interface Manifest extends Summary {
  usage: Usage;
  cost: Cost;
  files: ExportedFile[];
  /** Files that could not be made; their records are in the others. */
  lostFiles?: LostFile[];
  /** Of a job with `recrawl`: the command that shows all that has changed, of which `changes` has the numbers. */
  diff?: string;
  /** Keys of the coverage reports of a search of areas. */
  coverage?: string[];
  /** The result of the call, if the job names a webhook. */
  webhook?: string;
}

/**
 * Sends the result of the run to topic and webhook, then writes the manifest: twice rather than never. `used`: the
 * usage of this call so far.
 */
export async function announceEnd(
  { environment, watch }: TaskCall,
  { run, job, counts, s3 }: Exporting,
  { files: made, lost, coverage, used }: Progress,
): Promise<void> {
  const files = inOrder(made, job);
  const summary = summarise(run, counts, Date.now());
  const usage = addUsage(usageOf(counts), used);
  const cost = costOf(usage);
  // A large run has hundreds of parts: they are listed in the manifest alone.
  const named = files.map(({ parts: _, ...file }) => file);
  const about = {
    ...{ files: named, ...(lost.length === 0 ? {} : { lostFiles: lost }) },
    ...(summary.changes === undefined
      ? {}
      : { diff: `npx spinneret diff ${run.id} --aws --stack ${environment.settings.stack}` }),
  };
  const webhook = await callWebhook(environment.settings.stack, run, { ...summary, cost, ...about });
  const manifest: Manifest = {
    ...summary,
    usage,
    cost,
    ...about,
    ...(coverage.length === 0 ? {} : { coverage }),
    ...(webhook === undefined ? {} : { webhook }),
  };
  if (!isCanary(run.id)) await announce(environment, manifest);
  await s3.send(
    new PutObjectCommand({
      Bucket: environment.bucket,
      Key: objectKeys.manifest(run.id),
      Body: JSON.stringify({ ...manifest, files }, null, 2),
      ContentType: 'application/json',
    }),
  );
  report(watch, manifest);
}

/** Items, those that are kept apart and failures as JSONL, then the formats in the job's order. */
function inOrder(files: ExportedFile[], job: Exporting['job']): ExportedFile[] {
  const order = [
    ...lineKinds.map((kind) => `${kind} jsonl`),
    ...otherFormats(job).map((name) => `items ${name}`),
  ];
  const position = ({ what, format }: ExportedFile) => order.indexOf(`${what} ${format}`);
  return files.toSorted((a, b) => position(a) - position(b));
}

async function announce({ topicArn, settings }: Environment, manifest: Manifest): Promise<void> {
  const { pages, failures, cost, files, lostFiles = [], diff } = manifest;
  const share = failedShare(manifest);
  const remark = share > settings.failureShare ? `, ${Math.round(100 * share)} % of its pages failed` : '';
  const Message = [
    ...summaryLines(manifest),
    `  cost    $${cost.totalUsd.toFixed(4)}`,
    ...files.flatMap(({ key, records, remarks = {} }) => [
      `  file    ${key} (${records})`,
      ...remarkLines(remarks).map((line) => `          ${line}`),
    ]),
    ...lostFiles.map(({ what, code }) => `  lost    ${what} (${code})`),
    ...(diff === undefined ? [] : [`  diff    ${diff}`]),
    ...(failures.length > 0 && pages.failed > 0 ? ['', 'What each code means: docs/errors.md'] : []),
  ].join('\n');
  const sns = new SNSClient(clientOptions);
  // A subject is one line of at most 100 ASCII characters.
  const Subject = `${manifest.run} ${manifest.state}${remark}`.slice(0, 100);
  await sns.send(new PublishCommand({ TopicArn: topicArn, Subject, Message }));
  sns.destroy();
}

function report(watch: Watch, manifest: Manifest): void {
  if (isCanary(manifest.run)) {
    if (manifest.pages.stored > 0) watch.metric('CanaryFinished', 1);
    return;
  }
  watch.metric('RunsFinished', 1);
  if (finishedPages(manifest.pages) > 0) watch.metric('RunFailureShare', failedShare(manifest));
  watch.info('run finished', { ...manifest });
}

function failedShare({ pages }: Summary): number {
  const finished = finishedPages(pages);
  return finished === 0 ? 0 : pages.failed / finished;
}

export function addUsage(a: Usage, b: Usage): Usage {
  return Object.fromEntries(usageNames.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}
