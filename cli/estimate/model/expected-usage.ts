import type { Usage } from '../../../shared/cost/cost.ts';
import { type ExpectedWork, pagesOf } from './expected-work.ts';
import type { RunPlan } from './run-plan.ts';
import { urlLogUnits } from './url-log-units.ts';

/** DynamoDB units of the ledger's calls; each item is below 1 KB, and a transaction costs 2 per item. */
const writes = {
  lease: 1,
  turns: 1,
  /** Grant on the batch, and the budget: a transaction of two. */
  reservePages: 4,
  /** Of a quota, such as that of a host: the grants on the batch, and each quota. */
  quotaGrants: 2,
  quota: 2,
  /** A transaction of two, or of three when children are counted elsewhere. */
  commitLeaf: 4,
  commitParent: 6,
  forwarded: 1,
  /** Lease and its release, and mostly a place in the host's line. */
  deferral: 2.6,
  /** Lock, its release, the text, the host's record, a turn. */
  robots: 5,
  /** The key of an item, each in a record of its own. */
  itemKey: 1,
  /**
   * A page that waits for its turn in the frontier of its host, and is drawn from it: by metered puts of 50 to 200 and draws of 50, 9,000
   * waiting, 0.35 where three priorities are in use and up to 1.0 where each page has its own.
   */
  orderedPage: 0.6,
  /** The place of a new page in the index, by which those of a job are found. */
  pageInIndex: 1,
  /** A record of cookies, sealed, of up to 2 KB. */
  session: 2,
  /** Lock, its release, the record. */
  openSession: 4,
  /** The attempt and its count, a transaction of two; its success; turns. */
  login: 7,
  run: 20,
};
const reads = {
  host: 1,
  ownCounter: 1,
  runState: 1,
  allCounters: 32,
  robots: 4,
  /** The key of an item: before its outcome is written, before it is admitted (eventually), by the export. */
  itemKey: 2.5,
  /** Frontier and segments, for what is put and what is drawn. */
  orderedPage: 0.2,
  /** What is known of a page: before it is asked for, and at the end of the run (eventually). */
  knownPage: 1,
  /** Before its batch, and before it is written. */
  session: 2,
  run: 150,
};

/** The interval at which workers read the counts again, if they need them. */
const countsAgeMs = 2_000;

const messagesPerCall = 10;
const sqsChunkBytes = 65_536;
/** Receive, shorten the visibility, delete. */
const sqsRequestsPerTen = 3;

const uploadPartBytes = 5 * 1024 * 1024;
const keysPerList = 1_000;

/** The function that ends the run: its start and messages, and the outcomes that it reads. */
const finish = { memoryMb: 1_769, msPerRun: 1_500, msPerOutcome: 2 };
const logBytesPerEvent = 2_500;
/** Events besides the workers': start, and finish. */
const otherEvents = 2;

/** The billed usage of a run's work. Pure. */
export function expectedUsage(plan: RunPlan, work: ExpectedWork): Usage {
  const outcomes = work.batches + plan.sourceBatches;
  const storedBytes = pagesOf(plan) * (plan.sample.outcomeBytesPerPage + plan.sample.itemBytesPerPage);
  const itemBytes = pagesOf(plan) * plan.sample.itemBytesPerPage;
  const { keptBytesPerPage = 0, files = 0 } = plan;
  const usage: Usage = {
    writeUnits: expectedWrites(plan, work),
    readUnits: expectedReads(plan, work),
    sqsRequests: expectedMessages(plan, work),
    s3Puts:
      outcomes +
      Math.ceil(outcomes / keysPerList) +
      Math.ceil(itemBytes / uploadPartBytes) +
      1 +
      keptPuts(plan, work) +
      files,
    // Before a file is asked for, whether an attempt has left a part of it.
    s3Gets: outcomes + 1 + files,
    s3Bytes: storedBytes + pagesOf(plan) * keptBytesPerPage,
    lambdaMbMs:
      plan.worker.memoryMb * work.workerMs +
      finish.memoryMb * (finish.msPerRun + finish.msPerOutcome * outcomes),
    lambdaRequests: work.events + otherEvents,
    logBytes: logBytesPerEvent * (work.events + otherEvents),
    kmsRequests: plan.sessions === undefined ? 0 : work.instances,
  };
  return Object.fromEntries(Object.entries(usage).map(([name, value]) => [name, Math.ceil(value)]));
}

/** An object for each batch with pages; a large one is begun, sent in parts and completed. */
function keptPuts(plan: RunPlan, { batches }: ExpectedWork): number {
  const { keptBytesPerPage = 0 } = plan;
  if (keptBytesPerPage === 0 || batches === 0) return 0;
  const bytesPerBatch = (pagesOf(plan) * keptBytesPerPage) / batches;
  if (bytesPerBatch < uploadPartBytes) return batches;
  return batches * (2 + Math.ceil(bytesPerBatch / uploadPartBytes));
}

/** At most: a batch is sent in one session, and writes it once, if its answers change a cookie; those of many sites do. */
export function expectedSessionWrites({ sessions }: RunPlan, { batches }: ExpectedWork): number {
  return sessions === undefined ? 0 : batches;
}

