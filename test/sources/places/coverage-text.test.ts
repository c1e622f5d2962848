import { describe, expect, it } from 'vitest';
import { compileArea } from '../../../shared/places/areas/area.ts';
import { measureCoverage } from '../../../shared/places/coverage/coverage.ts';
import { coverageLines } from '../../../shared/sources/places/coverage-text.ts';

const box = { west: 0, south: 0, east: 1, north: 1 };
const area = compileArea({ name: 'a', box }, 0, undefined);

function covered(end: 'whole' | 'saturated') {
  return measureCoverage([{ query: 'q', area: 'a', box, level: 0, found: 60, end }], [area]);
}

describe('coverageLines', () => {
  it('names the source where it is given one', () => {
    expect(coverageLines(covered('whole'))[0]).toMatch(/^ {2}covered 100 % of the area whole \(1 cell/);
    expect(coverageLines(covered('whole'), 'by source 2, google-maps')[0]).toMatch(
      /^ {2}covered by source 2, google-maps: 100 % of the area whole \(/,
    );
  });

  it('says what would split saturated cells further', () => {
    expect(coverageLines(covered('saturated')).join('\n')).toContain('a smaller minCellKm');
    expect(coverageLines(covered('whole')).join('\n')).not.toContain('minCellKm');
  });
});
