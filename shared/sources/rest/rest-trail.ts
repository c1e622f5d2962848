import { hash } from 'node:crypto';
import type { Json, PageRequest } from '../../model.ts';

/** Where the paging of an API stands, and where it has been: the `cursor` of a request of kind `rest`. */
export interface RestTrail {
  /** Page number, or items skipped. */
  position?: number;
  /** Hashes of the pages that were asked for, and of the items they gave, oldest first: of the last few hundred. */
  seen: string[];
  /** Those of one page of all, renewed ever more seldom, so that no cycle is too long to be noticed. */
  marks: string[];
  /** Pages so far. */
  pages: number;
  /** Pages without items, up to this one. */
  empty: number;
}

/** Two hashes a page; all of it travels in a message. */
const maxSeen = 400;

/** Of a request as version 0.1 made it, too: its cursor is the position. */
export function trailOf({ cursor }: PageRequest<'rest'>): RestTrail {
  const start = { seen: [], marks: [], pages: 0, empty: 0 };
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
export function follow(trail: RestTrail, prints: string[], isEmpty: boolean): RestTrail {
  const pages = trail.pages + 1;
  const seen = [...trail.seen, ...prints].slice(-maxSeen);
  const isPowerOfTwo = (pages & (pages - 1)) === 0;
  const marks = isPowerOfTwo ? prints : trail.marks;
  return { seen, marks, pages, empty: isEmpty ? trail.empty + 1 : 0 };
}

/** 60 bits: some hundred of them are told apart. */
function printOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 10);
}

export function printOfRequest({ method = 'GET', url, body = '' }: PageRequest): string {
  return printOf(JSON.stringify([method, url, body]));
}

export function printOfItems(items: Json[]): string {
  return printOf(JSON.stringify(items));
}
