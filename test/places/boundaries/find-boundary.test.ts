import { describe, expect, it } from 'vitest';
import { compileArea } from '../../../shared/places/areas/area.ts';
import { areaOfBoundary } from '../../../shared/places/boundaries/boundary-area.ts';
import { makeBoundaryFinder } from '../../../shared/places/boundaries/find-boundary.ts';
import { readBoundaries } from '../../../shared/places/boundaries/read-boundaries.ts';

const data = readBoundaries();
const { find } = makeBoundaryFinder(data);

function nameOf(text: string): string {
  const answer = find(text);
  return answer.is === 'found' ? answer.found.name : `${answer.is}: ${answer.candidates.join('; ')}`;
}

function areaOf(text: string) {
  const answer = find(text);
  if (answer.is !== 'found') throw new Error(`${text} is ${answer.is}`);
  return areaOfBoundary(data, answer.found.boundary);
}

describe('makeBoundaryFinder', () => {
  it.each([
    ['Attica, Greece', 'Attica, Greece (GR-A1)'],
    ['attica', 'Attica, Greece (GR-A1)'],
    ['Αττική', 'Attica, Greece (GR-A1)'],
    ['ΑΤΤΙΚΗ, Ελλάδα', 'Attica, Greece (GR-A1)'],
    ['Attica Region, GR', 'Attica, Greece (GR-A1)'],
    ['GR-A1', 'Attica, Greece (GR-A1)'],
    ['Greece', 'Greece (GR)'],
    ['Griechenland', 'Greece (GR)'],
    ['AO', 'Angola (AO)'],
    ['Turkey', 'Türkiye (TR)'],
    ['Scotland', 'Scotland, United Kingdom'],
    ['Lombardy', 'Lombardy, Italy'],
    ['Ile de France', 'Île-de-France, France'],
    ['Sao Paulo', 'São Paulo, Brazil (BR-SP)'],
    ['東京都', 'Tokyo, Japan (JP-13)'],
    ['Bayern', 'Bavaria, Germany (DE-BY)'],
    ['Georgia, United States', 'Georgia, United States (US-GA)'],
    ['საქართველო', 'Georgia (GE)'],
    ['Հայաստան', 'Armenia (AM)'],
    ['Қазақстан', 'Kazakhstan (KZ)'],
    ['Moscow', 'Moscow, Russia (RU-MOW)'],
    ['Москва', 'Moscow, Russia (RU-MOW)'],
    ['Moscow Oblast', 'Moscow Oblast, Russia (RU-MOS)'],
    ['IR-07', 'Fars, Iran (IR-07)'],
    ['UG-114', 'Lyantonde, Uganda (UG-114)'],
  ])('finds %s', (text, name) => {
    expect(nameOf(text)).toBe(name);
  });

  it.each([
    ['Georgia', 'ambiguous: Georgia (GE); Georgia, United States (US-GA)'],
    ['Punjab', 'ambiguous: Punjab, India (IN-PB); Punjab, Pakistan (PK-PB)'],
    ['Kolonaki, Athens', 'unknown: '],
    ['Attica, France', 'unknown: Attica, Greece (GR-A1)'],
    ['', 'unknown: '],
  ])('finds no single one for %s', (text, answer) => {
    expect(nameOf(text)).toBe(answer);
  });

  it('finds every country by its English name or its code, and every boundary that has a code by that', () => {
    const lost = data.boundaries.flatMap(({ kind, country, code }) => {
      const text = kind === 'country' ? country : code;
      const answer = text === undefined ? undefined : find(text);
      return answer === undefined || answer.is === 'found' ? [] : [text];
    });
    expect(lost).toEqual([]);
  });
});

describe('areaOfBoundary', () => {
  it.each([
    ['Athens', 'Attica, Greece', { lat: 37.976, lng: 23.735 }, true],
    ['the quay of Piraeus', 'Attica, Greece', { lat: 37.938, lng: 23.636 }, true],
    ['Corinth', 'Attica, Greece', { lat: 37.938, lng: 22.93 }, false],
    ['Heraklion', 'Greece', { lat: 35.339, lng: 25.133 }, true],
    ['Montreal', 'Canada', { lat: 45.502, lng: -73.567 }, true],
    ['Anchorage', 'US', { lat: 61.217, lng: -149.9 }, true],
    ['Vladivostok', 'Russia', { lat: 43.115, lng: 131.885 }, true],
    ['the Kremlin', 'RU-MOW', { lat: 55.752, lng: 37.617 }, true],
    ['Kolomna', 'RU-MOW', { lat: 55.103, lng: 38.753 }, false],
    ['Kolomna', 'RU-MOS', { lat: 55.103, lng: 38.753 }, true],
    ['Tijuana', 'US', { lat: 32.49, lng: -117.03 }, false],
  ])('has %s on the right side of %s', (_, area, point, isInside) => {
    expect(compileArea(areaOf(area), 0).contains(point)).toBe(isInside);
  });

  it('makes of every boundary an area that a job can keep', () => {
    const areas = data.boundaries.map((boundary) => areaOfBoundary(data, boundary));
    const sizes = areas.map(({ geojson }) => JSON.stringify(geojson).length);
    expect(Math.max(...sizes)).toBeLessThan(160_000);
    expect(Math.max(...areas.map(({ marginKm }) => marginKm))).toBeLessThanOrEqual(11);
    for (const area of areas) expect(compileArea(area, 0).areaKm2).toBeGreaterThan(0);
  });
});
