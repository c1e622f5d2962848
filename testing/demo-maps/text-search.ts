import { createHash } from 'node:crypto';
import type { Point } from '../../shared/places/place.ts';
import { badRequest } from './api-error.ts';
import { priceLevels } from './api-place.ts';
import type { City } from './city.ts';
import type { CityPlace } from './city-place.ts';
import { type Box, boxAround, contains, metresBetween } from './geography.ts';
import { isOpen, localTime } from './hours.ts';
import {
  asObject,
  type Body,
  readBody,
  readCircle,
  readNumber,
  readRectangle,
  readString,
  readStrings,
  unknownName,
} from './search-body.ts';

export interface Found {
  places: CityPlace[];
  language: string;
  nextPageToken?: string;
}

export interface Paging {
  /** Rows over all pages; Google gives no more than three pages of twenty. */
  maxResults: number;
  /** So many rows of a page come again at the top of the next one, and count as rows there. */
  repeatedRows: number;
  /** Whether the place has none that customers visit, but serves its surroundings. */
  servesOnly(place: CityPlace): boolean;
}

const known =
  'textQuery languageCode regionCode rankPreference includedType strictTypeFiltering openNow minRating priceLevels pageSize maxResultCount pageToken locationBias locationRestriction includePureServiceAreaBusinesses';
/** Those in which a further page may differ from the first one. */
const ofPage = ['pageToken', 'pageSize', 'maxResultCount'];

const servedKm = 5;

const everywhere: Box = { south: -90, west: -180, north: 90, east: 180 };

interface Where {
  /** Nothing outside is found. */
  restriction?: Box;
  /** What is inside comes first. */
  bias?: Box;
}

/** One page of places:searchText. Throws the API's 400. */
export function searchText(city: City, text: string, nowMs: number, paging: Paging): Found {
  const body = readBody(text, known.split(' '));
  const query = readString(body, 'textQuery') ?? '';
  if (query.trim() === '') throw badRequest('Empty text_query.', 'text_query');
  const size = readNumber(body, 'pageSize', [0, 20]) ?? readNumber(body, 'maxResultCount', [0, 20]) ?? 0;
  const where = readWhere(body);
  const passes = readFilters(body, nowMs);
  const { start, rows } = readToken(body);
  const top = rank(city, query, where, body, { ...paging, passes });
  const room = Math.min(size === 0 ? 20 : size, paging.maxResults - rows);
  const places = top.slice(start, start + room);
  const end = start + places.length;
  const next = { start: Math.max(0, end - paging.repeatedRows), rows: rows + places.length };
  const hasMore = end < top.length && next.rows < paging.maxResults;
  return {
    places,
    language: readString(body, 'languageCode') ?? 'en',
    ...(hasMore ? { nextPageToken: writeToken(body, next) } : {}),
  };
}

/** Where a page begins among the results, and how many rows those before it had. */
interface PageStart {
  start: number;
  rows: number;
}

/** The results of all pages, best first. */
function rank(
  city: City,
  query: string,
  { restriction, bias }: Where,
  body: Body,
  {
    passes,
    maxResults,
    servesOnly,
  }: Pick<Paging, 'maxResults' | 'servesOnly'> & { passes: (place: CityPlace) => boolean },
): CityPlace[] {
  const isSorted = bias !== undefined || body['rankPreference'] === 'DISTANCE';
  const max = isSorted ? Number.POSITIVE_INFINITY : maxResults;
  const within = restriction ?? everywhere;
  const isIn = (place: CityPlace) =>
    servesOnly(place) ? body['includePureServiceAreaBusinesses'] === true : contains(within, place.location);
  const isWanted = (place: CityPlace) => isIn(place) && passes(place);
  const candidates = city.ranking(query).within(served(within), max, isWanted);
  const box = restriction ?? bias;
  if (body['rankPreference'] === 'DISTANCE') {
    if (box === undefined) throw badRequest('rank_preference DISTANCE needs a location.', 'rank_preference');
    return nearestFirst(candidates, middleOf(box)).slice(0, maxResults);
  }
  if (bias === undefined) return candidates;
  const inside = candidates.filter(({ location }) => contains(bias, location));
  const outside = candidates.filter(({ location }) => !contains(bias, location));
  return [...inside, ...outside].slice(0, maxResults);
}

