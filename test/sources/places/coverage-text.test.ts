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
    expect(coverageLines(covered('whole'), {})[0]).toMatch(/^ {2}covered 100 % of the area whole \(1 cell/);
    expect(coverageLines(covered('whole'), {}, 'by source 2, google-maps')[0]).toMatch(
      /^ {2}covered by source 2, google-maps: 100 % of the area whole \(/,
    );
  });

  it('says of several queries and areas how far each was covered, the worst first', () => {
    const other = compileArea({ name: 'b', box: { ...box, west: 2, east: 3 } }, 1);
    const fact = { query: 'q', area: 'a', box, level: 0, found: 1, end: 'whole' as const, named: ['x'] };
    const facts = [
      fact,
      { ...fact, query: 'r', end: 'failed' as const },
      { ...fact, area: 'b', box: { ...box, west: 2, east: 3 } },
    ];
    const lines = coverageLines(measureCoverage(facts, [area, other]), {}).map((line) => line.trim());
    expect(lines).toEqual(
      expect.arrayContaining([
        'r: 0 % whole, 1 place',
        'q: 100 % whole, 1 place',
        'a: 50 % whole, 1 place',
        'b: 100 % whole, 1 place',
      ]),
    );
    expect(lines.indexOf('r: 0 % whole, 1 place')).toBeLessThan(lines.indexOf('q: 100 % whole, 1 place'));
  });

  it('names the filters under which an area was searched whole', () => {
    const filters = { minRating: 4, includedType: 'bar', strictTypeFiltering: true as const };
    expect(coverageLines(covered('whole'), filters).join('\n')).toContain(
      'of the places that Google finds with minRating 4, includedType bar',
    );
    expect(coverageLines(covered('whole'), {}).join('\n')).not.toContain('Google finds');
  });

  it('says what would split saturated cells further', () => {
    expect(coverageLines(covered('saturated'), {}).join('\n')).toContain('a smaller minCellKm');
    expect(coverageLines(covered('whole'), {}).join('\n')).not.toContain('minCellKm');
  });
});
