import type { Job } from '../job/schema.ts';
import { filesOfTls } from '../job/tls-schema.ts';
import { findPlaceholders } from '../schema/secrets.ts';
import { sessionKeyName } from '../schema/session-names.ts';
import { sourceOf } from './sources.ts';

/** The files and secrets that a job needs on AWS. */
export interface NeedsOfJob {
  /** Paths of handler files, as the job gives them. */
  handlers: string[];
  /** Paths of URL lists, areas and certificates. */
  lists: string[];
  /** Names in `${env:NAME}`, and that of the key of sessions. */
  secrets: string[];
}

export function needsOfJob(job: Job): NeedsOfJob {
  return {
    handlers: unique(Object.values(job.pages).flatMap(({ handler }) => handler ?? [])),
    lists: unique([
      ...job.sources.map(sourceOf).flatMap(({ rules, settings }) => rules.files(settings)),
      ...filesOfTls(job.fetch.tls).flatMap(({ name, path }) => (name === 'key' ? [] : path)),
    ]),
    secrets: unique([
      ...findPlaceholders(job).map(({ name }) => name),
      ...(Object.keys(job.sessions ?? {}).length === 0 ? [] : [sessionKeyName]),
    ]),
  };
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}
