import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinPages } from '../../../cli/local/join-pages.ts';
import type { Project } from '../../../cli/project.ts';
import { openArchive } from '../../../shared/local-run/open-archive.ts';
import type { Outcome, Run } from '../../../shared/model.ts';
import { keptFolderOf } from '../../../shared/stores/local/stored-files.ts';
import type { KeptResponse } from '../../../shared/warc/exchange.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';
import { readWarc, urlsOf } from '../warc-records.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const run = { id: 'r', job: { name: 'job', keep: 'warc' } } as unknown as Run;

/** What a delivery of a batch keeps, which its outcome names. */
async function keep(...urls: string[]): Promise<Outcome> {
  const archive = await openArchive(join(folder.path, 'store.db'), 'r');
  const writer = await archive.begin('b');
  for (const url of urls) {
    const body = Buffer.from(`<h1>${url}</h1>`);
    const response: KeptResponse = { is: 'page', status: 200, headers: [], body };
    await writer.add({ url, at: 0, response, fields: {} });
  }
  return { kept: { ...(await writer.finish()), pages: urls.length } } as Outcome;
}

function projectWith(outcomes: Outcome[]): Project {
  const list = async function* () {
    yield* outcomes;
  };
  const settings = { store: 'store.db', outputDir: 'output' };
  return { projectDir: folder.path, settings, store: { outcomes: { list } } } as unknown as Project;
}

const url = (index: number) => `http://example.com/${index}`;

describe('joinPages', () => {
  it('begins another file where one would be too large, and puts no batch into two', async () => {
    const outcomes: Outcome[] = [];
    for (let batch = 0; batch < 6; batch += 1) outcomes.push(await keep(url(2 * batch), url(2 * batch + 1)));
    await keep('http://example.com/of-no-outcome');
    const output = join(folder.path, 'output');
    mkdirSync(output);
    // What a process that was killed here before has left.
    writeFileSync(join(output, 'pages-00002.warc.gz.part'), 'torn');
    const files = await joinPages(projectWith(outcomes), run, output, 1_500);
    expect(files.length).toBeGreaterThan(2);
    expect(readdirSync(output).sort()).toEqual(files.map(({ name }) => name));
    const found: string[] = [];
    for (const { name, bytes, pages } of files) {
      const file = join(output, name);
      expect([statSync(file).size, statSync(file).mode & 0o777]).toEqual([bytes, 0o600]);
      expect(bytes).toBeLessThanOrEqual(1_500);
      const records = await readWarc(file);
      expect(records[0]?.type).toBe('warcinfo');
      expect(urlsOf(records, 'response')).toHaveLength(pages);
      found.push(...urlsOf(records, 'response'));
    }
    expect(found.sort()).toEqual(Array.from({ length: 12 }, (_, index) => url(index)).sort());
  });

  it('says so where a part of the run is gone', async () => {
    const outcome = await keep(url(1));
    rmSync(join(keptFolderOf(join(folder.path, 'store.db'), 'r'), 'whole'), { recursive: true });
    await expect(joinPages(projectWith([outcome]), run, join(folder.path, 'output'))).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
  });
});
