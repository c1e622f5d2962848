import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openPool } from '../shared/pool/pool.ts';
import { partial, type Task, task } from '../shared/pool/task.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import type { admitMore, loadUrls } from './known-urls/admit-more.ts';

const module = new URL('./known-urls/admit-more.ts', import.meta.url);
const batches = 400;

/**
 * What a store that knows so many URLs costs: bytes a URL, CPU time to bring one more into the run, and the memory of the
 * process that does. One row for each of `urls`.
 */
export async function knownUrls(urls: number[]): Promise<object> {
  const rows: object[] = [];
  for (const known of urls) {
    rows.push(await measure(known));
    console.error(JSON.stringify(rows.at(-1)));
  }
  return { bench: 'known-urls', rows };
}

async function measure(known: number): Promise<object> {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, 'store.db');
    await inProcess(partial(task<typeof loadUrls>(module, 'loadUrls'), file, known));
    const { size } = statSync(file);
    const admitted = await inProcess(partial(task<typeof admitMore>(module, 'admitMore'), file, batches));
    return { known, bytesPerUrl: Number((size / known).toFixed(1)), ...admitted };
  } finally {
    folder.remove();
  }
}

/** Each in a process of its own, whose memory is no other's. */
async function inProcess<R>(work: Task<[number], R>): Promise<R | undefined> {
  await using pool = openPool({ size: 1 });
  const [result] = await pool.map([0], work);
  return result;
}
