import type { Job, PlacesSource } from '../job/schema.ts';
import { findPlaceholders } from '../job/secrets.ts';

/** What has to be brought to AWS along with a job. */
export interface NeedsOfJob {
  /** Paths of handler files, as the job gives them. */
  handlers: string[];
  /** Paths of URL lists, and of areas. */
  lists: string[];
  /** Names in `${env:NAME}`. */
  secrets: string[];
}

export function needsOfJob(job: Job): NeedsOfJob {
  return {
    handlers: unique(Object.values(job.pages).flatMap(({ handler }) => handler ?? [])),
    lists: unique(job.sources.flatMap(({ urls, places }) => [urls?.file ?? [], areaFiles(places)].flat())),
    secrets: unique(findPlaceholders(job).map(({ name }) => name)),
  };
}

function areaFiles(places: PlacesSource | undefined): string[] {
  return (places?.areas ?? []).flatMap(({ geojson }) => (typeof geojson === 'string' ? [geojson] : []));
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}
