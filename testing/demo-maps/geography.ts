import type { Point } from '../../shared/places/place.ts';
import type { Random } from './random.ts';

/** Degrees. `west` greater than `east` means over the antimeridian; all edges belong to it. */
export interface Box {
  south: number;
  west: number;
  north: number;
  east: number;
}

/**
 * Oldport and its towns stand in the North Atlantic, 400 km from any land, where no map has a place. The
 * centre lies on round coordinates, so that whoever quarters the box cuts through the densest spot.
 */
export const cityBox: Box = { south: 46.8, west: -33.35, north: 47.2, east: -32.65 };
export const country = { name: 'Sargassia', code: 'XA', state: 'Saltmark', timeZone: 'Etc/GMT+2' };
export const utcOffsetMinutes = -120;

export interface Quarter {
  town: string;
  neighbourhood?: string;
  /** First digits of the postal code. */
  post: string;
  centre: Point;
  /** Deviation; 0 means evenly over the whole box. */
  spreadKm: number;
  /** Of all places. */
  share: number;
}

/** 5,000 of 20,000 places around the centre are 1,900 per km² at its peak. */
export const quarters: readonly Quarter[] = [
  {
    town: 'Oldport',
    neighbourhood: 'Quayside',
    post: '100',
    centre: at(47, -33),
    spreadKm: 0.65,
    share: 0.25,
  },
  {
    town: 'Oldport',
    neighbourhood: 'Ropewalk',
    post: '102',
    centre: at(47.01, -33.02),
    spreadKm: 5,
    share: 0.16,
  },
  {
    town: 'Oldport',
    neighbourhood: 'Upper Deck',
    post: '104',
    centre: at(46.98, -32.97),
    spreadKm: 4,
    share: 0.14,
  },
  { town: 'Harrow Bay', post: '210', centre: at(46.86, -33.25), spreadKm: 0.9, share: 0.1 },
  { town: 'Mistral', post: '220', centre: at(47.12, -33.22), spreadKm: 0.7, share: 0.09 },
  { town: 'Saltmarsh', post: '230', centre: at(46.9, -32.75), spreadKm: 1.2, share: 0.08 },
  { town: 'Kelp Point', post: '240', centre: at(46.83, -32.9), spreadKm: 0.5, share: 0.06 },
  { town: 'Northstar', post: '250', centre: at(47.17, -33.05), spreadKm: 0.6, share: 0.04 },
  { town: 'Little Gull', post: '260', centre: at(46.99, -33.31), spreadKm: 0.3, share: 0.03 },
  { town: 'Outer Reef', post: '900', centre: at(47, -33), spreadKm: 0, share: 0.05 },
];

const kmPerDegree = 111.32;

/** A point of the city, more often where it is dense. Seven decimals, as Google gives. */
export function settle(random: Random): { quarter: Quarter; point: Point } {
  const quarter = pickQuarter(random);
  for (;;) {
    const point = spread(quarter, random);
    if (contains(cityBox, point) && !isBay(point)) return { quarter, point };
  }
}

export function contains({ south, west, north, east }: Box, { lat, lng }: Point): boolean {
  if (lat < south || lat > north) return false;
  return west <= east ? lng >= west && lng <= east : lng >= west || lng <= east;
}

/** On the plane that touches the earth between them; good enough within a city. */
export function metresBetween(a: Point, b: Point): number {
  const across = (a.lng - b.lng) * Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
  return Math.hypot(a.lat - b.lat, across) * kmPerDegree * 1000;
}

/** A box of so many metres around a point. */
export function boxAround({ lat, lng }: Point, heightMetres: number, widthMetres: number): Box {
  const up = heightMetres / 2000 / kmPerDegree;
  const aside = widthMetres / 2000 / (kmPerDegree * Math.max(0.01, Math.cos((lat * Math.PI) / 180)));
  return { south: lat - up, north: lat + up, west: lng - aside, east: lng + aside };
}

export function roundTo(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

function pickQuarter(random: Random): Quarter {
  let left = random.next();
  const chosen = quarters.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  return chosen ?? random.pick(quarters);
}

function spread({ centre, spreadKm }: Quarter, random: Random): Point {
  const { south, north, west, east } = cityBox;
  if (spreadKm === 0) {
    return seven({ lat: south + random.next() * (north - south), lng: west + random.next() * (east - west) });
  }
  const cosine = Math.cos((centre.lat * Math.PI) / 180);
  return seven({
    lat: centre.lat + (random.normal() * spreadKm) / kmPerDegree,
    lng: centre.lng + (random.normal() * spreadKm) / (kmPerDegree * cosine),
  });
}

/** The north-east of the box is water. */
function isBay({ lat, lng }: Point): boolean {
  return lat > 47.06 && lng > -32.9;
}

function seven({ lat, lng }: Point): Point {
  return { lat: roundTo(lat, 7), lng: roundTo(lng, 7) };
}

function at(lat: number, lng: number): Point {
  return { lat, lng };
}
