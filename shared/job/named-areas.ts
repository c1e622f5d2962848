import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { areaOfBoundary } from '../places/boundaries/boundary-area.ts';
import type { BoundaryData } from '../places/boundaries/boundary-data.ts';
import {
  type BoundaryAnswer,
  type BoundaryFinder,
  makeBoundaryFinder,
} from '../places/boundaries/find-boundary.ts';
import { readBoundaries } from '../places/boundaries/read-boundaries.ts';
import { formatPath } from '../schema/format-path.ts';
import { type AreaSettings, namesOfText } from '../sources/places/area-schema.ts';
import { offsetOf } from './explain-issues.ts';
import { nearest } from './nearest.ts';
import type { YamlFinding } from './problems.ts';
import type { YamlDocument } from './read-yaml.ts';
import type { Job, PlacesSource } from './schema.ts';

const maxFileBytes = 1_048_576;
const maxAreas = 1_000;
const maxNearEdits = 3;

/** The boundaries, and what finds one by its name. */
interface Boundaries {
  data: BoundaryData;
  finder: BoundaryFinder;
}

/**
 * The job with the boundaries of the areas that it names in place of their names: a run keeps them with its job, so that no process
 * needs the data again, and the same areas are searched however long the run takes. And the names that stand for none, or for several.
 */
export function withNamedAreas(
  job: Job,
  document: YamlDocument,
  baseDir: string,
): { job: Job; findings: YamlFinding[] } {
  const findings: YamlFinding[] = [];
  let boundaries: Boundaries | undefined;
  const open = () => {
    boundaries ??= openBoundaries();
    return boundaries;
  };
  const sources = job.sources.map((source, index) => {
    const { places } = source;
    if (places === undefined || !hasNames(places)) return source;
    const note = (within: (string | number)[], message: string) => {
      const path = ['sources', index, 'places', ...within];
      const offset = offsetOf(document.root, path, 'value');
      findings.push({ offset, document: document.number, path: formatPath(path), message });
    };
    const { areaFile, areas = [], ...rest } = places;
    const listed = areaFile === undefined ? [] : readNames(resolve(baseDir, areaFile), areaFile, note);
    const all = [...areas, ...listed.map((named) => ({ named }))];
    const found = all.map((area, at) =>
      withBoundary(area, open, (message) => note(pathOf(at, areas), message)),
    );
    noteRepeated(found, (at, message) => note(pathOf(at, areas), message));
    return { ...source, places: { ...rest, areas: found } };
  });
  return { job: { ...job, sources }, findings };
}

function openBoundaries(): Boundaries {
  const data = readBoundaries();
  return { data, finder: makeBoundaryFinder(data) };
}

function hasNames({ areas = [], areaFile }: PlacesSource): boolean {
  return areaFile !== undefined || areas.some(({ named }) => named !== undefined);
}

/** Of the area of this index: in the list, or behind it in the file. */
function pathOf(at: number, areas: AreaSettings[]): (string | number)[] {
  return at < areas.length ? ['areas', at] : ['areaFile'];
}

function readNames(file: string, path: string, note: (within: string[], message: string) => void): string[] {
  const refuse = (fault: string) => {
    note(
      ['areaFile'],
      `expected a file with the names of 1 to ${maxAreas} areas, found ${JSON.stringify(path)}, which ${fault}`,
    );
    return [];
  };
  try {
    if (statSync(file).size > maxFileBytes) return refuse('is larger than 1 MiB');
    const names = namesOfText(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
    return names.length === 0 || names.length > maxAreas ? refuse(`names ${names.length}`) : names;
  } catch (error) {
    return refuse(`cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

function withBoundary(
  area: AreaSettings,
  open: () => Boundaries,
  refuse: (message: string) => void,
): AreaSettings {
  const { named, ...rest } = area;
  if (named === undefined) return area;
  const { data, finder } = open();
  const answer = finder.find(named);
  switch (answer.is) {
    case 'found': {
      const { boundary, name } = answer.found;
      return { name, ...areaOfBoundary(data, boundary), ...rest };
    }
    case 'ambiguous':
      refuse(
        `${JSON.stringify(named)} is the name of several areas; write which: ${answer.candidates.join('; ')}`,
      );
      return area;
    case 'unknown':
      refuse(
        `${JSON.stringify(named)} is the name of no country or division; ${unknownText(named, answer.candidates, finder)}`,
      );
      return area;
    default:
      return answer satisfies never;
  }
}

function unknownText(named: string, candidates: string[], finder: BoundaryFinder): string {
  const [first = ''] = named.split(',');
  const close = candidates.length > 0 ? undefined : nearest(first, finder.names, maxNearEdits);
  const meant = close === undefined ? candidates : namesOf(finder.find(close));
  const begin = meant.length === 0 ? 'for' : `did you mean ${meant.join('; ')}? For`;
  return `${begin} what is smaller, give a box, which npx spinneret area ${JSON.stringify(named)} finds, a circle or GeoJSON`;
}

function namesOf(answer: BoundaryAnswer): string[] {
  return answer.is === 'found' ? [answer.found.name] : answer.candidates;
}

function noteRepeated(areas: AreaSettings[], note: (at: number, message: string) => void): void {
  const names = areas.map(({ name }) => name);
  for (const [at, name] of names.entries()) {
    if (name !== undefined && names.indexOf(name) < at) note(at, `${name} is among the areas already`);
  }
}
