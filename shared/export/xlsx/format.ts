import type { WholeFormat } from '../format.ts';

/** A spreadsheet: a ZIP archive. Few exports are one, and every command would load what writes it. */
export const xlsxFormat: WholeFormat = {
  madeOf: 'whole',
  contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  async *chunks(request) {
    const { workbookChunks } = await import('./workbook.ts');
    yield* workbookChunks(request);
  },
};
