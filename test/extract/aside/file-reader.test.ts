import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openFileReader } from '../../../shared/extract/aside/file-reader.ts';
import { extractWith, makePage } from '../compile-job.ts';
import { nestedForms } from '../pdf/nested-forms.ts';
import { makeWorkbook, sheetOf } from '../xlsx/make-workbook.ts';

const fileOf = (name: string) => readFileSync(join(import.meta.dirname, '..', name));
const inputOf = (body: Uint8Array, table = {}) => ({ page: makePage('', { body }), table });
const workbook = inputOf(fileOf('xlsx/files/openpyxl.xlsx'));
const endless = inputOf(nestedForms(12, 10));

describe('a file that is read in a thread', () => {
  it('is broken where the time for it is over', async () => {
    await expect(openFileReader({ timeoutMs: 1 })('xlsx', workbook)).rejects.toMatchObject({
      name: 'DropError',
      code: 'FILE_BROKEN',
      message: `${workbook.page.url}: it took longer than 0.001 s to read`,
    });
  });

  it('is broken where it fills the memory of its thread, which costs nothing else', async () => {
    const readFile = openFileReader({ maxMemoryMb: 40 });
    const row = `<row>${'<c t="inlineStr"><is><t>text of a cell</t></is></c>'.repeat(20)}</row>`;
    const large = inputOf(await makeWorkbook(sheetOf(row, 20_000)));
    await expect(readFile('xlsx', large)).rejects.toMatchObject({
      code: 'FILE_BROKEN',
      message: expect.stringContaining('it takes more than 40 MB to read'),
    });
    await expect(readFile('xlsx', workbook)).resolves.toMatchObject({
      value: { sheets: [{ name: 'Prices' }, {}] },
    });
  });

  it('keeps the error that its kind has for it', async () => {
    const { page } = workbook;
    await expect(openFileReader()('xlsx', { page, table: { sheet: 'Nowhere' } })).rejects.toMatchObject({
      code: 'EXTRACT_FAILED',
      message: expect.stringContaining('no sheet "Nowhere"'),
    });
  });

  it('leaves the body of its page as it was', async () => {
    const before = Buffer.from(workbook.page.body);
    await openFileReader()('xlsx', workbook);
    expect(before.equals(workbook.page.body)).toBe(true);
  });

  it.each([
    ['pdf/files/two-pages.pdf', 'application/pdf', 1],
    ['xlsx/files/openpyxl.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 3],
  ])('is unpacked before, where %s was stored as a gzip', async (name, contentType, count) => {
    const { items } = await extractWith({}, '', { body: gzipSync(fileOf(name)), contentType });
    expect(items).toHaveLength(count);
  });

  it('is given up for another attempt where its process has to end, and those that wait have had none', async () => {
    const readFile = openFileReader();
    let asked = 0;
    // The first file is begun, and is being read when it is asked again.
    const mustEnd = () => ++asked > 1;
    const reading = Promise.allSettled([
      readFile('pdf', endless, mustEnd),
      readFile('xlsx', workbook, mustEnd),
    ]);
    const reasons = (await reading).map((result) => result.status === 'rejected' && result.reason);
    expect(reasons).toMatchObject([
      { name: 'RetryError', code: 'FILE_BROKEN' },
      { name: 'RetryError', code: 'FILE_UNREAD' },
    ]);
  });

  it('waits for the file before it, so that two never share the memory', async () => {
    const readFile = openFileReader();
    const ends: string[] = [];
    let asked = 0;
    await Promise.all([
      readFile('pdf', endless, () => ++asked > 1).catch(() => ends.push('first')),
      readFile('xlsx', workbook).then(() => ends.push('second')),
    ]);
    expect(ends).toEqual(['first', 'second']);
  });
});
