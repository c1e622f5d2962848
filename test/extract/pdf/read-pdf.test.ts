import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFileReader } from '../../../shared/extract/aside/file-reader.ts';
import { extractWith, makePage } from '../compile-job.ts';
import { nestedForms } from './nested-forms.ts';

const fileOf = (name: string) => readFileSync(join(import.meta.dirname, 'files', `${name}.pdf`));
const pdf = { contentType: 'application/pdf' };

describe('a PDF', () => {
  it('is its text, and what it says of itself', async () => {
    const { items } = await extractWith({}, '', { ...pdf, body: fileOf('two-pages') });
    expect(items.map(({ fields }) => fields)).toMatchObject([
      {
        title: 'Report',
        author: 'Ann',
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/),
        pages: [
          { number: 1, text: 'Total: 42 EUR' },
          { number: 2, text: 'Second page' },
        ],
        text: 'Total: 42 EUR\n\nSecond page',
      },
    ]);
  });

  it('has an item for each page by items', async () => {
    const rule = {
      items: 'pages',
      fields: { total: { path: 'text', regex: 'Total: (\\d+)' }, of: { path: 'title', within: 'page' } },
    };
    const { items } = await extractWith(rule, '', { ...pdf, body: fileOf('two-pages') });
    expect(items.map(({ fields }) => fields)).toEqual([
      { total: '42', of: 'Report' },
      { total: null, of: 'Report' },
    ]);
  });

  it('without text is no item of nulls', async () => {
    const read = extractWith({}, '', { ...pdf, body: fileOf('no-text') });
    await expect(read).rejects.toMatchObject({ code: 'NO_TEXT' });
  });

  it.each([
    ['is cut', fileOf('two-pages').subarray(0, 300)],
    ['is none', Buffer.from('<html>Sign in</html>')],
  ])('that %s costs its page alone', async (_, body) => {
    await expect(extractWith({}, '', { ...pdf, body })).rejects.toMatchObject({ code: 'FILE_BROKEN' });
  });

  it('that does not come to an end is ended with its thread, when its time is over', async () => {
    const body = nestedForms(12, 10);
    expect(body.length).toBeLessThan(4_000);
    const readFile = openFileReader({ timeoutMs: 2_000 });
    await expect(readFile('pdf', { page: makePage('', { body }), table: {} })).rejects.toMatchObject({
      code: 'FILE_BROKEN',
      message: expect.stringContaining('longer than 2 s'),
    });
  });

  it('that a label with selectors meets is not read', async () => {
    const { unasked } = await extractWith({ fields: { a: 'h1' } }, '', { ...pdf, body: fileOf('two-pages') });
    expect(unasked).toContain('a PDF');
  });

  it('gives facts about the page without being read', async () => {
    const { items } = await extractWith({ fields: { a: { page: 'status' } } }, '', {
      ...pdf,
      body: Buffer.from('%PDF'),
    });
    expect(items.map(({ fields }) => fields)).toEqual([{ a: 200 }]);
  });
});
