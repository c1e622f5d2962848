import { describe, expect, it } from 'vitest';
import type { Exporting, Progress } from '../../functions/finish/progress.ts';
import { withoutStep } from '../../functions/finish/steps.ts';
import { jobSchema } from '../../shared/job/schema.ts';

const exporting = {
  job: jobSchema.parse({
    name: 'shop',
    sources: [{ crawl: { start: 'https://shop.test/' } }],
    pages: { default: {} },
    output: { formats: ['jsonl', 'csv', 'xlsx', 'json'], sort: 'name' },
  }),
} as Exporting;

const progress: Progress = {
  ...{ step: 'lines', part: 0, startedAt: 0, lineParts: 3, parts: 3, before: 0 },
  ...{ files: [], lost: [{ what: 'geojson', code: 'EXPORT_LOST' }], coverage: [], used: {} },
};
const without = (step: Progress['step'], part: number, rest: Partial<Progress> = {}) => {
  const next = withoutStep(exporting, { ...progress, step, part, ...rest });
  return next && { at: `${next.step} ${next.part}`, lost: next.lost.map(({ what }) => what) };
};

describe('a run goes on without the step that failed each time, and names the files that it lost', () => {
  it.each<[step: Progress['step'], part: number, at: string, lost: string[]]>([
    ['whole', 0, 'whole 1', ['csv']],
    ['whole', 2, 'whole 3', ['json']],
    ['rows', 2, 'workbook 0', ['json', 'csv']],
    ['workbook', 0, 'assemble 0', ['xlsx']],
    ['assemble', 1, 'assemble 1', ['incomplete']],
    ['assemble', 3, 'assemble 3', ['json']],
    ['coverage', 0, 'end 0', ['coverage']],
  ])('%s %i', (step, part, at, lost) => {
    expect(without(step, part)).toEqual({ at, lost: ['geojson', ...lost] });
  });

  it('numbers the files that are left to assemble anew', () => {
    const lost = [{ what: 'incomplete', code: 'EXPORT_LOST' }] as const;
    expect(without('assemble', 1, { lost: [...lost] })?.lost).toEqual(['incomplete', 'failures']);
  });

  it('writes items without their mentions where the facts cannot be stored', () => {
    const next = withoutStep(exporting, { ...progress, step: 'facts', part: 2, after: 'b2' });
    expect(next).toMatchObject({ step: 'lines', part: 0 });
    expect(next).not.toHaveProperty('after');
    expect(next?.lost.map(({ what }) => what)).toEqual(['geojson', 'mentions']);
  });

  it('leaves the records unsorted where they cannot be merged', () => {
    const next = withoutStep(exporting, { ...progress, step: 'merge', part: 2 });
    expect(next).toMatchObject({ step: 'rows', part: 0, parts: 3, unsorted: 'noRoom', lost: progress.lost });
  });

  it.each<[step: Progress['step'], part: number]>([
    ['lines', 0],
    ['whole', 3],
    ['assemble', 0],
    ['assemble', 7],
    ['end', 0],
  ])('has no end without %s %i', (step, part) => {
    expect(without(step, part)).toBeUndefined();
  });
});
