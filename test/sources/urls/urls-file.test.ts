import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageRequest } from '../../../shared/model.ts';
import { localFiles } from '../../../shared/sources/local-file.ts';
import type { Expansion, OpenSourceFile } from '../../../shared/sources/types.ts';
import type { ChunkLimits } from '../../../shared/sources/urls/urls-chunk.ts';
import { firstUrlsRequest, readUrlsChunk } from '../../../shared/sources/urls/urls-file.ts';
import { makeJob } from '../make-job.ts';

const job = makeJob([{ urls: { file: 'urls.txt', label: 'page' } }]);
const first = firstUrlsRequest('urls.txt', 0);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spinneret-urls-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readUrlsChunk', () => {
  it('takes one URL a line, past a BOM, CRLF, blank lines and comments', async () => {
    await write('\uFEFFhttp://a.test/1\r\n\r\n# http://a.test/no\r\n  http://a.test/2  \r\nhttp://a.test/3');
    const { links, next, invalid } = await readUrlsChunk(job, localFiles(folder), first);
    expect(links).toEqual([1, 2, 3].map((n) => ({ url: `http://a.test/${n}`, label: 'page' })));
    expect([next, invalid]).toEqual([[], []]);
  });

  it.each([
    ['CR', 'http://a.test/1\rhttp://a.test/2\rhttp://a.test/3'],
    ['CR at the end', 'http://a.test/1\rhttp://a.test/2\rhttp://a.test/3\r'],
    ['mixed ends', 'http://a.test/1\r\nhttp://a.test/2\r\r\nhttp://a.test/3\n\r'],
    ['further columns', 'http://a.test/1\tnote\nhttp://a.test/2\t\n\thttp://a.test/3\tx\ty'],
  ])('takes one URL a line: %s', async (_, text) => {
    await write(text);
    const { links, invalid } = await readUrlsChunk(job, localFiles(folder), first);
    expect(links.map(({ url }) => url)).toEqual([1, 2, 3].map((n) => `http://a.test/${n}`));
    expect(invalid).toEqual([]);
    // However the text is cut.
    for (const maxBytes of [16, 17, 18, 40]) {
      const all = await readAll({ maxLines: 2, maxBytes, maxLineBytes: 40 });
      expect(all.links.map(({ url }) => url)).toEqual([1, 2, 3].map((n) => `http://a.test/${n}`));
    }
  });

  it('reports lines that are no URL by their number, in later chunks too', async () => {
    await write('http://a.test/1\nfoo\nhttp://a.test/2\nftp://a.test/\nhttp://\n');
    const { invalid } = await readAll({ maxLines: 2, maxBytes: 100, maxLineBytes: 50 });
    expect(invalid.map(({ message }) => message.slice(0, 7))).toEqual(['line 2:', 'line 4:', 'line 5:']);
  });

  it('reports a line longer than the limit once, and goes on after it', async () => {
    await write(`http://a.test/1\nhttp://a.test/${'x'.repeat(900)}\nhttp://a.test/2\nbad\n`);
    const { links, invalid } = await readAll({ maxLines: 10, maxBytes: 50, maxLineBytes: 40 });
    expect(links.map(({ url }) => url)).toEqual(['http://a.test/1', 'http://a.test/2']);
    expect(invalid.map(({ message }) => message.slice(0, 7))).toEqual(['line 2:', 'line 4:']);
  });

  it('refuses to go on with a file that changed', async () => {
    await write('http://a.test/1\nhttp://a.test/2\n');
    const { next } = await readUrlsChunk(job, localFiles(folder), first, {
      maxLines: 1,
      maxBytes: 100,
      maxLineBytes: 50,
    });
    await appendFile(join(folder, 'urls.txt'), 'http://a.test/3\n');
    await expect(
      readUrlsChunk(job, localFiles(folder), next[0] as PageRequest<'urls'>),
    ).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
    });
  });

  it.each(['missing.txt', '.', 'urls.txt/below'])('says that %s cannot be read', async (file) => {
    const other = makeJob([{ urls: { file } }]);
    await expect(readUrlsChunk(other, localFiles(folder), first)).rejects.toMatchObject({
      code: 'SOURCE_MISSING',
    });
  });

  it.each([
    ['25,000 lines of a file on this machine', localFiles, 25_000],
    ['a thousand lines of a file elsewhere', remoteFiles, 1_000],
  ])('reads at most %s at once', async (_, files, lines) => {
    await write('http://a.test/é\n'.repeat(25_500));
    const chunk = await readUrlsChunk(job, files(folder), first);
    expect([chunk.links.length, chunk.next.length]).toEqual([lines, 1]);
    expect(chunk.next[0]).toMatchObject({
      kind: 'urls',
      url: 'file:urls.txt',
      source: 0,
      cursor: { line: lines + 1 },
    });
  });

  it('names the same URLs however the file is cut', async () => {
    const line = fc.oneof(
      fc.stringMatching(/^[a-zé漢😀]{0,30}$/u).map((path) => `http://a.test/${path}`),
      fc.constantFrom('', '# note', 'not a url', `http://a.test/${'y'.repeat(200)}`),
    );
    const limits = fc.record({
      maxLines: fc.integer({ min: 1, max: 5 }),
      maxBytes: fc.integer({ min: 1, max: 300 }),
      maxLineBytes: fc.constant(150),
    });
    const file = fc.tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.boolean());
    await fc.assert(
      fc.asyncProperty(file, limits, async ([lines, feed, endsWithFeed], cut) => {
        await write(lines.join(feed) + (endsWithFeed ? feed : ''));
        const whole = await readAll({ maxLines: 1_000, maxBytes: 100_000, maxLineBytes: 150 });
        const inPieces = await readAll(cut);
        expect(inPieces).toEqual(whole);
        expect(whole.links.map(({ url }) => url)).toEqual(
          lines.filter((text) => /^http.{0,100}$/u.test(text)),
        );
      }),
      { numRuns: 60 },
    );
  });
});

function remoteFiles(baseDir: string): OpenSourceFile {
  return async (path) => {
    const { isLocal: _, ...file } = await localFiles(baseDir)(path);
    return file;
  };
}

function write(text: string): Promise<void> {
  return writeFile(join(folder, 'urls.txt'), text);
}

async function readAll(limits: ChunkLimits): Promise<Pick<Expansion, 'links' | 'invalid'>> {
  const all: Pick<Expansion, 'links' | 'invalid'> = { links: [], invalid: [] };
  let request: PageRequest<'urls'> | undefined = first;
  while (request !== undefined) {
    const chunk: Awaited<ReturnType<typeof readUrlsChunk>> = await readUrlsChunk(
      job,
      localFiles(folder),
      request,
      limits,
    );
    all.links.push(...chunk.links);
    all.invalid.push(...chunk.invalid);
    request = chunk.next[0];
  }
  return all;
}
