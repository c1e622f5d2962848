import type { Counts, Outcome, PageFact, PageRequest } from '../model.ts';
import { isPage, kindOf } from '../sources/sources.ts';
import { add } from './counts.ts';
import type { Engine } from './engine.ts';
import { requestKey } from './ids.ts';
import type { KnownUrl } from './known-urls.ts';
import type { RunContext } from './run-context.ts';

/** The links of an outcome that this batch brings into the run, and what that adds to the counts. */
export interface Admission {
  requests: PageRequest[];
  counts: Counts;
}

/**
 * Admits each URL once per run and reserves the pages among them out of `maxPages`. A function of the
 * outcome: repeated for the same batch it gives the same answer.
 */
export async function admit(engine: Engine, context: RunContext, outcome: Outcome): Promise<Admission> {
  const { run, batch, links } = outcome;
  if (links.length === 0) return { requests: [], counts: {} };
  const targets = await targetsOf(engine, context, outcome);
  const own = ownLinks(outcome, targets);
  const wanted = pagesWanted(outcome, own);
  const granted =
    wanted === 0 ? 0 : await engine.ledger.reserve(run, batch, 'pages', wanted, context.job.limits.maxPages);
  context.limits.granted('pages', batch, wanted, granted);
  return admissionOf(outcome, own, granted);
}

/** The links that `batch` brought into the run. `targets` are those of all links, in their order. */
export function ownLinks({ batch, links }: Outcome, targets: Target[]): PageRequest[] {
  const keys = new Set<string>();
  // Links that differed in a secret alone have become one.
  return links.filter((_, index) => {
    const { owner, key = '' } = targets[index] ?? {};
    return owner === batch && keys.size < keys.add(key).size;
  });
}

/** How many of `maxPages` an outcome with these own links takes; 0 if it does not ask. */
export function pagesWanted({ pages }: Outcome, own: PageRequest[]): number {
  return own.filter((request) => isPage(request.kind)).length - pages.filter(hasMoved).length;
}

/** What is admitted of an outcome's own links with `granted` pages. Pure. */
export function admissionOf({ pages, links }: Outcome, own: PageRequest[], granted: number): Admission {
  const room = pages.filter(hasMoved).length + granted;
  let taken = 0;
  const requests = own.filter((request) => !isPage(request.kind) || ++taken <= room);
  const counts: Counts = {};
  add(counts, 'admitted', room);
  add(counts, 'duplicates', links.length - own.length);
  add(counts, 'refused:limit', own.filter(({ kind }) => isPage(kind)).length - room);
  for (const { countPrefix, countsAdmission } of requests.map(kindOf)) {
    if (countsAdmission) add(counts, `${countPrefix}admitted`);
  }
  return { requests, counts };
}

/** A page that only pointed elsewhere gives its place among `maxPages` back, for its target to take. */
function hasMoved({ kind, end, code }: PageFact): boolean {
  return isPage(kind) && end === 'skipped' && (code === 'REDIRECTED' || code === 'CANONICAL_ELSEWHERE');
}

/** A link as the ledger knows it, and the batch that brought it into the run. */
export type Target = Pick<KnownUrl, 'key' | 'owner'>;

/** Which batch each link belongs to: asked of the ledger, unless this process knows. */
async function targetsOf(
  { ledger }: Engine,
  { known, normalise }: RunContext,
  { run, batch, links }: Outcome,
): Promise<Target[]> {
  // What only leads to pages is rare, and not worth remembering.
  const targets = links.map(
    (link): Target =>
      kindOf(link).isPlain(link)
        ? known.of(link.url)
        : { key: requestKey(link, normalise), owner: undefined },
  );
  const unknown = targets.filter(({ owner }) => owner === undefined);
  const answers =
    unknown.length === 0
      ? []
      : await ledger.admit(
          run,
          batch,
          unknown.map(({ key }) => key),
        );
  if (answers.length !== unknown.length)
    throw new Error(`the ledger gave ${answers.length} owners for ${unknown.length} keys`);
  for (const [index, target] of unknown.entries()) target.owner = answers[index];
  return targets;
}