/** Where a business that comes to its customers may live, so that it serves some of the box. */
function served({ south, west, north, east }: Box): Box {
  const [up, aside] = [servedKm / 111, servedKm / 75];
  return { south: south - up, west: west - aside, north: north + up, east: east + aside };
}

export function nearestFirst(places: CityPlace[], centre: Point): CityPlace[] {
  return places.toSorted((a, b) => metresBetween(a.location, centre) - metresBetween(b.location, centre));
}

function middleOf({ south, west, north, east }: Box): Point {
  return { lat: (south + north) / 2, lng: (west + east) / 2 };
}

function readWhere(body: Body): Where {
  const { locationRestriction, locationBias } = body;
  if (locationRestriction !== undefined && locationBias !== undefined) {
    throw badRequest('Only one of location_bias and location_restriction may be set.', 'location_bias');
  }
  if (locationRestriction !== undefined) {
    const { rectangle, ...others } = asObject(locationRestriction, 'locationRestriction');
    const [other] = Object.keys(others);
    if (other !== undefined) throw unknownName(other);
    return { restriction: readRectangle(rectangle, 'locationRestriction.rectangle') };
  }
  if (locationBias === undefined) return {};
  const { circle, rectangle } = asObject(locationBias, 'locationBias');
  if (circle === undefined) return { bias: readRectangle(rectangle, 'locationBias.rectangle') };
  const { centre, radiusMetres } = readCircle(circle, 'locationBias.circle');
  return { bias: boxAround(centre, 2 * radiusMetres, 2 * radiusMetres) };
}

function readFilters(body: Body, nowMs: number): (place: CityPlace) => boolean {
  const type = body['strictTypeFiltering'] === true ? readString(body, 'includedType') : undefined;
  const minRating = readNumber(body, 'minRating', [0, 5]) ?? 0;
  const levels = readStrings(body, 'priceLevels').map((level) => priceLevels.indexOf(level));
  const { day, minutes } = localTime(nowMs);
  return ({ categories, rating = 0, priceLevel = 0, week = [], status }) =>
    (type === undefined || categories.some((category) => category.type === type)) &&
    rating >= minRating &&
    (levels.length === 0 || levels.includes(priceLevel)) &&
    (body['openNow'] !== true || (status === 'open' && isOpen(week, day, minutes)));
}

/** The token knows the request that it continues: a page of another request is refused, as Google does. */
function writeToken(body: Body, { start, rows }: PageStart): string {
  return Buffer.from(`${fingerprint(body)}:${start}:${rows}`).toString('base64url');
}

function readToken(body: Body): PageStart {
  const token = readString(body, 'pageToken') ?? '';
  if (token === '') return { start: 0, rows: 0 };
  const [print, start = '', rows = ''] = Buffer.from(token, 'base64url').toString().split(':');
  if (print !== fingerprint(body) || !/^\d+$/.test(start) || !/^\d+$/.test(rows)) {
    throw badRequest(
      'Request parameters for paging requests must match the initial SearchText request.',
      'page_token',
    );
  }
  return { start: Number(start), rows: Number(rows) };
}

function fingerprint(body: Body): string {
  const lasting = Object.entries(body).filter(([name]) => !ofPage.includes(name));
  const sorted = JSON.stringify(lasting.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(sortDeeply));
  return createHash('sha256').update(sorted).digest('hex').slice(0, 16);
}

function sortDeeply(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortDeeply);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, inner]) => [name, sortDeeply(inner)]);
}
