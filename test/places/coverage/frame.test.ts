import { describe, expect, it } from 'vitest';
import { compileArea } from '../../../shared/places/areas/area.ts';
import type { Box } from '../../../shared/places/areas/box.ts';
import { frameOf, pathOf } from '../../../shared/places/coverage/frame.ts';

const ofBox = (box: Box) => compileArea({ box }, 0);

describe('frameOf', () => {
  it.each<[what: string, box: Box, width: number, height: number]>([
    ['a wide area', { west: 0, south: -0.5, east: 4, north: 0.5 }, 200, 50],
    ['a high area', { west: 0, south: -2, east: 1, north: 2 }, 25, 100],
    ['what is hardly wide', { west: 0, south: -2, east: 0.001, north: 2 }, 1, 100],
    ['what is hardly high', { west: 0, south: 0, east: 4, north: 0.001 }, 200, 1],
  ])('fits %s into what it may have', (_, box, width, height) => {
    const frame = frameOf(ofBox(box), 200, 100);
    expect(frame.width).toBeCloseTo(width, 1);
    expect(frame.height).toBeCloseTo(height, 1);
  });

  it('draws no degree of longitude narrower than a twentieth of one of latitude, as at the poles', () => {
    const frame = frameOf(ofBox({ west: 0, south: 88, east: 10, north: 90 }), 200, 100);
    expect(frame.perLng / frame.perLat).toBeCloseTo(0.05, 6);
  });

  it('begins behind the widest gap, so that longitudes run on across the antimeridian', () => {
    const frame = frameOf(ofBox({ west: 170, south: -1, east: -175, north: 1 }), 150, 100);
    expect([170, 179, -175].map((lng) => Math.round(frame.x(frame.turn(lng))))).toEqual([0, 90, 150]);
  });
});

describe('pathOf', () => {
  const circle = compileArea({ circle: { lat: 0, lng: 0, radiusM: 100_000 } }, 0);
  const frame = frameOf(circle, 200, 200);
  const pointsOf = (path: string) => path.split(/[ML]/).length - 1;

  it('has all the points where so many are allowed, and fewer of them where not', () => {
    const whole = pointsOf(pathOf(circle, frame, 10_000));
    expect(pointsOf(pathOf(circle, frame, whole))).toBe(whole);
    const coarse = pointsOf(pathOf(circle, frame, whole - 1));
    expect(coarse).toBeLessThan(whole);
    expect(coarse).toBeGreaterThanOrEqual(whole / 4);
  });

  it('draws a ring that crosses the antimeridian once', () => {
    const fiji = ofBox({ west: 177, south: -20, east: -178, north: -15 });
    expect(pathOf(fiji, frameOf(fiji, 100, 100), 100)).toBe(
      'M0.0 100.0L95.4 100.0L95.4 0.0L0.0 0.0L0.0 100.0Z',
    );
  });

  it('leaves out a ring that is less than a few points', () => {
    expect(pathOf(circle, { ...frame, x: () => 100, y: () => 100 }, 100)).toBe('');
  });
});
