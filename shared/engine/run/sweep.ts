import type { BatchQueue, BatchState, Ledger, Outcomes, OutgoingBatch } from '../../coordination/ports.ts';
import { hostOf, makeNormalise, type Normalise } from '../../fetch/url.ts';
import { pageOrderOf } from '../../job/page-order.ts';
import type { Job } from '../../job/schema.ts';
import { isNewer, type Outcome, type PageRequest, type SweepFindings, stamped } from '../../model.ts';
import { kindOf } from '../../sources/sources.ts';
import { clockSkewMs } from '../engine.ts';
import { childId, urlKeyOf } from '../ids.ts';
import { admissionOf, ownLinks, pagesWanted } from '../outcome/admit.ts';
import { fileRequests, grantOfFiles, withinFiles } from '../outcome/file-quota.ts';
import { groupByHost } from '../outcome/group.ts';
import { grantsOfHosts, hostRequests, withinHosts } from '../outcome/host-quotas.ts';
import { seedBatch } from './start-run.ts';

export interface SweepPorts {
  ledger: Pick<Ledger, 'readRun' | 'readBatches' | 'readOwners'>;
  queue: Pick<BatchQueue, 'send'>;
  outcomes: Pick<Outcomes, 'read' | 'listBatches'>;
  /** Epoch ms, by the clock that leases are measured by. */
  now(): number;
  /** The version of the workers, where it may differ from the caller's. @default `formatVersion` */
  version?: number;
}

/** `cursor`: where to go on; absent when the sweep is complete. */
export type Swept = SweepFindings & { cursor?: string };

export const nothingSwept: SweepFindings = { looked: 0, sentAgain: 0, underWay: 0, untold: 0 };

/** The page size of a listing of S3. */
const idsPerPage = 1_000;

/** Outcomes read in parallel: some MB each, at most. */
const outcomesAtOnce = 16;

/**
 * Finds the batches of a run that are open, sends them again, and reports how many. A batch is open when its
 * parent is done and it is not; each outcome names its children (and the ledger their number), so that the order
 * does not matter, nothing is kept in memory, and a sweep can stop and go on anywhere. A batch that was not lost
 * but waits in a queue gets a second message, which is harmless: the second delivery finds the batch done. Stops
 * before the next thousand outcomes when `isTimeUp`. The caller makes sure that the run is not older than what the
 * ledger keeps of it.
 */
export async function sweepRun(
  ports: SweepPorts,
  run: string,
  { cursor, isTimeUp = () => false }: { cursor?: string | undefined; isTimeUp?: () => boolean } = {},
): Promise<Swept> {
  const found = { ...nothingSwept };
  const sweep = await openSweep(ports, run);
  if (cursor === undefined) await sweepSeed(sweep, run, found);
  for (let after = cursor; ; ) {
    const page = { limit: idsPerPage, ...(after === undefined ? {} : { after }) };
    const batches = await ports.outcomes.listBatches(run, page);
    await sweepPage(sweep, run, batches, found);
    after = batches.at(-1) ?? after;
    if (batches.length < idsPerPage || after === undefined) return found;
    if (isTimeUp()) return { ...found, cursor: after };
  }
}

/** A sweep of one run, whose job decides when two URLs are one. */
interface Sweep extends SweepPorts {
  normalise: Normalise;
  maxPagesPerHost: number | undefined;
  maxFiles: number;
  /** Its pages wait in frontiers, and take their places when they are drawn. */
  isOrdered: boolean;
}

async function openSweep(ports: SweepPorts, id: string): Promise<Sweep> {
  const run = await ports.ledger.readRun(id);
  const job = (run?.job ?? {}) as Partial<Job>;
  const { urls, limits } = job;
  return {
    ...ports,
    normalise: urls === undefined ? (url) => url : makeNormalise(urls),
    maxPagesPerHost: limits?.maxPagesPerHost,
    // A run of a version without files asked for none.
    maxFiles: limits?.maxFiles ?? 0,
    isOrdered: pageOrderOf(job) !== undefined,
  };
}

export function addFindings(one: SweepFindings, other: SweepFindings): SweepFindings {
  return {
    looked: one.looked + other.looked,
    sentAgain: one.sentAgain + other.sentAgain,
    underWay: one.underWay + other.underWay,
    untold: one.untold + other.untold,
  };
}

/** The seed has no parent. */
async function sweepSeed(ports: Sweep, run: string, found: SweepFindings): Promise<void> {
  await sendOpen(ports, [{ batch: seedBatch(run) }], found);
}

async function sweepPage(ports: Sweep, run: string, batches: string[], found: SweepFindings): Promise<void> {
  found.looked += batches.length;
  const states = await ports.ledger.readBatches(run, batches);
  const suspects = await withOpenChildren(ports, run, batches, states);
  for (let at = 0; at < suspects.length; at += outcomesAtOnce) {
    const parents = suspects.slice(at, at + outcomesAtOnce);
    await Promise.all(parents.map((parent) => sweepChildren(ports, run, parent, found)));
  }
}

