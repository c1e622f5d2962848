import { defaultPrices } from '../../shared/cost/cost.ts';
import { objectKeys } from '../../shared/deployment/names.ts';
import { HaltError } from '../../shared/errors.ts';
import type { Run } from '../../shared/model.ts';
import { isRunOver } from '../../shared/observe/run-view.ts';
import { countObjects, deleteObjects } from '../../shared/stores/aws/forget-objects.ts';
import {
  countRecords,
  deleteRecords,
  deleteRunRecord,
  noRecords,
  tableBytes,
} from '../../shared/stores/aws/forget-records.ts';
import { formatBytes, formatCount, formatNoun } from '../../shared/text/format.ts';
import { findRunsOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { exitCodes, usageError } from '../report-error.ts';
import { makeTicker } from '../run/ticker.ts';
import type { AwsOptions } from './aws-options.ts';
import { stackFlags } from './fleet-text.ts';
import { hasManifest } from './manifest.ts';
import { type AwsProject, onAws } from './on-aws.ts';
import { listOpenReceipts, type Receipt, readOpenReceipt, writeReceipt } from './receipts.ts';

export interface ForgetOnAws extends AwsOptions {
  last?: boolean;
  olderThan?: number;
  claims?: boolean;
}

const dayMs = 86_400_000;

/** So often it is looked again for what somebody slow has written meanwhile. */
const maxLooks = 5;

/**
 * `forget --aws`: counts what there is of the runs, notes that as their receipts, deletes it, and looks again until
 * nothing is left. Killed anywhere and called again, it goes on, with the same receipts. Done with the caller's own
 * rights: no function of the stack may delete.
 */
export async function forgetOnAws(output: Output, options: ForgetOnAws, names: string[]): Promise<number> {
  return onAws('forget', options, async (aws) => {
    const runs = await runsToForget(aws, options, names);
    const open = await openReceipts(aws, names);
    const isLocked = new Set(open.map(({ run }) => run));
    const fresh = runs.filter(({ id }) => !isLocked.has(id));
    const receipts = [...open, ...(await countAll(output, aws, fresh, options.claims === true))];
    const done = receipts.length === 0 ? [] : await eraseAll(output, aws, receipts);
    report(output, done);
    return exitCodes.done;
  });
}

function bucketOf({ store, stack }: AwsProject) {
  return { client: store.s3, bucket: stack.bucket };
}

function tableOf({ store, stack }: AwsProject) {
  return { client: store.dynamodb, name: stack.table };
}

/** Of those named; of all, when none is: what was begun is to be ended. */
async function openReceipts(aws: AwsProject, names: string[]): Promise<Receipt[]> {
  const begun = await listOpenReceipts(bucketOf(aws));
  const wanted = names.length === 0 ? begun : begun.filter((run) => names.includes(run));
  const receipts = await Promise.all(wanted.map((run) => readOpenReceipt(bucketOf(aws), run)));
  return receipts.filter((receipt) => receipt !== undefined);
}

async function runsToForget(aws: AwsProject, options: ForgetOnAws, names: string[]): Promise<Run[]> {
  const { ledger } = aws.store;
  if (options.olderThan !== undefined) return oldRuns(aws, options.olderThan);
  const begun = new Set(await listOpenReceipts(bucketOf(aws)));
  const [first] = begun;
  // Its record may be gone already: the one that started last would then be another run.
  if (options.last === true && first !== undefined) {
    const command = `npx spinneret forget ${first} ${stackFlags(options)}`;
    throw usageError(
      `${first} was begun to be forgotten, so that --last may be another run: first ${command}`,
    );
  }
  const named = names.filter((name) => !begun.has(name));
  const isAny = named.length > 0 || options.last === true;
  const runs = isAny ? await findRunsOrLast(ledger, named, options.last) : [];
  for (const run of runs) await refuseUnfinished(aws, options, run);
  return runs;
}

async function oldRuns(aws: AwsProject, days: number): Promise<Run[]> {
  const { ledger } = aws.store;
  const before = Date.now() - days * dayMs;
  const old = (await ledger.listRuns()).filter(
    ({ finishedAt }) => finishedAt !== undefined && finishedAt <= before,
  );
  const areOver = await Promise.all(old.map((run) => isOver(aws, run)));
  const exported = await Promise.all(old.map((run) => isExported(aws, run)));
  return old.filter((_, index) => areOver[index] === true && exported[index] === true);
}

async function isOver({ store: { ledger } }: AwsProject, run: Run): Promise<boolean> {
  return isRunOver(run, await ledger.readCounts(run.id));
}

/** Its manifest is there, or it has waited for one for a day. What is deleted during an export would come again. */
async function isExported(aws: AwsProject, { id, finishedAt = 0 }: Run): Promise<boolean> {
  return finishedAt < Date.now() - dayMs || (await hasManifest(aws, id));
}

/** Throws USAGE when the run is not over. */
async function refuseUnfinished(aws: AwsProject, options: ForgetOnAws, run: Run): Promise<void> {
  const cancel = `npx spinneret cancel ${run.id} ${stackFlags(options)}`;
  if (!(await isOver(aws, run)))
    throw usageError(`${run.id} is ${run.state} and not over: let it end, or ${cancel}`);
  if (await isExported(aws, run)) return;
  throw usageError(
    `${run.id} is over, but its export is not: wait for its manifest; a day after its end, that is no matter`,
  );
}

/** Counted before anything is deleted, so that a receipt is the same however often the deletion is begun again. */
async function countAll(
  output: Output,
  aws: AwsProject,
  runs: Run[],
  withClaims: boolean,
): Promise<Receipt[]> {
  if (runs.length === 0) return [];
  await noteCost(output, aws);
  using ticker = makeTicker(() => 'looking for what there is of the runs');
  const records = await countRecords(tableOf(aws), new Set(runs.map(({ id }) => id)), () => ticker.tick());
  const begunAt = new Date().toISOString();
  const receipts: Receipt[] = [];
  for (const run of runs) {
    const { id, state, startedAt, finishedAt } = run;
    const receipt: Receipt = {
      ...{ run: id, state, startedAt: new Date(startedAt).toISOString() },
      ...(finishedAt === undefined ? {} : { finishedAt: new Date(finishedAt).toISOString() }),
      ...{ begunAt, withClaims, records: records.get(id) ?? noRecords },
      objects: await countObjects(bucketOf(aws), id),
    };
    await writeReceipt(bucketOf(aws), receipt);
    receipts.push(receipt);
  }
  return receipts;
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
    await erase(
      aws,
      group.map(({ run }) => run),
      { claims: withClaims, onPage },
    );
    for (const receipt of group) {
      const ended = { ...receipt, forgottenAt: new Date().toISOString() };
      await writeReceipt(bucketOf(aws), ended);
      output.note(`forgot ${receipt.run}`);
      done.push(ended);
    }
  }
  return done;
}

async function erase(
  aws: AwsProject,
  runs: string[],
  options: { claims: boolean; onPage: () => void },
): Promise<void> {
  for (const run of runs) await deleteRunRecord(tableOf(aws), run);
  for (let look = 1; look <= maxLooks; look += 1) {
    let found = await deleteRecords(tableOf(aws), new Set(runs), options);
    for (const run of runs) found += await deleteObjects(bucketOf(aws), run, options.onPage);
    if (found === 0) return;
  }
  const message = `something still writes for ${runs.join(', ')}: after ${maxLooks} looks there was something left`;
  throw new HaltError('FORGET_INCOMPLETE', message);
}

function report(output: Output, receipts: Receipt[]): void {
  output.data({ forgotten: receipts });
  for (const receipt of receipts) for (const line of receiptLines(receipt)) output.line(line);
  if (receipts.length === 0) output.line('no run is that old and over: nothing was forgotten');
  else
    output.line(
      'what is kept elsewhere, and for how long: docs/operations.md, "What is kept, and for how long"',
    );
}

/** Of the names in a receipt: `urls`, `batches`. */
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
