import { GetObjectCommand, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type Cost, costOf, type Usage, usageNames, usageOf } from '../../shared/cost/cost.ts';
import { objectKeys } from '../../shared/deployment/names.ts';
import type { FinishTask } from '../../shared/deployment/run-task.ts';
import { endedPages } from '../../shared/observe/run-view.ts';
import { type Summary, summarise } from '../../shared/observe/summary.ts';
import { summaryLines } from '../../shared/observe/summary-text.ts';
import { coverageToBucket } from '../coverage-to-bucket.ts';
import { clientOptions, type Environment, type Stores } from '../environment.ts';
import { type ExportedFile, exportToBucket } from '../export-to-bucket.ts';
import type { Watch } from '../watch.ts';
import { callWebhook } from '../webhook.ts';
import type { NextTask, TaskCall } from './task-call.ts';

/** What a run came to: the last thing written of it. */
export interface Manifest extends Summary {
  usage: Usage;
  cost: Cost;
  files: ExportedFile[];
  /** Keys of the reports of what a search for places has covered. */
  coverage?: string[];
  /** What became of the call, where the job names a webhook. */
  webhook?: string;
}

/** Finishes a run, once; one whose manifest is there is finished. */
export async function finish(
  { environment, stores, watch }: TaskCall,
  { run: id }: FinishTask,
): Promise<NextTask[]> {
  const { ledger, s3, outcomes } = stores;
  const { bucket } = environment;
  const startedAt = Date.now();
  const run = await ledger.readRun(id);
  const counts = await ledger.readCounts(id);
  if (run === undefined || counts['open'] !== 0) return [];
  if (await hasManifest(stores, bucket, id)) return [];
  const target = { s3, bucket, outcomes };
  const files = await exportToBucket(target, run, counts);
  // A report is not worth a run without an end.
  const coverage = await coverageToBucket(target, run).catch((error: unknown) => {
    watch.fault(error);
    return [];
  });
  const summary = summarise(run, counts, Date.now());
  stores.meter.add('lambdaMbMs', environment.memoryMb * (Date.now() - startedAt));
  const usage = sum(usageOf(counts), stores.meter.take(id));
  const cost = costOf(usage);
  const webhook = await callWebhook(environment.settings.stack, run, { ...summary, cost, files });
  const manifest: Manifest = {
    ...summary,
    usage,
    cost,
    files,
    ...(coverage.length === 0 ? {} : { coverage }),
    ...(webhook === undefined ? {} : { webhook }),
  };
  await tell(environment, manifest);
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: objectKeys.manifest(id),
      Body: JSON.stringify(manifest, null, 2),
      ContentType: 'application/json',
    }),
  );
  report(watch, manifest);
  return [];
}

async function hasManifest({ s3 }: Stores, bucket: string, run: string): Promise<boolean> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: objectKeys.manifest(run) }));
    await Body?.transformToByteArray();
    return true;
  } catch (error) {
    if (error instanceof NoSuchKey) return false;
    throw error;
  }
}

/** Twice rather than never: the manifest comes after it. */
async function tell({ topicArn, settings }: Environment, manifest: Manifest): Promise<void> {
  const { pages, failures, cost, files } = manifest;
  const share = failedShare(manifest);
  const remark = share > settings.failureShare ? `, ${Math.round(100 * share)} % of its pages failed` : '';
  const Message = [
    ...summaryLines(manifest),
    `  cost    $${cost.totalUsd.toFixed(4)}`,
    ...files.map(({ key, records }) => `  file    ${key} (${records})`),
    ...(failures.length > 0 && pages.failed > 0 ? ['', 'What each code means: docs/errors.md'] : []),
  ].join('\n');
  const sns = new SNSClient(clientOptions);
  // A subject is ASCII, one line, 100 characters.
  const Subject = `${manifest.run} ${manifest.state}${remark}`.slice(0, 100);
  await sns.send(new PublishCommand({ TopicArn: topicArn, Subject, Message }));
  sns.destroy();
}

function report(watch: Watch, manifest: Manifest): void {
  watch.metric('RunsFinished', 1);
  if (endedPages(manifest.pages) > 0) watch.metric('RunFailureShare', failedShare(manifest));
  watch.info('run finished', { ...manifest });
}

function failedShare({ pages }: Summary): number {
  const ended = endedPages(pages);
  return ended === 0 ? 0 : pages.failed / ended;
}

function sum(a: Usage, b: Usage): Usage {
  return Object.fromEntries(usageNames.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}