function expectedWrites(plan: RunPlan, work: ExpectedWork): number {
  const { isCrawl, sourceBatches, obeysRobots, hosts, pacesGroups = false, limitsHosts = false } = plan;
  const { isOrdered = false } = plan;
  const { batches, pacedBatches, deferrals } = work;
  const parents = isCrawl ? batches * parentShare : 0;
  const leaves = batches - parents;
  const perParent = writes.commitParent + writes.reservePages + writes.forwarded;
  return (
    batches * writes.lease +
    pacedBatches * writes.turns +
    leaves * writes.commitLeaf +
    parents * perParent +
    sourceBatches * (writes.lease + perParent) +
    sumOf(plan, work, 'writes') +
    deferrals * writes.deferral +
    (obeysRobots ? hosts.length * writes.robots : 0) +
    (pacesGroups ? pagesOf(plan) * writes.turns : 0) +
    (limitsHosts ? hostQuotaWrites(plan, parents) : 0) +
    (isOrdered ? pagesOf(plan) * plan.urlsPerPage * writes.orderedPage : 0) +
    recrawlWrites(plan) +
    keyedItems(plan) * writes.itemKey +
    expectedSessionWrites(plan, work) * writes.session +
    (plan.sessions?.opened ?? 0) * writes.openSession +
    (plan.sessions?.logins ?? 0) * writes.login +
    writes.run
  );
}

/** A page that has not changed writes nothing, nor does an item with a key, which has a record of its own. */
function recrawlWrites(plan: RunPlan): number {
  if (plan.recrawl === undefined) return 0;
  const { unitsPerPage, newShare, changedShare } = plan.recrawl;
  const inIndex = (1 + (plan.sample.keyedItemsPerPage ?? 0)) * writes.pageInIndex;
  const ofNew = newShare * (unitsPerPage + inIndex);
  return pagesOf(plan) * (ofNew + changedShare * unitsPerPage);
}

/** A page leads to pages of one host, mostly its own; a source to those of many. */
function hostQuotaWrites({ sourceBatches, hosts }: RunPlan, parents: number): number {
  const hostsPerSource = Math.min(hosts.length, urlsPerSource);
  return (
    parents * (writes.quotaGrants + writes.quota) +
    sourceBatches * (writes.quotaGrants + hostsPerSource * writes.quota)
  );
}

/** At most: of items that are the same, one is written. */
function keyedItems(plan: RunPlan): number {
  return pagesOf(plan) * (plan.sample.keyedItemsPerPage ?? 0);
}

function expectedReads(plan: RunPlan, work: ExpectedWork): number {
  const { isCrawl, hosts, obeysRobots, watchesCounts } = plan;
  const { batches, deferrals, events, workerMs, instances, durationMs } = work;
  const countReads = Math.min(events, (instances * durationMs) / countsAgeMs);
  return (
    sumOf(plan, work, 'reads') +
    (batches + deferrals) * reads.host +
    (isCrawl ? 0 : batches) * reads.ownCounter +
    (events + workerMs / 1_000) * reads.runState +
    (watchesCounts ? countReads * reads.allCounters : 0) +
    (obeysRobots ? hosts.length * reads.robots : 0) +
    keyedItems(plan) * reads.itemKey +
    (plan.recrawl === undefined ? 0 : (pagesOf(plan) + keyedItems(plan)) * reads.knownPage) +
    (plan.isOrdered === true ? pagesOf(plan) * plan.urlsPerPage * reads.orderedPage : 0) +
    expectedSessionWrites(plan, work) * reads.session +
    reads.run
  );
}

/** Of the logs of all hosts: a crawl adds to them batch by batch, a source all that it names of a host at once. */
function sumOf(plan: RunPlan, { batches }: ExpectedWork, what: 'writes' | 'reads'): number {
  const { hosts, isCrawl, urlsPerPage } = plan;
  const perBatch = (pagesOf(plan) / Math.max(1, batches)) * urlsPerPage;
  return hosts.reduce((sum, { pages }) => {
    const urls = pages * urlsPerPage;
    return (
      sum + urlLogUnits(urls, isCrawl ? perBatch : Math.min(urls, urlsPerSource), hosts.length - 1)[what]
    );
  }, 0);
}

/** Of a crawl's batches, those that bring something new: the others have children of several. From simulated fleets. */
const parentShare = 0.6;

/** URLs of a host that a sitemap or a chunk of a file names at a time. */
const urlsPerSource = 1_000;

function expectedMessages(plan: RunPlan, { batches, deferrals, events }: ExpectedWork): number {
  const { isCrawl, sample } = plan;
  const batchBytes = (pagesOf(plan) / Math.max(1, batches)) * sample.requestBytes;
  // A source has many children, a page's batch has one or two.
  const perCall = isCrawl ? 1 : messagesPerCall;
  const chunks = Math.max(1, (perCall * batchBytes) / sqsChunkBytes);
  const sends = (batches / perCall) * chunks + deferrals;
  const deliveries = batches + deferrals + plan.sourceBatches;
  // An event is received, made invisible and deleted ten messages at a time.
  const tens = Math.max(events, deliveries / messagesPerCall);
  return sends + (tens + 1) * sqsRequestsPerTen;
}
