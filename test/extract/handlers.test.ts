import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { compileJob, extractWith, makePage } from './compile-job.ts';

const list = { pages: { list: {} } };

async function returning(name: string, handlerTimeoutMs = 30_000) {
  const rule = {
    handler: 'handlers/returns.ts',
    fields: { title: 'h1', price: { select: 'b', required: true } },
  };
  const options = { baseDir: import.meta.dirname, handlerTimeoutMs };
  const extractor = await compileJob({ pages: { product: rule, list: {} } }, options);
  return extractor.extract(makePage(`<h1>T</h1><b>1</b><script>${name}</script>`));
}

describe('handlers', () => {
  it('see the page and what the fields gave, replace the items and add links', async () => {
    const rule = {
      handler: './handlers/prices.ts',
      item: 'offer',
      follow: ['nav a'],
      fields: { title: 'h1', price: { required: true, select: 'u' } },
    };
    const body =
      '<h1>T</h1><nav><a href=/nav></a></nav><div class=offer id=1><b> 5 </b><i><u>x</u></i></div><div class=offer id=2></div>';
    const { items, links } = await extractWith(rule, body, {}, list);
    const url = 'https://shop.example/dir/page.html';
    expect(items).toEqual([
      { item: 'offer', url, fields: { title: 'T', price: '5', id: '1', html: '<u>x</u>' } },
      {
        item: 'offer',
        url,
        fields: { title: 'T', price: null, id: '2', html: null },
        missing: ['price'],
        lost: [{ field: 'price', step: 'handler' }],
      },
    ]);
    expect(links).toEqual([
      { url: 'https://shop.example/nav' },
      { url: 'https://shop.example/next' },
      { url: 'https://shop.example/dir/more', label: 'list' },
    ]);
  });

  it('see values as the label reads them, and those of a PDF', async () => {
    const handler = 'handlers/json.ts';
    const table = { as: 'csv', table: { delimiter: '+', header: false } };
    const csv = await extractWith({ handler, ...table }, 'a+b;c\n1+2');
    expect(csv.items[0]?.fields).toEqual({
      value: [
        { column1: 'a', column2: 'b;c' },
        { column1: '1', column2: '2' },
      ],
    });
    const body = readFileSync(join(import.meta.dirname, 'pdf/files/two-pages.pdf'));
    const pdf = await extractWith({ handler, as: 'pdf' }, '', { contentType: 'application/pdf', body });
    expect(pdf.items[0]?.fields).toMatchObject({ value: { title: 'Report' } });
  });

  it('may be a class, made once per thread', async () => {
    const extractor = await compileJob({ pages: { product: { handler: 'handlers/counter.ts' } } });
    for (const pages of [1, 2]) {
      const { items } = await extractor.extract(makePage('hi'));
      expect(items[0]?.fields).toEqual({ pages, text: 'hi', url: 'https://shop.example/dir/page.html' });
    }
  });

  it.each(['nothing', 'links'])('leave the items alone when they return %s', async (name) => {
    const { items } = await returning(name);
    expect(items.map(({ fields }) => fields)).toEqual([{ title: 'T', price: '1' }]);
  });

  it('may say that there is no item', async () => {
    expect((await returning('none')).items).toEqual([]);
  });

  it('are named as what lost a required field', async () => {
    const { items } = await returning('lacking');
    expect(items).toMatchObject([{ missing: ['price'], lost: [{ field: 'price', step: 'handler' }] }]);
  });

  it.each([
    ['thrown', 'no such price'],
    ['text', 'it must return an object'],
    ['list', 'it must return an object'],
    ['other', 'rows'],
    ['noList', 'items is no list'],
    ['noObject', 'items[0] is no object'],
    ['date', 'items[0].at is a Date'],
    ['absent', 'items[0].price is undefined'],
    ['infinite', 'items[0].price is NaN'],
    ['call', 'items[0].a[0] is a function'],
    ['cycle', 'nested too deep'],
    ['label', 'links[0].label'],
    ['noUrl', 'links[0] has no url'],
    ['selector', 'is no CSS selector'],
    ['timer', 'in a timer'],
    ['immediate', 'in an immediate'],
    ['microtask', 'in a microtask'],
    ['unawaited', 'not waited for'],
    ['emitted', 'emitted'],
    ['exit', 'called process.exit()'],
    ['exitCaught', 'called process.exit()'],
    ['kill', 'called process.kill()'],
    ['getter', 'a getter'],
    ['getters', 'a getter of all'],
    ['toJson', 'items[0].toJSON is a function'],
    ['bigInt', 'items[0].a is a bigint'],
    ['map', 'items[0].a is a Map'],
    ['stream', 'items[0].a is a '],
    ['generator', 'not an iterator'],
    ['wholeMap', 'not an iterator'],
    ['laughs', 'more than 1000000'],
    ['huge', 'more than 50000000 characters'],
    ['sparse', 'items has more than 1000000 entries'],
    ['sparseInside', 'items[0].a has more than'],
    ['ownUrl', 'items[0] has a field _url'],
    ['ownItem', 'items[1] has a field _item'],
    ['ownMissing', 'items[0] has a field _missing'],
    ['ownLost', 'items[0] has a field _lost'],
  ])('fail the page: %s', async (name, message) => {
    await expect(returning(name)).rejects.toMatchObject({
      name: 'DropError',
      code: 'HANDLER_FAILED',
      message: expect.stringContaining(message),
      cause: expect.any(Error),
    });
  });

  it('end nothing by what they throw when their page is done, and it is logged', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      resolve(String(text));
      return true;
    });
    expect((await returning('late')).items).toEqual([]);
    expect(await promise).toMatch(/^https:\/\/shop\.example\/dir\/page\.html, after it was done: .*too late/);
    write.mockRestore();
  });

  it('do not catch what others throw beside them', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const script = `
      import { watched } from ${JSON.stringify(new URL('../../shared/extract/handlers/handler-watch.ts', import.meta.url).href)};
      watched({ fail() {} }, () => undefined);
      setTimeout(() => { throw new Error('of the engine'); });
      setTimeout(() => console.log('alive'), 50);`;
    execFile(process.execPath, ['--input-type=module', '-e', script], (error, out, err) =>
      resolve({ failed: error !== null, out, logged: err.includes('of the engine') }),
    );
    expect(await promise).toEqual({ failed: true, out: '', logged: true });
  });

  it.each([
    ['handlers/missing.ts', 'is not there'],
    ['handlers/exports-nothing.ts', 'no default export'],
    ['handlers/throws.ts', 'broken on import'],
    ['handlers', 'cannot be imported'],
    ['../extract/../run.ts', 'outside'],
    ['.', 'outside'],
  ])('halt the job when %s cannot be one', async (handler, message) => {
    await expect(compileJob({ pages: { product: { handler } } })).rejects.toMatchObject({
      name: 'HaltError',
      code: 'HANDLER_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('halt the job when a link in the folder leads out of it', async () => {
    const baseDir = await mkdtemp(join(tmpdir(), 'spinneret-handlers-'));
    await symlink(join(import.meta.dirname, 'handlers', 'counter.ts'), join(baseDir, 'counter.ts'));
    const compiled = compileJob({ pages: { product: { handler: 'counter.ts' } } }, { baseDir });
    await expect(compiled).rejects.toMatchObject({
      code: 'HANDLER_INVALID',
      message: expect.stringContaining('outside'),
    });
    await rm(baseDir, { recursive: true });
  });
});

describe('compileExtractor', () => {
  it('answers at once where there is no handler', async () => {
    const extractor = await compileJob({ pages: { product: { fields: { a: 'p' } } } });
    expect(extractor.extract(makePage('<p>1</p>'))).not.toBeInstanceOf(Promise);
  });

  it('gives nothing for a label it does not know', async () => {
    const extractor = await compileJob({ pages: { product: {} } });
    expect(extractor.extract(makePage('', { label: 'toString' }))).toEqual({ items: [], links: [] });
  });

  it('does not read what its rule does not ask for', async () => {
    const rule = { fields: { url: { page: 'url' } } };
    const { items } = await extractWith(rule, '<div>'.repeat(10_000), { contentType: 'image/png' });
    expect(items).toHaveLength(1);
  });
});
