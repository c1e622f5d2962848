import type { QuotaRequest } from '../../coordination/ports.ts';
import type { Counts, Outcome, PageRequest } from '../../model.ts';
import { isDownload, isPage, kindOf } from '../../sources/sources.ts';
import { add } from '../counts.ts';
import type { Engine } from '../engine.ts';
import { urlKeyOf } from '../ids.ts';
import type { RunContext } from '../run-context.ts';
import { findBarren, markWatched } from '../traps/barren-pages.ts';
import { reserveFiles, returnsFiles, withinFiles } from './file-quota.ts';
import { reserveOfHosts, returnOfHosts, withinHosts } from './host-quotas.ts';
import type { KnownUrl } from './known-urls.ts';
import { returnsPlace } from './returned-place.ts';

/** The links of an outcome that this batch brings into the run, and what that adds to the counts. */
export interface Admission {
  requests: PageRequest[];
  counts: Counts;
  /** What its pages take of the quotas of their families. */
  quotas: QuotaRequest[];
}

/**
 * Admits each URL once per run, and reserves the pages among them out of `maxPagesPerHost`, then of `maxPages`, and the files out
 * of `maxFiles`. A function of the outcome: repeated for the same batch it gives the same answer.
 */
export async function admit(engine: Engine, context: RunContext, outcome: Outcome): Promise<Admission> {
  const { run, batch } = outcome;
  const targets = await targetsOf(engine, context, outcome);
  const own = ownLinks(outcome, targets);
  const ofHosts = withinHosts(outcome, own, await reserveOfHosts(engine, context, outcome, own));
  const kept = withinFiles(outcome, ofHosts, await reserveFiles(engine, context, outcome, own));
  const isOrdered = context.order !== undefined;
  const wanted = pagesWanted(outcome, kept, isOrdered);
  const pages =
    wanted === 0 ? 0 : await engine.ledger.reserve(run, batch, 'pages', wanted, context.job.limits.maxPages);
  context.limits.granted('pages', batch, wanted, pages);
  const granted = isOrdered ? undefined : pages;
  const admission = admissionOf(outcome, own, kept, granted);
  await returnOfHosts(engine, context, kept, { outcome, admission });
  if (admission.quotas.length > 0) await engine.ledger.reserveQuotas(run, batch, admission.quotas);
  return admission;
}

/** An outcome that names no links may still return the places of pages, and take of the quotas of their families. */
export function needsAdmission(outcome: Outcome): boolean {
  const { links, pages } = outcome;
  const returnsAny = pages.some((page) => returnsPlace(page) || page.barrenSteps !== undefined);
  return links.length > 0 || returnsAny || returnsFiles(outcome);
}

/**
 * The links that `batch` brought into the run. `targets` are the targets of all links, in the order of the links.
 */
export function ownLinks({ batch, links }: Outcome, targets: Target[]): PageRequest[] {
  const keys = new Set<string>();
  // Links that differed only in a secret have the same key after redaction.
  return links.filter((_, index) => {
    const { owner, key = '' } = targets[index] ?? {};
    return owner === batch && keys.size < keys.add(key).size;
  });
}

/**
 * How many of `maxPages` an outcome with these own links reserves; with 0 the ledger is not asked. `isOrdered`: pages take their places
 * when they are drawn, so that only places are returned here.
 */
export function pagesWanted({ pages }: Outcome, own: PageRequest[], isOrdered: boolean): number {
  const taken = isOrdered ? 0 : own.filter((request) => isPage(request.kind)).length;
  return taken - pages.filter(returnsPlace).length;
}

/**
 * What is admitted of an outcome's own links, of which the quotas of hosts and files leave `kept`, with `granted` of `maxPages`;
 * `undefined` where pages take their places later. Pure.
 */
export function admissionOf(
  outcome: Outcome,
  own: PageRequest[],
  kept: PageRequest[],
  granted: number | undefined,
): Admission {
  const { pages, links } = outcome;
  const wanted = kept.filter(({ kind }) => isPage(kind)).length;
  const room = granted === undefined ? wanted : pages.filter(returnsPlace).length + granted;
  let taken = 0;
  const requests = kept.filter((request) => !isPage(request.kind) || ++taken <= room);
  const counts: Counts = {};
  add(counts, 'admitted', room);
  add(counts, 'duplicates', links.length - own.length);
  const lost = (isOf: (kind: PageRequest['kind']) => boolean) =>
    own.filter(({ kind }) => isOf(kind)).length - kept.filter(({ kind }) => isOf(kind)).length;
  if (kept.length < own.length) {
    add(counts, 'refused:hostLimit', lost(isPage));
    add(counts, 'refused:fileLimit', lost(isDownload));
  }
  add(counts, 'refused:limit', wanted - room);
  for (const { countPrefix, countsAdmission } of requests.map(kindOf)) {
    if (countsAdmission) add(counts, `${countPrefix}admitted`);
  }
  const families = findBarren(outcome, own);
  return { requests: markWatched(requests, families), counts, quotas: families.requests };
}

/** A link as the ledger knows it, with the batch that brought it into the run. */
export type Target = Pick<KnownUrl, 'key' | 'owner'>;

/** A link with its host, where the ledger keeps the URL by its host. */
type AskedTarget = Target & { host?: string };

/** Which batch each link belongs to: read from the ledger, unless this process knows. */
async function targetsOf(
  { ledger }: Engine,
  { known, normalise }: RunContext,
  { run, batch, links }: Outcome,
): Promise<Target[]> {
  // Requests that only lead to pages are rare, and not worth caching.
  const targets = links.map((link): AskedTarget => {
    if (kindOf(link).isPlain(link)) return known.of(link.url);
    const { key, group } = urlKeyOf(link, normalise);
    return { key, owner: undefined, ...(group === undefined ? {} : { host: group }) };
  });
  const unknown = targets.filter(({ owner }) => owner === undefined);
  const answers =
    unknown.length === 0
      ? []
      : await ledger.admit(
          run,
          batch,
          unknown.map(({ key, host }) => (host === undefined ? { key } : { key, group: host })),
        );
  if (answers.length !== unknown.length)
    throw new Error(`the ledger gave ${answers.length} owners for ${unknown.length} keys`);
  for (const [index, target] of unknown.entries()) target.owner = answers[index];
  return targets;
}
