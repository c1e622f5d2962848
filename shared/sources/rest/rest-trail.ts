import { hash } from 'node:crypto';
import type { Json, PageRequest } from '../../model.ts';

/** Where the paging of an API stands, and where it has been: the `cursor` of a request of kind `rest`. */
export interface RestTrail {
  /** Page number, or items skipped. */
  position?: number;
  /** Hashes of the pages that were asked for, and of the items they gave, oldest first: of the last few hundred. */
  seen: string[];
  /** Those of two pages of all, renewed ever more seldom, so that no cycle is too long to be noticed. */
  marks: string[];
  /** Pages so far. */
  pages: number;
  /** Pages without items, up to this one. */
  empty: number;
  /** Items so far. */
  items: number;
  /** Pages in a row, up to this one, whose items an earlier one had. */
  repeats: number;
  /** The keys of the first answer. */
  keys: string[];
  /** How many items there are, by the last answer that said so. */
  total?: number;
  /** What the last answer said at `page.more`; absent while none has said anything. */
  more?: 'yes' | 'nothing';
}

/** What one page adds. */
export interface RestStop {
  /** Hashes of its request, and of its items if there are any. */
  prints: string[];
  items: number;
  isRepeat: boolean;
  keys: string[];
  total: number | undefined;
  /** Whether it says that there is more; `undefined` where it says nothing. */
  isMore: boolean | undefined;
}

/** Two hashes a page; all of it travels in a message. */
const maxSeen = 400;

/** Of a request as version 0.1 made it, too: its cursor is the position. */
export function trailOf({ cursor }: PageRequest<'rest'>): RestTrail {
  const start = { seen: [], marks: [], pages: 0, empty: 0, items: 0, repeats: 0, keys: [] };
  if (typeof cursor === 'number') return { ...start, position: cursor };
  return cursor ?? start;
}

/** What of a cursor tells two requests apart. */
export function positionOf({ cursor }: PageRequest<'rest'>): number | null {
  return (typeof cursor === 'number' ? cursor : cursor?.position) ?? null;
}

export function hasBeenAt({ seen, marks }: RestTrail, print: string): boolean {
  return seen.includes(print) || marks.includes(print);
}

/** After one more page, with what it gave. */
export function follow(trail: RestTrail, stop: RestStop): RestTrail {
  const { prints, items, isRepeat } = stop;
  const pages = trail.pages + 1;
  const total = stop.total ?? trail.total;
  const more = stop.isMore === undefined ? trail.more && 'nothing' : 'yes';
  return {
    seen: [...trail.seen, ...prints].slice(-maxSeen),
    marks: marksAfter(trail, prints),
    pages,
    empty: items === 0 ? trail.empty + 1 : 0,
    items: trail.items + items,
    // A page without items neither repeats anything nor breaks a row of repeats.
    repeats: items === 0 ? trail.repeats : isRepeat ? trail.repeats + 1 : 0,
    keys: pages === 1 ? stop.keys : trail.keys,
    ...(total === undefined ? {} : { total }),
    ...(more === undefined ? {} : { more }),
  };
}

/** Two pages that follow one another, so that two repeats in a row are noticed. */
function marksAfter({ pages, marks }: RestTrail, prints: string[]): string[] {
  if (isPowerOfTwo(pages + 1)) return prints;
  return isPowerOfTwo(pages) ? [...marks, ...prints] : marks;
}

function isPowerOfTwo(number: number): boolean {
  return number > 0 && (number & (number - 1)) === 0;
}

/** 60 bits: no collision among some hundred of them. */
function printOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 10);
}

export function printOfRequest({ method = 'GET', url, body = '' }: PageRequest): string {
  return printOf(JSON.stringify([method, url, body]));
}

export function printOfItems(items: Json[]): string {
  return printOf(JSON.stringify(items));
}
