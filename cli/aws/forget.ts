import { defaultPrices } from '../../shared/cost/cost.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { HaltError } from '../../shared/errors.ts';
import type { Run } from '../../shared/model.ts';
import { jobNameOf } from '../../shared/observe/run-view.ts';
import { countObjects, deleteObjects } from '../../shared/stores/aws/forget-objects.ts';
import {
  countRecords,
  deleteRecords,
  deleteRunRecord,
  type Forgotten,
  noRecords,
  tableBytes,
} from '../../shared/stores/aws/forget-records.ts';
import { formatBytes, formatCount, formatNoun } from '../../shared/text/format.ts';
import { type ForgottenFiles, forgottenFilesLine } from '../forgotten-files.ts';
import type { Output } from '../output.ts';
import { makeTicker } from '../progress/ticker.ts';
import { forgetDownloads } from './forget-downloads.ts';
import { type AwsProject, bucketOf, tableOf } from './on-aws.ts';
import { type Receipt, readOpenReceipt, writeReceipt } from './receipts.ts';

/** The maximum number of passes: a slow process may write records after they were deleted. */
const maxLooks = 5;

/**
 * Counts the records and objects of the runs, writes the counts into receipts, deletes, and repeats until nothing is left.
 * After a crash, a second call continues with the same receipts. Uses the caller's own permissions: no function of the
 * stack may delete.
 */
export async function forget(
  output: Output,
  aws: AwsProject,
  runs: Run[],
  { halfForgotten, claims }: { halfForgotten: string[]; claims: boolean },
): Promise<void> {
  const begun = await Promise.all(halfForgotten.map((run) => readOpenReceipt(bucketOf(aws), run)));
  const open = begun.filter((receipt) => receipt !== undefined);
  const isLocked = new Set(open.map(({ run }) => run));
  const fresh = runs.filter(({ id }) => !isLocked.has(id));
  const counted = await countAll(output, aws, fresh, { withClaims: claims, others: isLocked });
  const receipts = [...open, ...counted];
  const erased = receipts.length === 0 ? [] : await eraseAll(output, aws, receipts);
  report(output, erased, await forgetDownloads(aws, jobsOf(erased)));
}

/** Counted before anything is deleted, so that a receipt is the same however often the deletion is begun again. */
async function countAll(
  output: Output,
  aws: AwsProject,
  runs: Run[],
  { withClaims, others }: { withClaims: boolean; others: ReadonlySet<string> },
): Promise<Receipt[]> {
  if (runs.length === 0) return [];
  await noteCost(output, aws);
  using ticker = makeTicker(() => 'looking for what there is of the runs');
  const jobs = await jobsWithoutOthers(aws, runs, others);
  const forgotten = { runs: new Set(runs.map(({ id }) => id)), jobs };
  const records = await countRecords(tableOf(aws), forgotten, () => ticker.tick());
  const begunAt = new Date().toISOString();
  const receipts: Receipt[] = [];
  for (const run of runs) {
    const { id, state, startedAt, finishedAt } = run;
    const job = jobNameOf(run);
    const receipt: Receipt = {
      ...{ run: id, job, state, startedAt: new Date(startedAt).toISOString() },
      ...(jobs.get(job) === id ? { isLastOfJob: true } : {}),
      ...(finishedAt === undefined ? {} : { finishedAt: new Date(finishedAt).toISOString() }),
      ...{ begunAt, withClaims, records: records.get(id) ?? noRecords },
      objects: await countObjects(bucketOf(aws), id),
    };
    await writeReceipt(bucketOf(aws), receipt);
    receipts.push(receipt);
  }
  return receipts;
}

/** Jobs that have no run but these and `others`, which are being forgotten already: each with the first of these. */
async function jobsWithoutOthers(
  { store }: AwsProject,
  runs: Run[],
  others: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const ids = new Set([...others, ...runs.map(({ id }) => id)]);
  const left = (await store.ledger.listRuns()).filter(({ id }) => !ids.has(id)).map(jobNameOf);
  const first = new Map(runs.toReversed().map((run) => [jobNameOf(run), run.id]));
  for (const job of left) first.delete(job);
  return first;
}

