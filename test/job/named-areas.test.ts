import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';
import { InvalidFileError, type Problem } from '../../shared/job/problems.ts';
import { jobSchema } from '../../shared/job/schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'areas-'));

function load(areas: string) {
  const text = `name: dentists\nsources:\n  - places:\n      key: x\n      queries: dentist\n${areas}\n`;
  return parseJobs(text, join(folder, 'dentists.yaml'))[0]?.job;
}

function areasOf(areas: string) {
  return load(areas)?.sources[0]?.places?.areas ?? [];
}

function problemsOf(areas: string): Problem[] {
  try {
    load(areas);
  } catch (error) {
    if (error instanceof InvalidFileError) return error.problems;
    throw error;
  }
  return [];
}

describe('withNamedAreas', () => {
  it.each([
    ['one name', '      areas: Attica, Greece'],
    ['lines of a text', '      areas: |\n        # where we are\n        Attica, Greece\n        Κρήτη\n'],
    ['a list', '      areas:\n        - Attica, Greece\n        - Crete'],
    ['a mapping', '      areas: [{ named: "Attica, Greece" }, { named: Crete }]'],
  ])('puts boundaries in place of %s', (_, areas) => {
    const [attica, crete] = areasOf(areas);
    expect(attica).toMatchObject({
      name: 'Attica, Greece (GR-A1)',
      marginKm: 2,
      geojson: { type: 'MultiPolygon' },
    });
    expect(attica).not.toHaveProperty('named');
    if (crete !== undefined) expect(crete.name).toBe('Crete, Greece (GR-M)');
  });

  it('reads a file of names, and keeps other areas and what is said of one', () => {
    writeFileSync(join(folder, 'areas.txt'), '\ufeffCrete\r\n\r\nAttica, Greece\r\n');
    const circle = '{ circle: { lat: 1, lng: 2, radiusM: 3 } }';
    const areas = areasOf(
      `      areas: [${circle}, { named: Malta, name: M, marginKm: 9 }]\n      areaFile: areas.txt`,
    );
    expect(areas.map(({ name, marginKm }) => [name, marginKm])).toEqual([
      [undefined, undefined],
      ['M', 9],
      ['Crete, Greece (GR-M)', 2],
      ['Attica, Greece (GR-A1)', 2],
    ]);
  });

  it('gives a job that is the same when it is read again, without the file and the boundaries', () => {
    writeFileSync(join(folder, 'again.txt'), 'Crete\n');
    const job = load('      areas: Attica, Greece\n      areaFile: again.txt');
    expect(jobSchema.parse(JSON.parse(JSON.stringify(job)))).toEqual(job);
    expect(JSON.stringify(job)).not.toContain('areaFile');
  });

  it.each([
    [
      '      areas: Georgia',
      'is the name of several areas; write which: Georgia (GE); Georgia, United States (US-GA)',
    ],
    ['      areas: Atticca, Greece', 'did you mean Attica, Greece (GR-A1)?'],
    ['      areas: Luxemburgia', 'did you mean Luxembourg (LU); Luxembourg, Belgium (BE-WLX)?'],
    [
      '      areas: Kolonaki 10676',
      'for what is smaller, give a box, which npx spinneret area "Kolonaki 10676" finds, a circle or GeoJSON',
    ],
    ['      areas: [Crete, Kriti]', 'Crete, Greece (GR-M) is among the areas already'],
    ['      areaFile: missing.txt', 'which cannot be read'],
  ])('refuses %s', (areas, message) => {
    expect(problemsOf(areas).map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
  });

  it('says on which line', () => {
    const [problem] = problemsOf('      areas:\n        - Crete\n        - Georgia');
    expect(problem).toMatchObject({ path: 'sources[0].places.areas[1]', line: 8 });
  });
});
