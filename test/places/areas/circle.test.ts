import { describe, expect, it } from 'vitest';
import { circleShape } from '../../../shared/places/areas/circle.ts';
import { earthRadiusM } from '../../../shared/places/areas/sphere.ts';

const world = { west: -180, south: -90, east: 180, north: 90 };
const degree = Math.PI / 180;
/** Of the earth from a parallel to the pole: km². */
const capKm2 = (lat: number) =>
  2 * Math.PI * (earthRadiusM / 1_000) ** 2 * (1 - Math.sin(Math.abs(lat) * degree));
const degreesM = (degrees: number) => degrees * degree * earthRadiusM;

describe('the part of a circle that is in a box', () => {
  it.each([
    ['the north pole', 85, 80],
    ['the south pole', -85, -80],
  ])('is exact around %s, where the circle goes all the way round', (_, lat, parallel) => {
    const circle = circleShape({ lat, lng: 20, radiusM: degreesM(15) });
    const around = parallel > 0 ? { ...world, south: parallel } : { ...world, north: parallel };
    expect(circle.areaInKm2(around)).toBeCloseTo(capKm2(parallel), 3);
    expect(circle.areaInKm2({ ...around, west: 0, east: 90 })).toBeCloseTo(capKm2(parallel) / 4, 3);
    // The parallel at which it stops going round is where the sum of its rows would else be least exact.
    expect(circle.areaInKm2(world) / circle.areaKm2).toBeCloseTo(1, 4);
  });

  it('is nothing in a box beyond one of its sides, and all of it in one around it', () => {
    const circle = circleShape({ lat: 40, lng: 20, radiusM: degreesM(1) });
    const beside = { west: 15, south: 39, east: 18, north: 41 };
    for (const box of [
      beside,
      { ...beside, west: 22, east: 25 },
      { west: 19, south: 42, east: 21, north: 45 },
      { west: 19, south: 35, east: 21, north: 38 },
      // Beyond two of its sides, and so by two negative lengths.
      { west: 22, south: 42, east: 25, north: 45 },
    ])
      expect(circle.areaInKm2(box)).toBe(0);
    expect(circle.areaInKm2(world) / circle.areaKm2).toBeCloseTo(1, 3);
  });
});
