import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSite } from '../setting.ts';
import type { SiteAnswer, SiteRequest } from '../site.ts';
import { driveRun, makeJob } from '../world.ts';
import { enterWorldOfFiles, gallery, galleryPages, keptIn, pdf, resultOf, runFiles } from './setting.ts';

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const body = pdf(3_000_000);
const etag = '"v1"';

/** Cuts the first answer off behind so many bytes; from then on gives the rest, if it is asked for with this validator. */
function cutOnce(head: Record<string, string>, rest: (request: SiteRequest, first: number) => SiteAnswer) {
  return (request: SiteRequest): SiteAnswer => {
    if (request.earlier === 0) {
      const headers = { ...head, 'content-length': String(body.length) };
      return { body: body.subarray(0, 2_000_000), headers, isCut: true };
    }
    const [, first] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    return first === undefined ? { body, headers: head } : rest(request, Number(first));
  };
}

const partFrom = (first: number, headers: Record<string, string> = {}): SiteAnswer => ({
  status: 206,
  headers: { 'content-range': `bytes ${first}-${body.length - 1}/${body.length}`, ...headers },
  body: body.subarray(first),
});

describe('a file that was cut off', () => {
  it('goes on where it was, by If-Range with its ETag, and no attempt is counted', async () => {
    const page = cutOnce({ etag }, ({ headers }, first) =>
      headers['if-range'] === etag ? partFrom(first, { etag }) : { body, headers: { etag } },
    );
    const { files, facts, site, world } = await runFiles(
      { '/': gallery('/a.pdf'), '/a.pdf': page },
      { fetch: { attempts: 1 } },
    );
    expect(files).toMatchObject({ photos: [{ sha256: hashOf(body), bytes: body.length }] });
    expect(facts.map(({ end, code }) => code ?? end)).toEqual(['FILE_UNFINISHED', 'stored']);
    expect(site.log.at(-1)?.headers).toMatchObject({
      'if-range': etag,
      range: expect.stringMatching(/^bytes=[12]\d{6}-$/),
    });
    expect(facts.at(-1)?.bytes).toBeLessThan(2_000_000);
    expect(keptIn(world).parts).toEqual([]);
  });

  it('goes on by a date, where that is well before its answer', async () => {
    const dates = { 'last-modified': 'Sun, 01 Nov 2026 10:00:00 GMT', date: 'Sun, 29 Nov 2026 10:00:00 GMT' };
    const page = cutOnce(dates, ({ headers }, first) =>
      headers['if-range'] === dates['last-modified'] ? partFrom(first) : { status: 500 },
    );
    const { files, site } = await runFiles({ '/': gallery('/a.pdf'), '/a.pdf': page });
    expect(files).toMatchObject({ photos: [{ sha256: hashOf(body) }] });
    expect(site.hits('/a.pdf')).toBe(2);
  });

  it.each([
    ['a weak ETag', { etag: 'W/"v1"', 'last-modified': 'Sun, 01 Nov 2026 10:00:00 GMT' }],
    [
      'a date of the same minute',
      { 'last-modified': 'Sun, 29 Nov 2026 10:00:00 GMT', date: 'Sun, 29 Nov 2026 10:00:30 GMT' },
    ],
    ['a server that gives no parts', { etag, 'accept-ranges': 'none' }],
    ['no validator at all', {}],
  ])('is asked for from its start with %s', async (_what, head) => {
    const page = cutOnce(head, () => ({ status: 500 }));
    const { files, site } = await runFiles({ '/': gallery('/a.pdf'), '/a.pdf': page });
    expect(files).toMatchObject({ photos: [{ sha256: hashOf(body) }] });
    expect(site.log.at(-1)?.headers.range).toBeUndefined();
  });

  it.each([
    ['another file (200)', () => ({ body: pdf(100_000, 2), headers: { etag: '"v2"' } }), 2],
    ['no such bytes (416)', () => ({ status: 416, headers: { 'content-range': 'bytes */100' } }), 3],
    ['another part', (_: SiteRequest, first: number) => partFrom(first - 10, { etag }), 3],
    ['a part of another version', (_: SiteRequest, first: number) => partFrom(first, { etag: '"v2"' }), 3],
  ])('is begun anew where its server has %s now', async (_what, rest, asked) => {
    const page = cutOnce({ etag }, rest);
    const { files, site, world } = await runFiles({ '/': gallery('/a.pdf'), '/a.pdf': page });
    const expected = asked === 2 ? pdf(100_000, 2) : body;
    expect(files).toMatchObject({ photos: [{ sha256: hashOf(expected) }] });
    expect(site.hits('/a.pdf')).toBe(asked);
    expect(keptIn(world)).toEqual({ whole: [hashOf(expected)], parts: [] });
  });
});

describe('a file whose process dies before its outcome is written', () => {
  it('is not asked for again', async () => {
    const site = await openSite({ '/': gallery('/a.pdf'), '/a.pdf': { body } });
    const world = enterWorldOfFiles();
    const job = makeJob({ sources: [{ urls: { list: [`${site.origin}/`] } }], pages: galleryPages });
    await world.start('r', job);
    const dying = world.newProcess('p', (ports) => ({
      ...ports,
      outcomes: {
        ...ports.outcomes,
        async write(outcome) {
          if (outcome.pages.some(({ file }) => file !== undefined)) throw new Error('killed');
          return ports.outcomes.write(outcome);
        },
      },
    }));
    await expect(driveRun(world, 'r', dying)).rejects.toThrow('killed');
    await driveRun(world, 'r', world.newProcess('q'));
    const { files, counts } = await resultOf(world, job);
    expect(files).toMatchObject({ photos: [{ sha256: hashOf(body) }] });
    expect([site.hits('/a.pdf'), counts['download:stored']]).toEqual([1, 1]);
  });
});
