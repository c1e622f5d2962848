import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readTotal, withoutLock } from '../../examples/counter/increments.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { describeWith } from '../aws/describe-with.ts';
import { makeTable } from '../stores/aws/make-table.ts';

const main = join(import.meta.dirname, '../../examples/counter/main.ts');
const way = (name: string, lost: unknown) => expect.objectContaining({ way: name, expected: 60, lost });
const exactButTheFirst = [
  way('no lock', expect.any(Number)),
  way('await using', 0),
  way('acquire, release', 0),
  way('atomic add', 0),
];

async function count(options: string[], env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const sizes = ['--processes', '3', '--increments', '20', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...sizes, ...options], {
    env: { ...process.env, ...env },
  });
  return JSON.parse(stdout);
}

describe('examples/counter', () => {
  it('counts exactly by locks and by the atomic counter, on SQLite', async () => {
    expect(await count([])).toEqual(exactButTheFirst);
  });

  it('loses updates without a lock', async () => {
    const folder = temporaryFolder();
    const orders = { store: { file: join(folder.path, 'store.db') }, counter: 'c', increments: 10 };
    await Promise.all([withoutLock(orders, 0), withoutLock(orders, 1)]);
    expect(await readTotal(orders)).toBeLessThan(20);
    folder.remove();
  });
});

await describeWith('ministack', 'examples/counter --aws', (connection) => {
  it('counts exactly by locks and by the atomic counter, on DynamoDB', async () => {
    const { table, close } = await makeTable(connection);
    const env = {
      AWS_ENDPOINT_URL: connection.endpoint,
      AWS_REGION: connection.region,
      AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
    };
    expect(await count(['--aws', '--table', table], env)).toEqual(exactButTheFirst);
    await close();
  });
});
