import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageRequest } from '../../../shared/model.ts';
import { localFiles } from '../../../shared/sources/local-file.ts';
import type { Expansion } from '../../../shared/sources/types.ts';
import type { ChunkLimits } from '../../../shared/sources/urls/urls-chunk.ts';
import { firstUrlsRequest, readUrlsChunk } from '../../../shared/sources/urls/urls-file.ts';
import { makeJob } from '../make-job.ts';

const job = makeJob([{ urls: { file: 'shops.csv', column: 'web site', label: 'page' } }]);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spinneret-csv-'));
});
afterAll(() => rm(folder, { recursive: true }));

const write = (text: string | Uint8Array) => writeFile(join(folder, 'shops.csv'), text);

async function readAll(limits?: ChunkLimits) {
  const all: Pick<Expansion, 'links' | 'invalid'> & { chunks: number } = {
    links: [],
    invalid: [],
    chunks: 0,
  };
  let request: PageRequest<'urls'> | undefined = firstUrlsRequest('shops.csv', 0);
  while (request !== undefined) {
    const { links, invalid, next } = await readUrlsChunk(job, localFiles(folder), request, limits);
    all.links.push(...links);
    all.invalid.push(...invalid);
    all.chunks += 1;
    // As it travels in a message.
    request = next[0] === undefined ? undefined : JSON.parse(JSON.stringify(next[0]));
  }
  return all;
}

describe('readUrlsChunk of a source with a column', () => {
  it.each([
    ['commas', 'name,web site\nA,http://a.test/1\n"B, C",http://a.test/2\n'],
    ['semicolons and a BOM', '\uFEFFname;web site\r\nA;http://a.test/1\r\nB;http://a.test/2'],
    ['tabs', 'web site\tname\nhttp://a.test/1\tA\nhttp://a.test/2\tB\n'],
    ['quoted line breaks', 'name,web site\n"A\nB",http://a.test/1\n"C\r\n",http://a.test/2\n'],
    ['names beyond ASCII', 'Straße,web site\nÄ,http://a.test/1\n漢,http://a.test/2\n'],
  ])('takes its cells as URLs: %s', async (_, text) => {
    await write(text);
    const { links, invalid } = await readAll();
    expect(links).toEqual([1, 2].map((n) => ({ url: `http://a.test/${n}`, label: 'page' })));
    expect(invalid).toEqual([]);
  });

  it('reports rows whose cell is no URL or may not be the one of the column, and passes over blank cells', async () => {
    await write(
      'name,web site\nA,shop.test\nB,\nC\nD,http://a.test/1\n\nE,http://a.test/2,3\nF,http://a.test/4,\n"G,http://a.test/5',
    );
    const { links, invalid } = await readAll();
    expect(links.map(({ url }) => url)).toEqual(['http://a.test/1', 'http://a.test/4']);
    expect(invalid.map(({ message }) => message)).toEqual([
      'row 2: not an absolute http or https URL',
      'row 4: 1 cells, and the first row has 2',
      'row 6: 3 cells, and the first row has 2',
      'row 8: a quote that is not closed, or too many bytes',
    ]);
  });

  it.each([
    ['name,url\n', 'has no column web site: its first row is name, url'],
    ['', 'has no column web site: its first row is empty'],
    ['web site,web site\n', 'has more than one column web site: its first row is web site, web site'],
    [Buffer.from('\uFEFFweb site\n', 'utf16le'), /^shops\.csv has no column.*UTF-16: save it as UTF-8$/s],
  ])('says which columns there are where %j has none of the name, or two', async (text, message) => {
    await write(text);
    const expected = typeof message === 'string' ? `shops.csv ${message}` : expect.stringMatching(message);
    await expect(readAll()).rejects.toMatchObject({ code: 'SOURCE_MISSING', message: expected });
  });

  it('reads a quoted cell that is longer than a line may be, and reports one that is longer than a chunk', async () => {
    const limits = { maxLines: 10, maxBytes: 400, maxLineBytes: 80 };
    await write(
      `name,web site\nA,http://a.test/1\n"${'B,\n'.repeat(100)}",http://a.test/2\nC,http://a.test/3\n`,
    );
    const { links, invalid } = await readAll({ ...limits, maxBytes: 320 });
    expect(links.map(({ url }) => url)).toEqual([1, 2, 3].map((n) => `http://a.test/${n}`));
    expect(invalid).toEqual([]);
    const cut = await readAll({ ...limits, maxBytes: 200 });
    expect(cut.links.map(({ url }) => url)).toEqual([1, 3].map((n) => `http://a.test/${n}`));
    expect(cut.invalid.map(({ message }) => message)).toContain(
      'row 3: a quote that is not closed, or too many bytes',
    );
  });

  it('goes on behind blank lines that fill a chunk', async () => {
    await write(`web site\n${'\n'.repeat(1_000)}http://a.test/1\n`);
    const { links } = await readAll({ maxLines: 9, maxBytes: 100, maxLineBytes: 80 });
    expect(links.map(({ url }) => url)).toEqual(['http://a.test/1']);
  });

  it('names the same URLs however the file is cut', async () => {
    const cell = fc.oneof(
      fc.stringMatching(/^[a-zé漢 ]{0,12}$/u),
      fc.constantFrom('a, b', 'one\ntwo', 'say "so"', 'x\r\ny'),
    );
    const rows = fc.array(fc.tuple(cell, fc.nat(9_999)), { minLength: 1, maxLength: 30 });
    const cut = fc.record({
      maxLines: fc.integer({ min: 1, max: 9 }),
      maxBytes: fc.integer({ min: 90, max: 400 }),
    });
    await fc.assert(
      fc.asyncProperty(rows, cut, async (named, limits) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const lines = named.map(([text, id]) => `${quoted(text)},http://a.test/${id}`);
        await write(['name,web site', ...lines].join('\n'));
        const { links } = await readAll({ ...limits, maxLineBytes: 80 });
        expect(links.map(({ url }) => url)).toEqual(named.map(([, id]) => `http://a.test/${id}`));
      }),
      { numRuns: 80 },
    );
  });
});
