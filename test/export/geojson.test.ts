import { describe, expect, it } from 'vitest';
import { featureOf } from '../../shared/export/geojson.ts';
import type { ExportRecord } from '../../shared/export/records.ts';

describe('featureOf', () => {
  it.each<[string, ExportRecord]>([
    ['location', { name: 'a', location: { lat: 37.9, lng: 23.7 } }],
    ['location in long words', { name: 'a', location: { latitude: 37.9, longitude: 23.7 } }],
    ['lat and lng', { name: 'a', lat: 37.9, lng: 23.7 }],
    ['latitude and longitude', { name: 'a', latitude: 37.9, longitude: 23.7 }],
  ])('makes a point of %s, longitude first, and keeps the rest', (_, record) => {
    expect(featureOf(record)).toEqual({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [23.7, 37.9] },
      properties: { name: 'a' },
    });
  });

  it.each<[string, ExportRecord]>([
    ['nothing', { name: 'a' }],
    ['half a position', { lat: 1 }],
    ['text', { location: { lat: '1', lng: '2' } }],
    ['a latitude beyond the pole', { location: { lat: 91, lng: 2 } }],
    ['a longitude beyond the antimeridian', { location: { lat: 9, lng: 181 } }],
    ['a location by name', { location: 'Athens' }],
  ])('has no geometry for %s, and keeps all of the record', (_, record) => {
    expect(featureOf(record)).toEqual({ type: 'Feature', geometry: null, properties: record });
  });
});
