import { describe, expect, it } from 'vitest';
import { afterWorkbook, wholeFormatsOf } from '../../functions/finish/write-workbook.ts';
import { jobSchema } from '../../shared/job/schema.ts';

const withFormats = (...formats: string[]) => ({
  job: jobSchema.parse({
    name: 'shop',
    sources: [{ crawl: { start: 'https://shop.test/' } }],
    pages: { default: {} },
    output: { formats },
  }),
});

describe('the files of a large run that are made as a whole', () => {
  it('are those of formats that are not made of rows, in the order of the job', () => {
    expect(wholeFormatsOf(withFormats('jsonl', 'csv', 'xlsx', 'json'))).toEqual(['xlsx']);
    expect(wholeFormatsOf(withFormats('jsonl'))).toEqual([]);
  });

  it('are followed by the files’ assembly', () => {
    expect(afterWorkbook(withFormats('xlsx'), 0)).toEqual({ step: 'assemble', part: 0 });
    expect(afterWorkbook(withFormats('jsonl'), 0)).toEqual({ step: 'assemble', part: 0 });
  });
});
