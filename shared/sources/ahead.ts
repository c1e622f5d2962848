import type { Source } from '../job/schema.ts';
import type { SourceName } from '../job/source-schema.ts';
import { isSampled, type LocateAreas, type SourceAhead } from './ahead-parts.ts';
import { placesAhead } from './places/ahead.ts';
import { restAhead } from './rest/ahead.ts';
import { sendAhead } from './send/ahead.ts';
import { sitemapAhead } from './sitemap/ahead.ts';
import { sourceOf } from './sources.ts';
import { urlsAhead } from './urls/ahead.ts';

/** What each source knows in advance of a run: for commands, never loaded by functions. */
const ahead: { readonly [Name in SourceName]: SourceAhead<Name> } = {
  crawl: isSampled,
  sitemap: sitemapAhead,
  urls: urlsAhead,
  rest: restAhead,
  send: sendAhead,
  places: placesAhead,
};

/** The entry of one source of a job. */
export function aheadOf(source: Source): SourceAhead {
  return ahead[sourceOf(source).name];
}

/** Asks where areas lie, by their names. */
export async function locateAreas(): Promise<LocateAreas> {
  const [load] = Object.values(ahead).flatMap(({ locate }) => locate ?? []);
  if (load === undefined) throw new Error('no source searches areas');
  return load();
}
