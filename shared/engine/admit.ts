import type { Counts, Outcome, PageFact, PageRequest } from '../model.ts';
import { add, isPage } from './counts.ts';
import type { Engine } from './engine.ts';
import { requestKey } from './ids.ts';

/** The links of an outcome that this batch brings into the run, and what that adds to the counts. */
export interface Admission {
  requests: PageRequest[];
  counts: Counts;
}

/**
 * Admits each URL once per run and reserves the pages among them out of `maxPages`. A function of the
 * outcome: repeated for the same batch it gives the same answer.
 */
export async function admit(engine: Engine, outcome: Outcome, maxPages: number): Promise<Admission> {
  const { run, batch, links } = outcome;
  if (links.length === 0) return { requests: [], counts: {} };
  const byKey = new Map<string, PageRequest>();
  for (const link of links) {
    const key = requestKey(link);
    if (!byKey.has(key)) byKey.set(key, link);
  }
  const mine = await ownKeys(engine, run, batch, [...byKey.keys()]);
  const own = [...byKey].filter(([key]) => mine.has(key)).map(([, request]) => request);
  const wanted = own.filter((request) => isPage(request.kind)).length;
  const moved = outcome.pages.filter(hasMoved).length;
  const granted =
    wanted === moved ? 0 : await engine.ledger.reserve(run, batch, 'pages', wanted - moved, maxPages);

  let pages = 0;
  const requests = own.filter((request) => !isPage(request.kind) || ++pages <= moved + granted);
  const counts: Counts = {};
  add(counts, 'admitted', moved + granted);
  add(counts, 'duplicates', links.length - own.length);
  add(counts, 'refused:limit', wanted - moved - granted);
  return { requests, counts };
}

/** A page that only pointed elsewhere gives its place among `maxPages` back, for its target to take. */
function hasMoved({ kind, code }: PageFact): boolean {
  return isPage(kind) && (code === 'REDIRECTED' || code === 'CANONICAL_ELSEWHERE');
}

async function ownKeys(engine: Engine, run: string, batch: string, keys: string[]): Promise<Set<string>> {
  const owners = new Map(keys.map((key) => [key, engine.seen.owner(run, key)]));
  const unknown = keys.filter((key) => owners.get(key) === undefined);
  const answers = unknown.length === 0 ? [] : await engine.ledger.admit(run, batch, unknown);
  unknown.forEach((key, index) => {
    const owner = answers[index];
    if (owner === undefined)
      throw new Error(`the ledger gave ${answers.length} owners for ${unknown.length} keys`);
    owners.set(key, owner);
    engine.seen.remember(run, key, owner);
  });
  return new Set(keys.filter((key) => owners.get(key) === batch));
}
