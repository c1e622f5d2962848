import type { Job } from '../job/schema.ts';
import { secretFilesOf } from '../job/secret-files.ts';
import { filesOfTls } from '../job/tls-schema.ts';
import { findPlaceholders } from '../schema/secrets.ts';
import { sourceOf } from './sources.ts';

/** The files and secrets that a job needs on AWS. */
export interface NeedsOfJob {
  /** Paths of handler files, as the job gives them. */
  handlers: string[];
  /** Paths of URL lists, areas and certificates. */
  lists: string[];
  /** Paths of files with secrets, which are sealed before they are brought to the bucket. */
  sealed: string[];
  /** Names in `${env:NAME}`. */
  secrets: string[];
}

export function needsOfJob(job: Job): NeedsOfJob {
  const sealed = unique(secretFilesOf(job).map(({ path }) => path));
  const files = [
    ...job.sources.map(sourceOf).flatMap(({ rules, settings }) => rules.files(settings)),
    ...filesOfTls(job.fetch.tls).map(({ path }) => path),
  ];
  return {
    handlers: unique(Object.values(job.pages).flatMap(({ handler }) => handler ?? [])),
    lists: unique(files).filter((path) => !sealed.includes(path)),
    sealed,
    secrets: unique(findPlaceholders(job).map(({ name }) => name)),
  };
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}
