import type { Point } from '../../shared/places/place.ts';
import { type Box, boxAround } from './geography.ts';
import { findGroup, readPb, type Token, textOf } from './pb.ts';

export interface ListingQuery {
  query: string;
  /** Absent: wherever the visitor is, which is in the city. */
  viewport?: Box;
  pageSize: number;
  offset: number;
  /** The message 34 is in the request. */
  asksForList: boolean;
}

/**
 * What `!1d` says. `span`: the height and width of the viewport in metres. `camera`: the distance of a camera
 * whose angle is `!4f` degrees, so that the height seen is 2 × distance × tan(angle ÷ 2) and the width follows
 * the window (`!3m2!1i<width>!2i<height>`); captured requests of browsers at whole zoom levels say so.
 */
export type ViewportRule = 'span' | 'camera';

/** Reads `/search?tbm=map&q=…&pb=…`. Undefined if its pb is not well formed. */
export function readListingQuery(parameters: URLSearchParams, rule: ViewportRule): ListingQuery | undefined {
  const pb = parameters.get('pb');
  const tokens = pb === null ? [] : readPb(pb);
  if (tokens === undefined) return undefined;
  const camera = findGroup(tokens, (group) =>
    ['1', '2', '3'].every((field) => hasNumber(group, Number(field))),
  );
  const viewport = camera === undefined ? undefined : readViewport(camera, tokens, rule);
  return {
    query: parameters.get('q') ?? textOf(tokens, 1, 's') ?? '',
    pageSize: Math.min(20, Number(textOf(tokens, 7, 'i') ?? 20)),
    offset: Number(textOf(tokens, 8, 'i') ?? 0),
    asksForList: tokens.some(({ field, type }) => field === 34 && type === 'm'),
    ...(viewport === undefined ? {} : { viewport }),
  };
}

/** Reads `/maps/search/<query>/@lat,lng,<zoom>z` or `…,<metres>m`: the first page. */
export function readListingPath(path: string): ListingQuery | undefined {
  const [, query, place = ''] = /^\/maps\/search\/([^/]+)(?:\/@([^/]*))?/.exec(path) ?? [];
  if (query === undefined) return undefined;
  const [, lat, lng, size, unit] = /^(-?[\d.]+),(-?[\d.]+),([\d.]+)([zm])/.exec(place) ?? [];
  const first = {
    query: new URLSearchParams(`q=${query}`).get('q') ?? '',
    pageSize: 20,
    offset: 0,
    asksForList: true,
  };
  if (size === undefined) return first;
  const centre = { lat: Number(lat), lng: Number(lng) };
  const metres = unit === 'm' ? Number(size) : heightAt(centre, Number(size));
  return { ...first, viewport: boxAround(centre, metres, metres) };
}

/** Reads the feature id that `/maps/preview/place` and the addresses of places carry: `!1s0x…:0x…`. */
export function readFeatureId(text: string): string | undefined {
  return /!1s(0x[\da-f]+(?::|%3a)0x[\da-f]+)/i.exec(text)?.[1]?.toLowerCase().replace('%3a', ':');
}

function hasNumber(group: readonly Token[], field: number): boolean {
  return Number.isFinite(Number(textOf(group, field, 'd') ?? Number.NaN));
}

function readViewport(camera: Token[], tokens: Token[], rule: ViewportRule): Box {
  const [distance, lng, lat] = [1, 2, 3].map((field) => Number(textOf(camera, field, 'd')));
  const centre: Point = { lat: lat ?? 0, lng: lng ?? 0 };
  if (rule === 'span') return boxAround(centre, distance ?? 0, distance ?? 0);
  const isView = (group: Token[]) => textOf(group, 4, 'f') !== undefined;
  const view = findGroup(tokens, isView) ?? [];
  const angle = (Number(textOf(view, 4, 'f') ?? 13.1) * Math.PI) / 180;
  const height = 2 * (distance ?? 0) * Math.tan(angle / 2);
  const window = findGroup(view, (group) => textOf(group, 1, 'i') !== undefined) ?? [];
  const aspect = Number(textOf(window, 1, 'i') ?? 1024) / Number(textOf(window, 2, 'i') ?? 768);
  return boxAround(centre, height, height * aspect);
}

/** Of a window of 768 pixels: Web Mercator has 256 pixels around the equator at zoom 0. */
function heightAt({ lat }: Point, zoom: number): number {
  return ((40_075_016 * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom) * (768 / 256);
}
