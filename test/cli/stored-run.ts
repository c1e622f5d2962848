import { join } from 'node:path';
import type { Item, Json, PageFact, RunState } from '../../shared/model.ts';
import { openDatabase } from '../../shared/stores/local/database.ts';
import { makeLocalLedger } from '../../shared/stores/local/local-ledger.ts';
import { makeLocalOutcomes } from '../../shared/stores/local/local-outcomes.ts';
import type { CliFolder } from './call-cli.ts';

export interface StoredRun {
  id: string;
  state?: RunState;
  /** Batches that are not done. */
  open?: number;
  /** Epoch ms. */
  finishedAt?: number;
  items?: Item[];
  /** Facts of pages, in an outcome of their own. */
  pages?: PageFact[];
  job?: Json;
}

/** Puts a run into the project's store as if it had been scraped: each item in an outcome of its own. */
export async function storeRun({ path }: CliFolder, stored: StoredRun): Promise<void> {
  const { id, state = 'finished', open = 0, finishedAt = Date.now(), items = [], pages = [] } = stored;
  const database = openDatabase(join(path, '.spinneret/store.db'));
  const ledger = makeLocalLedger(database, () => finishedAt);
  const outcomes = makeLocalOutcomes(database);
  await ledger.createRun({
    id,
    job: stored.job ?? { name: 'stored', sources: [] },
    baseDir: path,
    state: 'running',
    startedAt: finishedAt,
  });
  const rest = { run: id, pages: [], links: [], retries: [], counts: {}, batchSizes: { own: 1, other: 1 } };
  for (const [index, item] of items.entries())
    await outcomes.write({ ...rest, batch: String(index), items: [item] });
  if (pages.length > 0) await outcomes.write({ ...rest, pages, batch: 'pages', items: [] });
  database
    .prepare("UPDATE counts SET value = ? WHERE run = ? AND name = 'open'")
    .run(open, database.runNumber(id));
  if (state !== 'running') await ledger.moveRun(id, ['running'], state);
  database.close();
}

export function placeItem(fields: Item['fields'], origin: 'api' | 'listing' = 'listing'): Item {
  const fetchedAt = new Date().toISOString();
  const provenance = { [origin]: Object.keys(fields) };
  return { item: 'place', url: 'https://places.test/', fields: { fetchedAt, ...fields, provenance } };
}
