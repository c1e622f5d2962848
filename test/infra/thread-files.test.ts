import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../bench/lambda/bundle.ts';
import { bundleThreadFiles } from '../../infra/thread-files.ts';
import type { openFileReader } from '../../shared/extract/aside/file-reader.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { makePage } from '../extract/compile-job.ts';

/** Where no package is installed, as in a function's own folder. */
const folder = temporaryFolder();
let bundled: { openFileReader: typeof openFileReader };

beforeAll(async () => {
  const index = join(folder.path, 'index.mjs');
  const contents = "export { openFileReader } from './shared/extract/aside/file-reader.ts';";
  await bundle({ contents }, index);
  bundleThreadFiles(folder.path);
  bundled = await import(pathToFileURL(index).href);
});
afterAll(() => folder.remove());

const inputOf = (name: string) => ({
  page: makePage('', { body: readFileSync(join(import.meta.dirname, '../extract', name)) }),
  table: {},
});

describe('the thread files beside a function', () => {
  it('read a PDF', async () => {
    const { value } = await bundled.openFileReader()('pdf', inputOf('pdf/files/two-pages.pdf'));
    expect(value).toMatchObject({ title: 'Report', text: 'Total: 42 EUR\n\nSecond page' });
  });

  it('say of a PDF without text that it has none', async () => {
    const failed = bundled.openFileReader()('pdf', inputOf('pdf/files/no-text.pdf'));
    await expect(failed).rejects.toMatchObject({ name: 'DropError', code: 'NO_TEXT' });
  });

  it('read a workbook', async () => {
    const { value } = await bundled.openFileReader()('xlsx', inputOf('xlsx/files/openpyxl.xlsx'));
    expect(value).toMatchObject({ sheets: [{ rows: [{ Article: 'Tea', Price: 3.5 }, {}, {}] }, {}] });
  });

  it('have the reader of PDFs in a file of its own, so that handlers and workbooks do not load it', () => {
    const sizeOf = (name: string) => readFileSync(join(folder.path, name)).byteLength;
    expect(sizeOf('aside-thread.mjs')).toBeLessThan(200_000);
    expect(sizeOf('handler-thread.mjs')).toBeLessThan(1_180_000);
  });
});
