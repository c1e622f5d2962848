import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as afterOthers, setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../../shared/coordination/ports.ts';
import type { Batch, Outcome, PageRequest } from '../../shared/model.ts';
import { type Database, openDatabase } from '../../shared/stores/local/database.ts';
import { makeLocalLedger } from '../../shared/stores/local/local-ledger.ts';
import { makeLocalOutcomes } from '../../shared/stores/local/local-outcomes.ts';
import { makeLocalQueue } from '../../shared/stores/local/local-queue.ts';
import { type LockUse, watchLock } from './watch-lock.ts';

/** What one process of the bench does. */
export interface Writing {
  file: string;
  run: string;
  /** Pages of a batch, each of which leads to as many new URLs as keep the crawl as wide as it is. */
  pagesPerBatch: number;
  /** Links of a page to URLs that others have admitted, and that this process has to ask for. */
  knownPerPage: number;
  /** Batches that a process has in hand. */
  inHand: number;
  /** Epoch ms: all processes begin and end together. */
  from: number;
  to: number;
}

export interface Written {
  pages: number;
  cpuMicros: number;
  lock: LockUse;
}

/**
 * Everything that a batch makes a worker do with the store, and nothing besides: no page is fetched. In the order of
 * `shared/engine/run-batch.ts`.
 */
export async function writeBatches(writing: Writing, _process: number): Promise<Written> {
  const database = openDatabase(writing.file);
  try {
    await sleep(Math.max(0, writing.from - Date.now()));
    const lock = watchLock();
    const before = process.cpuUsage();
    const pages = await work(database, writing);
    const { user, system } = process.cpuUsage(before);
    return { pages, cpuMicros: user + system, lock: lock.end() };
  } finally {
    database.close();
  }
}

async function work(database: Database, writing: Writing): Promise<number> {
  const { run, inHand, to } = writing;
  const owner = randomUUID();
  const ports = portsOf(database, owner);
  const underWay = new Set<Promise<void>>();
  let pages = 0;
  while (Date.now() < to) {
    const deliveries = await ports.queue.receive({ runs: [run], max: inHand - underWay.size });
    for (const delivery of deliveries) {
      const one = writeBatch(ports, delivery, owner, writing).then((count) => {
        pages += count;
        underWay.delete(one);
      });
      underWay.add(one);
    }
    await (underWay.size === 0 ? sleep(1) : Promise.race(underWay));
    await afterOthers();
  }
  await Promise.all(underWay);
  return pages;
}

type Ports = ReturnType<typeof portsOf>;

export function portsOf(database: Database, owner: string) {
  return {
    ledger: makeLocalLedger(database),
    outcomes: makeLocalOutcomes(database),
    queue: makeLocalQueue(database, { owner, visibilityMs: 60_000 }),
  };
}

async function writeBatch(
  { ledger, outcomes, queue }: Ports,
  delivery: Delivery,
  owner: string,
  writing: Writing,
): Promise<number> {
  const { batch } = delivery;
  const { run, id } = batch;
  await ledger.readRun(run);
  const lease = await ledger.lease({ run, batch: id, owner, leaseMs: 60_000 });
  if (lease.state !== 'mine') throw new Error(`batch ${id} is ${lease.state}`);
  await ledger.reserveSlots({ host: batch.host, count: 1, gapMs: 0, slackMs: 0, horizonMs: 60_000 });
  const outcome = outcomeOf(batch, writing);
  // The pages are fetched here, and other batches are worked on meanwhile.
  await afterOthers();
  await outcomes.write(outcome);
  const keys = outcome.links.map(() => ({ key: newKey() }));
  await ledger.admit(run, id, [...keys, ...keys.slice(0, writing.knownPerPage * batch.requests.length)]);
  await ledger.reserve(run, id, 'pages', keys.length, Number.MAX_SAFE_INTEGER);
  await ledger.commit({
    run,
    batch: id,
    fence: lease.fence,
    counts: outcome.counts,
    open: { shard: 0, added: { 0: 1 } },
  });
  await queue.send([{ batch: batchOf(run, batch.host, outcome.links) }]);
  await ledger.markForwarded(run, id);
  await queue.acknowledge([delivery]);
  return batch.requests.length;
}

/** As good as the digest of a URL. */
function newKey(): string {
  return randomBytes(17).toString('base64url').slice(0, 22);
}

export function batchOf(run: string, host: string, requests: PageRequest[]): Batch {
  return { v: 2, run, id: newKey(), host, requests };
}

export function newRequest(host: string): PageRequest {
  const url = `https://${host}/products/${randomBytes(9).toString('base64url')}`;
  return { kind: 'page', url, label: 'page', depth: 7, attempt: 0, referrer: `https://${host}/products` };
}

function outcomeOf({ run, id, host, requests }: Batch, { pagesPerBatch }: Writing): Outcome {
  const pages = requests.map(({ kind, url, label, depth, attempt, referrer = '' }) => {
    const fetched = { status: 200, bytes: 29_000, ms: 3, fetchedAt: new Date().toISOString() };
    return {
      kind,
      url,
      label,
      depth,
      attempt,
      referrer,
      end: 'stored',
      ...fetched,
      items: 1,
      links: 15,
    } as const;
  });
  const items = requests.map(({ url, label }) => {
    return { item: label, url, fields: { name: url.slice(-12), sku: url.slice(-9), price: url.length / 7 } };
  });
  const links = Array.from({ length: pagesPerBatch }, () => newRequest(host));
  const size = { own: pagesPerBatch, other: pagesPerBatch };
  const counts = { stored: pages.length, items: items.length, bytes: 29_000 * pages.length, knownLinks: 600 };
  return { v: 2, run, batch: id, host, pages, items, links, retries: [], counts, batchSizes: size };
}
