import { urlKeyOf } from '../../shared/engine/ids.ts';
import { makeNormalise } from '../../shared/fetch/url.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Batch, Outcome } from '../../shared/model.ts';
import type { Database } from '../../shared/stores/local/database.ts';
import { outcomesOf, unaccounted, type World } from '../engine/world.ts';
import { runId } from './record.ts';

/** How far the run had come, and what of it does not agree. */
export interface Findings {
  batchesDone: number;
  violations: string[];
}

/**
 * Is the store that of one moment? A batch, its outcome, the URLs that it brought into the run, its children and the
 * run's counts are there together, or none of them.
 */
export async function checkStore(world: World, job: Job): Promise<Findings> {
  const violations = integrityFaults(world.database);
  if ((await world.ledger.readRun(runId)) === undefined) {
    if (messagesOf(world.database).length > 0) violations.push('messages of a run that is not there');
    return { batchesDone: 0, violations };
  }
  const outcomes = await outcomesOf(world, runId);
  const done = new Set(outcomes.map(({ batch }) => batch));
  const waiting = waitingBatches(world.database, done);
  const isSent = done.size > 0 || waiting.length > 0;
  violations.push(
    ...(await batchFaults(world, done)),
    ...(await ownerFaults(world, job, outcomes, done)),
    ...(await countFaults(world, outcomes, isSent ? waiting : undefined)),
  );
  return { batchesDone: done.size, violations };
}

function integrityFaults(database: Database): string[] {
  const rows = database.prepare('PRAGMA integrity_check').all();
  return rows.map((row) => String(row['integrity_check'])).filter((line) => line !== 'ok');
}

function messagesOf(database: Database): Batch[] {
  return database
    .prepare('SELECT body FROM messages')
    .all()
    .map((row): Batch => JSON.parse(String(row['body'])));
}

/** Batches that have no outcome. */
function waitingBatches(database: Database, done: Set<string>): Batch[] {
  const byId = new Map(messagesOf(database).map((batch) => [batch.id, batch]));
  return [...byId.values()].filter(({ id }) => !done.has(id));
}

async function batchFaults({ ledger }: World, done: Set<string>): Promise<string[]> {
  const states = await ledger.readBatches(runId, [...done]);
  return [...done]
    .filter((_, index) => states[index]?.isDone !== true)
    .map((batch) => `batch ${batch} has an outcome and is not done`);
}

/** Whatever an outcome links to has an owner, which has its outcome. */
async function ownerFaults(
  { ledger }: World,
  job: Job,
  outcomes: Outcome[],
  done: Set<string>,
): Promise<string[]> {
  const normalise = makeNormalise(job.urls);
  const links = outcomes.flatMap((outcome) => outcome.links);
  const owners = await ledger.readOwners(
    runId,
    links.map((link) => urlKeyOf(link, normalise)),
  );
  return links
    .filter((_, index) => !done.has(owners[index] ?? ''))
    .map(({ url }, index) => `${url} was brought into the run by ${owners[index]}`);
}

/** `waiting`: undefined while the run's first batch may not have been sent. */
async function countFaults(
  { ledger }: World,
  outcomes: Outcome[],
  waiting: Batch[] | undefined,
): Promise<string[]> {
  const faults: string[] = [];
  const compare = (what: string, found: number, expected: number) => {
    if (found !== expected) faults.push(`${what} is ${found}, not ${expected}`);
  };
  const counts = await ledger.readCounts(runId);
  compare('open', counts['open'] ?? 0, waiting?.length ?? 1);
  const requests = (waiting ?? []).flatMap((batch) => batch.requests);
  const pages = requests.filter(({ kind }) => kind === 'page' || kind === 'rest').length;
  compare('pages without an end', unaccounted(counts), pages);
  for (const name of ['stored', 'failed', 'skipped', 'bytes', 'retries', 'items']) {
    const expected = outcomes.reduce((sum, outcome) => sum + (outcome.counts[name] ?? 0), 0);
    compare(name, counts[name] ?? 0, expected);
  }
  return faults;
}
