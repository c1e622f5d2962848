import type { Job } from '../job/schema.ts';
import { secretFilesOf } from '../job/secret-files.ts';
import { filesOfTls } from '../job/tls-schema.ts';
import { parseS3Address } from '../schema/s3-address.ts';
import { findPlaceholders } from '../schema/secrets.ts';
import { sourceOf } from './sources.ts';

/** The files and secrets that a job needs on AWS. */
export interface NeedsOfJob {
  /** Paths of handler files, as the job gives them. */
  handlers: string[];
  /** Paths of URL lists, areas and certificates; objects of S3 stay where they are. */
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
    lists: unique(files).filter((path) => !sealed.includes(path) && parseS3Address(path) === undefined),
    sealed,
    secrets: unique(findPlaceholders(job).map(({ name }) => name)),
  };
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}