interface Parent {
  id: string;
  state: BatchState;
}

/**
 * The batches whose children may be open. A batch that is not done has no children yet: if they were sent, they
 * would be done before they are counted; the batch itself is a child of another. Where the ledger knows the number
 * of children, their ids follow from it, and no outcome is read.
 */
async function withOpenChildren(
  { ledger }: Sweep,
  run: string,
  batches: string[],
  states: BatchState[],
): Promise<Parent[]> {
  const parents = batches.flatMap((id, index): Parent[] => {
    const state = states[index];
    return state?.isDone === true && state.children !== 0 ? [{ id, state }] : [];
  });
  const counted = parents.flatMap(({ id, state: { children = 0 } }) => childIds(id, children));
  const children = await ledger.readBatches(run, counted);
  const open = new Set(counted.filter((_, index) => children[index]?.isDone !== true));
  return parents.filter(
    ({ id, state }) =>
      state.children === undefined || childIds(id, state.children).some((child) => open.has(child)),
  );
}

function childIds(parent: string, children: number): string[] {
  return Array.from({ length: children }, (_, index) => childId(parent, index));
}

async function sweepChildren(ports: Sweep, run: string, parent: Parent, found: SweepFindings): Promise<void> {
  const outcome = await ports.outcomes.read(run, parent.id);
  const isReadable = outcome !== undefined && !isNewer(outcome, ports.version);
  const children = isReadable ? await childrenOf(ports, outcome, parent.state) : undefined;
  if (children === undefined) found.untold += 1;
  else await sendOpen(ports, children, found);
}

/**
 * The children of an outcome that is done, from what was decided then: who admitted its links, and how many pages
 * and files it was granted, of the run and of each host. `undefined` if that is no longer known.
 */
async function childrenOf(
  { ledger, normalise, maxPagesPerHost, maxFiles, isOrdered }: Sweep,
  outcome: Outcome,
  { children: counted, pagesGranted, quotasGranted = {} }: BatchState,
): Promise<OutgoingBatch[] | undefined> {
  const urls = outcome.links.map((link) => urlKeyOf(link, normalise));
  const owners = urls.length === 0 ? [] : await ledger.readOwners(outcome.run, urls);
  if (owners.includes(undefined)) return undefined;
  const own = ownLinks(
    outcome,
    urls.map(({ key }, index) => ({ key, owner: owners[index] })),
  );
  const requests = hostRequests(outcome, own, maxPagesPerHost);
  if (requests.some(({ name }) => quotasGranted[name] === undefined)) return undefined;
  const ofHosts = grantsOfHosts(
    requests,
    requests.map(({ name }) => quotasGranted[name] ?? 0),
    maxPagesPerHost,
  );
  const files = grantOfFiles(fileRequests(outcome, own, maxFiles), quotasGranted);
  if (files === undefined) return undefined;
  const kept = withinFiles(outcome, withinHosts(outcome, own, ofHosts), files);
  const isGrantUnknown = pagesWanted(outcome, kept, isOrdered) !== 0 && pagesGranted === undefined;
  if (isGrantUnknown) return undefined;
  const granted = isOrdered ? undefined : (pagesGranted ?? 0);
  const admitted = own.length === 0 ? [] : admissionOf(outcome, own, kept, granted).requests;
  const children = groupByHost(outcome, parentOf(outcome), admitted, isOrdered);
  return counted !== undefined && counted !== children.length ? undefined : children;
}

/**
 * The properties of the batch that the grouping needs. Outcomes of version 0.1 do not name its host: all its
 * requests have the same one, and each is among its visits, of which the first comes first, or handed on. Nor do
 * they name its counter of open batches, which a single child shares: the ledger then uses another one.
 */
function parentOf({ batch, host, shard, pages, retries }: Outcome) {
  const first: Pick<PageRequest, 'kind' | 'url'> | undefined = pages[0] ?? retries[0];
  const derived = first !== undefined && kindOf(first).touchesHost ? hostOf(first.url) : '';
  return { id: batch, host: host ?? derived, ...(shard === undefined ? {} : { shard }) };
}

/** Sends those that are not done, unless a process works on them. */
async function sendOpen(ports: Sweep, children: OutgoingBatch[], found: SweepFindings): Promise<void> {
  const [first] = children;
  if (first === undefined) return;
  const ids = children.map(({ batch }) => batch.id);
  const states = await ports.ledger.readBatches(first.batch.run, ids);
  const open = children.flatMap((child, index) => {
    const state = states[index];
    return state?.isDone === true ? [] : [{ child, heldUntil: state?.heldUntil ?? 0 }];
  });
  const freeSince = ports.now() - clockSkewMs;
  const free = open.filter(({ heldUntil }) => heldUntil <= freeSince).map(({ child }) => child);
  found.underWay += open.length - free.length;
  found.sentAgain += free.length;
  await ports.queue.send(free.map((child) => ({ ...child, batch: stamped(child.batch, ports.version) })));
}
