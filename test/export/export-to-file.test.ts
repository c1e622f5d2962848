import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportToFile } from '../../shared/export/export-to-file.ts';
import type { Outcome } from '../../shared/model.ts';
import { item, outcomesOf } from './outcomes-of.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spinneret-export-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('exportToFile', () => {
  it('creates the folder and replaces an earlier file', async () => {
    const file = join(folder, 'deep', 'items.jsonl');
    for (const price of [1, 2]) {
      const outcomes = outcomesOf({ items: [item({ price })] });
      await exportToFile({ outcomes, run: 'run', what: 'items', format: 'jsonl', file });
    }
    expect(await readFile(file, 'utf8')).toBe('{"_item":"product","_url":"http://shop.test/1","price":2}\n');
    expect(await readdir(join(folder, 'deep'))).toEqual(['items.jsonl']);
  });

  it('leaves the earlier file, and nothing else, when it fails half-way', async () => {
    const file = join(folder, 'items.jsonl');
    await writeFile(file, 'earlier');
    const failing = {
      async *list(): AsyncGenerator<Outcome> {
        yield* outcomesOf({ items: [item({ price: 1 })] }).list();
        throw new Error('store gone');
      },
    };
    const request = { outcomes: failing, run: 'run', what: 'items', format: 'jsonl', file } as const;
    await expect(exportToFile(request)).rejects.toThrow('store gone');
    expect(await readFile(file, 'utf8')).toBe('earlier');
    expect(await readdir(folder)).toEqual(['items.jsonl']);
  });

  it('deletes what a process that was killed has left of the file, and nothing of one that lives', async () => {
    const file = join(folder, 'items.jsonl');
    const source = `
      import { exportToFile } from ${JSON.stringify(new URL('../../shared/export/export-to-file.ts', import.meta.url).href)};
      import { readdirSync } from 'node:fs';
      const outcomes = {
        async *list() {
          while (readdirSync(${JSON.stringify(folder)}).length === 0) await new Promise(setImmediate);
          console.log('begun');
          await new Promise(() => setInterval(() => {}, 1000));
        },
      };
      await exportToFile({ outcomes, run: 'run', what: 'items', format: 'jsonl', file: ${JSON.stringify(file)} });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source]);
    await once(child.stdout, 'data');
    const [left] = await readdir(folder);
    expect(left).toMatch(/^\.items\.jsonl\..*\.tmp$/);
    const request = {
      outcomes: outcomesOf({ items: [] }),
      run: 'run',
      what: 'items',
      format: 'jsonl',
    } as const;
    await exportToFile({ ...request, file });
    expect(await readdir(folder)).toEqual([left, 'items.jsonl']);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await exportToFile({ ...request, file: join(folder, 'other.jsonl') });
    expect(await readdir(folder)).toContain(left);
    await exportToFile({ ...request, file });
    expect(await readdir(folder)).toEqual(['items.jsonl', 'other.jsonl']);
  });
});
