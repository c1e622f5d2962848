import type { WholeFormat } from '../format.ts';

/** A spreadsheet: a ZIP archive. Its writer is loaded on demand, since few exports need it. */
export const xlsxFormat: WholeFormat = {
  madeOf: 'whole',
  contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  async *chunks(request) {
    const { workbookChunks } = await import('./workbook.ts');
    yield* workbookChunks(request);
  },
};
