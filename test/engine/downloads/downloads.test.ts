import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { redirect, robots } from '../site.ts';
import { unaccounted } from '../world.ts';
import { endsOfFiles, gallery, keptIn, pdf, png, runFiles } from './setting.ts';

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const image = { headers: { 'content-type': 'image/png' }, body: png };

/** Everything that was admitted has come to one end. */
function balance(counts: Record<string, number>): number {
  const of = (end: string) => counts[`download:${end}`] ?? 0;
  return of('admitted') - of('stored') - of('failed') - of('skipped') - of('cancelled');
}

describe('a field with download', () => {
  it('keeps what it names, once per run, and says in the item what became of it', async () => {
    const { files, facts, counts, site, world } = await runFiles({
      '/': gallery('/a.png', '/a.png?utm_source=x', '/b', '/gone.png', 'data:image/png;base64,AAAA'),
      '/a.png': image,
      '/b': { headers: { 'content-type': 'image/png' }, body: pdf(5_000) },
    });
    const a = {
      path: `a-${hashOf(png).slice(0, 16)}.png`,
      sha256: hashOf(png),
      bytes: png.length,
      type: 'image/png',
    };
    const b = { sha256: hashOf(pdf(5_000)), bytes: 5_000, type: 'application/pdf' };
    const path = `b-${b.sha256.slice(0, 16)}.pdf`;
    expect(files).toEqual({ photos: [a, a, { path, ...b }, { code: 'HTTP_404' }, null] });
    expect(endsOfFiles(facts)).toEqual({ '/a.png': 'stored', '/b': 'stored', '/gone.png': 'HTTP_404' });
    expect(site.hits('/a.png')).toBe(1);
    expect(site.log.find(({ path }) => path === '/b')?.headers['accept-encoding']).toBe('identity');
    expect(keptIn(world)).toEqual({ whole: [a.sha256, b.sha256].sort(), parts: [] });
    expect(counts).toMatchObject({
      ...{ admitted: 1, stored: 1, open: 0, 'download:admitted': 3, 'download:stored': 2 },
      ...{ 'download:failed:HTTP_404': 1, 'download:bytes': png.length + 5_000, 'refused:scheme': 1 },
    });
    expect([balance(counts), unaccounted(counts)]).toEqual([0, 0]);
  });

  it('keeps equal bytes once, under the names of their addresses', async () => {
    const { files, counts, world } = await runFiles({
      '/': gallery('/one.png', '/two.png'),
      '/one.png': image,
      '/two.png': image,
    });
    const names = (files as { photos: { path: string }[] }).photos.map(({ path }) => path.split('-')[0]);
    expect(names).toEqual(['one', 'two']);
    expect([keptIn(world).whole.length, counts['download:equal']]).toEqual([1, 1]);
  });

  it('joins a redirect with the file at its end, and gives its place to that', async () => {
    const { files, facts, counts } = await runFiles(
      {
        '/': gallery('/old.png', '/new.png', '/older.png'),
        '/old.png': redirect('/new.png'),
        '/older.png': redirect('/old.png'),
        '/new.png': image,
      },
      { limits: { maxFiles: 3 } },
    );
    const [old, own, older] = (files as { photos: object[] }).photos;
    expect(own).toMatchObject({ sha256: hashOf(png) });
    expect([old, older]).toEqual([own, own]);
    expect(endsOfFiles(facts)).toEqual({
      '/old.png': 'REDIRECTED',
      '/older.png': 'REDIRECTED',
      '/new.png': 'stored',
    });
    expect(balance(counts)).toBe(0);
  });

  it.each([
    ['beyond maxItems', { limits: { maxItems: 2 } }, '/c.png'],
    ['that another page has given', { key: 'title' }, '/b.png'],
  ])('asks for no file that only an item names %s', async (_what, more, spared) => {
    const card = (title: string, file: string) => `<div><h2>${title}</h2><img src="${file}"></div>`;
    const cards = [
      card('A', '/a.png'),
      card('key' in more ? 'A' : 'B', '/b.png'),
      card('C', '/c.png'),
      card('D', '/a.png'),
    ];
    const { key, limits } = { key: undefined, limits: {}, ...more };
    const { site, facts } = await runFiles(
      { '/': { body: cards.join('') }, '/a.png': image, '/b.png': image, '/c.png': image },
      {
        limits,
        pages: {
          default: {
            ...{ each: 'div', ...(key === undefined ? {} : { key }) },
            fields: { title: 'h2', photo: { select: 'img', attr: 'src', type: 'url', download: true } },
          },
        },
      },
    );
    const asked = ['/a.png', '/b.png', '/c.png'].filter((path) => site.hits(path) === 1);
    expect(asked).toEqual(['/a.png', '/b.png', '/c.png'].filter((path) => path !== spared));
    expect(facts).toHaveLength(2);
  });

  it('asks for no more than maxFiles, and leaves maxPages to pages', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `/${index}.png`);
    const { files, facts, counts } = await runFiles(
      { '/': gallery(...names), ...Object.fromEntries(names.map((name) => [name, image])) },
      { limits: { maxFiles: 5, maxPages: 1 } },
    );
    expect(facts.filter(({ end }) => end === 'stored')).toHaveLength(5);
    expect(counts).toMatchObject({ 'refused:fileLimit': 7, 'download:admitted': 5, admitted: 1 });
    const { photos } = files as { photos: { code?: string }[] };
    expect(photos.filter(({ code }) => code === 'FILE_ABSENT')).toHaveLength(7);
  });

  it('obeys robots.txt, and sends headers of the label to their own host alone', async () => {
    const { facts, site } = await runFiles(
      {
        '/': gallery('/no/a.png', '/b.png'),
        '/robots.txt': robots('User-agent: *\nDisallow: /no/'),
        '/b.png': image,
      },
      {
        pages: {
          default: {
            headers: { 'x-shop': 'yes' },
            fields: { photos: { select: 'img', attr: 'src', type: 'url', list: true, download: true } },
          },
        },
      },
    );
    expect(endsOfFiles(facts)).toEqual({ '/no/a.png': 'ROBOTS_DISALLOWED', '/b.png': 'stored' });
    expect(site.log.find(({ path }) => path === '/b.png')?.headers['x-shop']).toBe('yes');
  });

  it('asks for no file of an item that is kept apart', async () => {
    const photos = { select: 'img', attr: 'src', type: 'url', list: true, download: true };
    const pages = { default: { fields: { price: { select: '.price', required: true }, photos } } };
    const { site, counts } = await runFiles({ '/': gallery('/a.png'), '/a.png': image }, { pages });
    expect([counts['incomplete'], site.hits('/a.png')]).toEqual([1, 0]);
  });

  it('finds the files of nested fields, and of lists of them', async () => {
    const file = { select: 'img', attr: 'src', type: 'url', download: true };
    const fields = { boxes: { select: 'p', list: true, fields: { name: 'b', file } } };
    const { files } = await runFiles(
      { '/': { body: '<!doctype html><p><b>x</b><img src=/a.png></p><p><b>y</b></p>' }, '/a.png': image },
      { pages: { default: { fields } } },
    );
    expect(files).toEqual({ boxes: [{ file: expect.objectContaining({ sha256: hashOf(png) }) }, null] });
  });

  it('finds none where the part of the item that would hold one is not there', async () => {
    const file = { select: 'img', attr: 'src', type: 'url', download: true };
    const box = { select: 'section', fields: { file } };
    const { files, counts } = await runFiles(
      { '/': { body: '<!doctype html><h1>x</h1><p><img src=/a.png></p>' }, '/a.png': image },
      { pages: { default: { fields: { title: 'h1', box } } } },
    );
    expect([files, counts['download:admitted']]).toEqual([undefined, undefined]);
  });
});

