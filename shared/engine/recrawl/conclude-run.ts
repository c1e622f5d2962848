import { doubtOf } from '../../changes/doubt.ts';
import { SpinneretError } from '../../errors.ts';
import { hostOf } from '../../fetch/url.ts';
import type { Batch, Conclusion, Counts, MissingPage, Outcome, PageRecord } from '../../model.ts';
import { pageRequest } from '../../sources/page.ts';
import { add } from '../counts.ts';
import type { Engine } from '../engine.ts';
import { outcomeOfVisits } from '../outcome/outcome.ts';
import type { RunContext } from '../run-context.ts';
import { keptRobotsGate, originOf } from '../turns/open-robots-gate.ts';
import type { Later } from '../turns/pace.ts';
import { type Ending, endingsOfItems } from './missing-items.ts';
import { goneRecord, missingPage } from './missing-pages.ts';
import type { RunRecrawl } from './run-recrawl.ts';
import { planKey, planRecord } from './visit-plan.ts';

type RecrawlContext = RunContext & { recrawl: RunRecrawl };

/** How often it is looked whether all other batches are done: a fraction of the run's age, within these bounds. */
const look = { share: 50, minMs: 250, maxMs: 10_000 };

/** What one batch looks at, and finds at most: then another one goes on. */
const bounds = { pages: 20_000, missing: 500, perCall: 500 };

/**
 * The outcome of a batch that looks for the pages and items with a key that the job knew and the run has not met, once no other batch is
 * open: they are no longer linked, or gone with their page or from it, or the run cannot tell.
 */
export async function concludeRun(
  engine: Engine,
  context: RecrawlContext,
  batch: Batch,
  conclusion: Conclusion,
): Promise<Outcome | Omit<Later, 'state'>> {
  const { doubt = await doubtOfRun(engine, context) } = conclusion;
  if (doubt === undefined) {
    const ageMs = engine.now() - context.startedAt;
    const waitMs = Math.max(look.minMs, Math.min(look.maxMs, ageMs / look.share));
    return { notBefore: engine.now() + waitMs, isWaiting: true };
  }
  const found = await findUnmet(engine, context, conclusion.after);
  const missing: MissingPage[] = [];
  const pages: PageRecord[] = [];
  const counts: Counts =
    conclusion.doubt === undefined && doubt !== '' ? { [`change:doubt:${doubt}`]: 1 } : {};
  for (const { record, is, why } of await endingsOf(engine, context, found.records, doubt)) {
    const lost = missingPage(record, is, why);
    missing.push(...lost);
    if (record.isItem === undefined) add(counts, `change:pages:${is}`);
    for (const { items } of lost) add(counts, `change:items:${is}`, items.length);
    // Any later answer replaces it, that of another run among them.
    if (is === 'gone') pages.push(goneRecord(record, why, record.at + 1));
  }
  if (found.after === undefined) pages.push(...(await planOfRun(engine, context)));
  const visited = { state: 'visited' as const, visits: [], unvisited: [], ownBatchSize: 1 };
  return {
    ...outcomeOfVisits(batch, visited, 1, context.normalise),
    counts,
    ...(missing.length === 0 ? {} : { missing }),
    ...(pages.length === 0 ? {} : { known: { job: context.recrawl.job, pages } }),
    ...(found.after === undefined ? {} : { conclusion: { after: found.after, doubt } }),
  };
}

/** What became of pages, and of items with a key, that the run has not met. */
async function endingsOf(
  engine: Engine,
  context: RecrawlContext,
  records: PageRecord[],
  doubt: string,
): Promise<(Ending & { record: PageRecord })[]> {
  if (doubt !== '') return records.map((record) => ({ record, is: 'notSeen', why: doubt }));
  const ofItems = await endingsOfItems(engine, context, records);
  const endings: (Ending & { record: PageRecord })[] = [];
  for (const record of records) {
    const ending = ofItems.get(record) ?? { is: 'gone', why: 'notLinked' };
    const refusal = ending.why === 'notLinked' ? await refusalOf(engine, context, record) : undefined;
    endings.push(refusal === undefined ? { record, ...ending } : { record, is: 'notSeen', why: refusal });
  }
  return endings;
}

/** Of a run with a budget: which of its pages the next one is to ask for. */
async function planOfRun(
  { ledger }: Engine,
  { id, startedAt, recrawl }: RecrawlContext,
): Promise<PageRecord[]> {
  if (recrawl.budget === undefined) return [];
  const [before] = await ledger.readPages(recrawl.job, [planKey]);
  return [planRecord(before, await ledger.readCounts(id, { isOfOneMoment: true }), startedAt)];
}

/** `undefined` while other batches are open. */
async function doubtOfRun({ ledger }: Engine, { id }: RunContext): Promise<string | undefined> {
  const isAlone = ({ open = 0 }: Counts) => open <= 1;
  if (!isAlone(await ledger.readCounts(id))) return undefined;
  const counts = await ledger.readCounts(id, { isOfOneMoment: true });
  return isAlone(counts) ? doubtOf(counts) : undefined;
}

/** Pages and items that the job knew before the run, and that the run has not admitted. `after`: where to go on, if that is not all. */
async function findUnmet(
  { ledger }: Engine,
  { id, startedAt, recrawl }: RecrawlContext,
  from: string | undefined,
): Promise<{ records: PageRecord[]; after?: string }> {
  const records: PageRecord[] = [];
  let after = from;
  for (let looked = 0; looked < bounds.pages && records.length < bounds.missing; looked += bounds.perCall) {
    const { pages, next } = await ledger.listPages(recrawl.job, { after, limit: bounds.perCall });
    const owners = await ledger.readOwners(id, pages);
    const unmet = pages.filter((_, index) => owners[index] === undefined).map(({ key }) => key);
    const read = unmet.length === 0 ? [] : await ledger.readPages(recrawl.job, unmet);
    for (const record of read) {
      // What was written since is of another run that is under way.
      const isKnown = record !== undefined && record.gone === undefined && record.plan === undefined;
      if (isKnown && record.at < startedAt) records.push(record);
    }
    if (next === undefined) return { records };
    after = next;
  }
  return after === undefined ? { records } : { records, after };
}

/** A link to a page that robots.txt forbids is not followed, so that nobody knows whether there is one. */
async function refusalOf(
  engine: Engine,
  context: RunContext,
  { url, label }: PageRecord,
): Promise<string | undefined> {
  if (context.job.politeness.robots !== 'obey') return undefined;
  const host = await engine.ledger.readHost(hostOf(url));
  try {
    const gate = keptRobotsGate(engine, context, originOf([pageRequest({ url, label })]), host);
    return gate?.forbids(url) === true ? 'ROBOTS_DISALLOWED' : undefined;
  } catch (error) {
    if (!(error instanceof SpinneretError)) throw error;
    return error.code;
  }
}
