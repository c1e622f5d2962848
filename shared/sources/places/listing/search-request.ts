import type { Point } from '../../../places/place.ts';
import { type PbToken, writePb } from './pb.ts';

interface Asked {
  /** Origin of the site, such as https://www.google.com; a path in front is kept. */
  endpoint: string;
  /** BCP 47, such as el. It decides the language of categories, hours and statuses. */
  language?: string;
  /** ISO 3166-1 alpha-2, such as gr. */
  region?: string;
}

export interface SearchAsked extends Asked {
  query: string;
  centre: Point;
  /** Metres from edge to edge of the map that is looked at, a square: results lie in it, and some around it. */
  spanM: number;
  /** The site itself asks for 20. */
  pageSize: number;
  /** Results of earlier pages. */
  offset: number;
  form: SearchForm;
}

export const listingEndpoint = 'https://www.google.com';

/**
 * What a search asks for besides its viewport and page, by which the site decides whether it names places at all. Projects
 * that read it in 2026 say different things: some got no record without the message 34 beside 10, which stands for the
 * list of results (`results`); some got records without it (`plain`); to one, little more than these two sufficed (`list`).
 */
export const searchForms = ['results', 'plain', 'list'] as const;
type SearchForm = (typeof searchForms)[number];

/**
 * The parts of a record that the search requests, copied from the site's own pages, since the meaning of most numbers is
 * unknown.
 */
const searchParts =
  '!12m22!1m3!18b1!30b1!34e1!2m3!5m1!6e2!20e3!4b0!10b1!12b1!13b1!16b1!17m1!3e1!20m3!5e2!6b1!14b1!46m1!1b0!96b1' +
  '!19m4!2m3!1i360!2i120!4i8';

/** The list of results, as the pages of the site have asked for it since 2025. */
const listParts = '!34m19!2b1!3b1!4b1!6b1!8m6!1b1!3b1!4b1!5b1!6b1!7b1!9b1!12b1!14b1!20b1!23b1!25b1!26b1!31b1';

const partsByForm: Record<SearchForm, string> = {
  results: `${searchParts}${listParts}!37m1!1e81!42b1`,
  plain: searchParts,
  list: listParts,
};

/** The parts of a record that the request for a place names: its photos (13), and its reviews, popular times, links and the rest (15 and after). */
const placeParts =
  '!12m4!2m3!1i360!2i120!4i8' +
  '!13m57!2m2!1i203!2i100!3m2!2i4!5b1!6m6!1m2!1i86!2i86!1m2!1i408!2i240!7m33!1m3!1e1!2b0!3e3!1m3!1e2!2b1!3e2' +
  '!1m3!1e2!2b0!3e3!1m3!1e8!2b0!3e3!1m3!1e10!2b0!3e3!1m3!1e10!2b1!3e2!1m3!1e10!2b0!3e4!1m3!1e9!2b1!3e2!2b1!9b0' +
  '!15m8!1m7!1m2!1m1!1e2!2m2!1i195!2i195!3i20' +
  '!15m108!1m26!13m9!2b1!3b1!4b1!6i1!8b1!9b1!14b1!20b1!25b1!18m15!3b1!4b1!5b1!6b1!13b1!14b1!17b1!21b1!22b1!30b1' +
  '!32b1!33m1!1b1!34b1!36e2!10m1!8e3!11m1!3e1!17b1!20m2!1e3!1e6!24b1!25b1!26b1!27b1!29b1!30m1!2b1!36b1!37b1' +
  '!39m3!2m2!2i1!3i1!43b1!52b1!54m1!1b1!55b1!56m1!1b1!61m2!1m1!1e1!65m5!3m4!1m3!1m2!1i224!2i298!72m22!1m8!2b1!5b1' +
  '!7b1!12m4!1b1!2b1!4m1!1e1!4b1!8m10!1m6!4m1!1e1!4m1!1e3!4m1!1e4' +
  '!3sother_user_google_review_posts__and__hotel_and_vr_partner_review_posts!6m1!1e1!9b1!89b1!90m2!1m1!1e2' +
  '!98m3!1b1!2b1!3b1!103b1!113b1!114m3!1b1!2m1!1b1!117b1!122m1!1b1!126b1!127b1!128m1!1b0' +
  '!21m0!22m1!1e81!30m8!3b1!6m2!1b1!2b1!7m2!1e3!2b1!9b1!34m5!7b1!10b1!14b1!15m1!1b0';

/** A page of results, as GET. Its answer is for `readSearch`. */
export function searchUrl(asked: SearchAsked): string {
  const pb = writePb([
    { field: 4, tokens: viewport(asked.centre, asked.spanM) },
    integer(7, asked.pageSize),
    integer(8, asked.offset),
    { field: 10, type: 'b', value: '1' },
  ]);
  return address('search', asked, { tbm: 'map', q: asked.query }, pb + partsByForm[asked.form]);
}

/** One place, as GET. Its answer is for `readPlaceAnswer`. */
export function placeUrl(asked: Asked & { featureId: string }): string {
  const pb = writePb([{ field: 1, tokens: [{ field: 1, type: 's', value: asked.featureId }] }]);
  return address('maps/preview/place', asked, {}, pb + placeParts);
}

/** Degrees that the camera sees from top to bottom, as the site's own pages have it. */
const fieldOfView = 13.1;

/**
 * What a camera above the map sees: 1 its distance, longitude and latitude, 2 its tilt, 3 the window in pixels,
 * 4 its field of view. The distance is not the span, though both are in metres: embedded maps of 768 pixels at
 * zoom 17 have 3,152.88 at latitude 37.793 and 3,022.62 at 40.748, where the window is 724 m and 694 m high.
 */
function viewport(centre: Point, spanM: number): PbToken[] {
  const distanceM = spanM / (2 * Math.tan((fieldOfView * Math.PI) / 360));
  return [
    { field: 1, tokens: [fraction(1, distanceM), fraction(2, centre.lng), fraction(3, centre.lat)] },
    { field: 2, tokens: [1, 2, 3].map((field) => ({ field, type: 'f', value: '0' })) },
    { field: 3, tokens: [integer(1, 1024), integer(2, 1024)] },
    { field: 4, type: 'f', value: String(fieldOfView) },
  ];
}

function fraction(field: number, value: number): PbToken {
  // Seven decimals are a centimetre; String would write small numbers with an exponent.
  return { field, type: 'd', value: value.toFixed(7).replace(/\.?0+$/, '') };
}

function integer(field: number, value: number): PbToken {
  return { field, type: 'i', value: String(value) };
}

function address(path: string, asked: Asked, query: Record<string, string>, pb: string): string {
  const url = new URL(`${asked.endpoint.replace(/\/+$/, '')}/${path}`);
  const wanted = { ...query, authuser: '0', hl: asked.language, gl: asked.region, pb };
  for (const [name, value] of Object.entries(wanted)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}