describe('a file that is not what it should be', () => {
  it.each([
    [
      'an error page in place of a picture',
      { body: '<!doctype html><h1>Sorry</h1>', headers: { 'content-type': 'image/png' } },
      'FILE_TYPE',
    ],
    ['more bytes than are allowed, by its head', { body: Buffer.alloc(60_000, 'x') }, 'FILE_TOO_LARGE'],
    [
      'the same as they come',
      { body: Buffer.alloc(60_000, 'x'), headers: { 'transfer-encoding': 'chunked' } },
      'FILE_TOO_LARGE',
    ],
    [
      'a bomb',
      {
        body: gzipSync(Buffer.concat([png, Buffer.alloc(50_000_000)])),
        headers: { 'content-encoding': 'gzip' },
      },
      'FILE_TOO_LARGE',
    ],
    ['no byte', { body: '' }, 'NO_CONTENT'],
    ['broken gzip', { body: 'no gzip at all', headers: { 'content-encoding': 'gzip' } }, 'BODY_CORRUPT'],
    [
      'a part, unasked',
      { status: 206, headers: { 'content-range': 'bytes 5-9/100' }, body: 'abcde' },
      'RESPONSE_INVALID',
    ],
    ['a challenge', { status: 403, headers: { 'cf-mitigated': 'challenge' }, body: 'x' }, 'BLOCKED'],
  ])('fails where it has %s, and leaves nothing', async (_what, answer, code) => {
    const { facts, world } = await runFiles(
      { '/': gallery('/a.png'), '/a.png': answer },
      { files: { maxFileBytes: 50_000, types: ['image/*'] } },
    );
    expect(endsOfFiles(facts)).toEqual({ '/a.png': code });
    expect(keptIn(world)).toEqual({ whole: [], parts: [] });
  });

  it('is decoded where its server codes it all the same, but an archive that is called both', async () => {
    const archive = gzipSync('tar');
    const { files } = await runFiles({
      '/': gallery('/a.png', '/b.tar.gz', '/c.png'),
      '/a.png': { body: gzipSync(png), headers: { 'content-encoding': 'gzip', 'content-type': 'image/png' } },
      '/b.tar.gz': {
        body: archive,
        headers: { 'content-encoding': 'x-gzip', 'content-type': 'application/x-gzip' },
      },
      '/c.png': {
        body: Buffer.concat([png.subarray(0, 9), png.subarray(9)].map((part) => zstdCompressSync(part))),
        headers: { 'content-encoding': 'zstd', 'content-type': 'image/png' },
      },
    });
    expect(files).toMatchObject({
      photos: [
        { sha256: hashOf(png) },
        { sha256: hashOf(archive), type: 'application/gzip' },
        { sha256: hashOf(png) },
      ],
    });
  });

  it('is tried again after its connection was lost, and nothing of it is seen before it is whole', async () => {
    const body = pdf(40_000);
    const { files, counts, world } = await runFiles({
      '/': gallery('/a.pdf'),
      '/a.pdf': ({ earlier }) =>
        earlier === 0
          ? { body: body.subarray(0, 30_000), headers: { 'content-length': '40000' }, isCut: true }
          : { body },
    });
    expect(files).toMatchObject({ photos: [{ sha256: hashOf(body), bytes: 40_000 }] });
    expect(counts['retries']).toBe(1);
    expect(keptIn(world)).toEqual({ whole: [hashOf(body)], parts: [] });
  });
});