/** The table is read three times: to count, to delete, and to see that nothing is left; the last two at twice the price. */
async function noteCost(output: Output, aws: AwsProject): Promise<void> {
  const bytes = await tableBytes(tableOf(aws));
  const units = (bytes / 4_096) * (0.5 + 1 + 1);
  const { perMillionReadUnits, perMillionWriteUnits } = defaultPrices.dynamodb;
  const usd = (units / 1e6) * perMillionReadUnits;
  output.note(
    `reads the table (${formatBytes(bytes)}) three times, $${usd.toFixed(2)}; a million records deleted are $${perMillionWriteUnits}`,
  );
}

async function eraseAll(output: Output, aws: AwsProject, receipts: Receipt[]): Promise<Receipt[]> {
  const groups = Map.groupBy(receipts, ({ withClaims }) => withClaims);
  const done: Receipt[] = [];
  for (const [withClaims, group] of groups) {
    let deleted = 0;
    using ticker = makeTicker(
      () => `${formatNoun(group.length, 'run')}: ${formatNoun(deleted, 'page')} of keys deleted`,
    );
    const onPage = () => {
      deleted += 1;
      ticker.tick();
    };
    await erase(aws, forgottenBy(group), { claims: withClaims, onPage });
    for (const receipt of group) {
      const finalReceipt = { ...receipt, forgottenAt: new Date().toISOString() };
      await writeReceipt(bucketOf(aws), finalReceipt);
      output.note(`forgot ${receipt.run}`);
      done.push(finalReceipt);
    }
  }
  return done;
}

function forgottenBy(receipts: Receipt[]): Forgotten {
  const last = receipts.filter(({ isLastOfJob }) => isLastOfJob === true);
  return {
    runs: new Set(receipts.map(({ run }) => run)),
    jobs: new Map(last.flatMap(({ run, job }) => (job === undefined ? [] : [[job, run] as const]))),
  };
}

async function erase(
  aws: AwsProject,
  forgotten: Forgotten,
  options: { claims: boolean; onPage: () => void },
): Promise<void> {
  const runs = [...forgotten.runs];
  for (const run of runs) await deleteRunRecord(tableOf(aws), run);
  for (let look = 1; look <= maxLooks; look += 1) {
    let found = await deleteRecords(tableOf(aws), forgotten, options);
    for (const run of runs) found += await deleteObjects(bucketOf(aws), run, options.onPage);
    if (found === 0) return;
  }
  const message = `something still writes for ${runs.join(', ')}: after ${maxLooks} looks there was something left`;
  throw new HaltError('FORGET_INCOMPLETE', message);
}

function jobsOf(receipts: Receipt[]): string[] {
  return [...new Set(receipts.flatMap(({ job }) => job ?? []))];
}

function report(output: Output, receipts: Receipt[], downloads: ForgottenFiles[]): void {
  output.data({ forgotten: receipts, ...(downloads.length === 0 ? {} : { downloads }) });
  for (const receipt of receipts) for (const line of receiptLines(receipt)) output.line(line);
  for (const gone of downloads) output.line(forgottenFilesLine(gone));
  if (receipts.length === 0) return;
  output.line(
    'what is kept elsewhere, and for how long: docs/operations.md, "What is kept, and for how long"',
  );
}

/** The singular of a name in a receipt, such as `urls` or `batches`. */
function singularOf(plural: string): string {
  return plural.replace(/(?<=ch)es$|s$/, '');
}

function receiptLines({ run, records, objects, withClaims }: Receipt): string[] {
  const { claims, hosts, ...own } = records;
  const { bytes, ...counted } = objects;
  const listed = (counts: Record<string, number>) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => formatNoun(count, singularOf(name), name))
      .join(', ') || 'nothing';
  return [
    `forgot ${run}`,
    `  table    ${listed(own)}`,
    `  bucket   ${listed(counted)}; ${formatBytes(bytes)}`,
    ...(hosts > 0 ? [`  hosts    ${formatCount(hosts)} that named it`] : []),
    ...(claims > 0
      ? [
          withClaims
            ? `  places   ${formatCount(claims)} that onlyNew knew by it: later runs give them again`
            : `  places   ${formatCount(claims)} stay known to onlyNew, of no run; --claims deletes them, too`,
        ]
      : []),
    `  receipt  ${objectKeys.receipt(run)}`,
  ];
}
