import type { Counts, Outcome, PageFact, PageRequest } from '../model.ts';
import { add, isPage } from './counts.ts';
import type { Engine } from './engine.ts';
import { isPlainPage, requestKey } from './ids.ts';
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
  const met = new Set<string>();
  // Links that differed in a secret alone have become one.
  const own = links.filter((_, index) => {
    const { owner, key = '' } = targets[index] ?? {};
    return owner === batch && met.size < met.add(key).size;
  });
  const wanted = own.filter((request) => isPage(request.kind)).length;
  const moved = outcome.pages.filter(hasMoved).length;
  const granted =
    wanted === moved
      ? 0
      : await engine.ledger.reserve(run, batch, 'pages', wanted - moved, context.job.limits.maxPages);

  let pages = 0;
  const requests = own.filter((request) => !isPage(request.kind) || ++pages <= moved + granted);
  const counts: Counts = {};
  add(counts, 'admitted', moved + granted);
  add(counts, 'duplicates', links.length - own.length);
  add(counts, 'refused:limit', wanted - moved - granted);
  add(counts, 'place:admitted', own.filter(({ kind }) => kind === 'place').length);
  return { requests, counts };
}

/** A page that only pointed elsewhere gives its place among `maxPages` back, for its target to take. */
function hasMoved({ kind, code }: PageFact): boolean {
  return isPage(kind) && (code === 'REDIRECTED' || code === 'CANONICAL_ELSEWHERE');
}

type Target = Pick<KnownUrl, 'key' | 'owner'>;

/** Which batch each link belongs to: asked of the ledger, unless this process knows. */
async function targetsOf(
  { ledger }: Engine,
  { known }: RunContext,
  { run, batch, links }: Outcome,
): Promise<Target[]> {
  // What only leads to pages is rare, and not worth remembering.
  const targets = links.map(
    (link): Target => (isPlainPage(link) ? known.of(link.url) : { key: requestKey(link), owner: undefined }),
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
