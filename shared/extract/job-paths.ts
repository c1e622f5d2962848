import type { Job, RestSource } from '../job/schema.ts';
import { jsonPathAt } from './compile-part.ts';

/** A path into JSON, and where in the job it is written. */
type WrittenPath = [location: string, path: string | undefined];

/**
 * Compiles the paths into JSON that a job has outside of its fields. Throws `JOB_INVALID` for the first that cannot be read: in the run, the first
 * answer would show it, and that of a login uses up an attempt of the account.
 */
export function checkPaths(job: Job): void {
  const paths = [
    ...job.sources.flatMap(pathsOfSource),
    ...Object.entries(job.sessions ?? {}).flatMap(pathsOfLogin),
  ];
  for (const [location, path] of paths) if (path !== undefined) jsonPathAt(location, path);
}

function pathsOfSource(source: Job['sources'][number], index: number): WrittenPath[] {
  return Object.entries(source).flatMap(([name, settings]): WrittenPath[] => {
    if (settings === undefined || !('items' in settings)) return [];
    const at = `sources[${index}].${name}`;
    return [[`${at}.items`, settings.items], ...pathsOfPaging(`${at}.page`, settings.page)];
  });
}

function pathsOfPaging(at: string, page: RestSource['page']): WrittenPath[] {
  switch (page?.by) {
    case undefined:
    case 'link':
      return [];
    case 'cursor':
      return [
        [`${at}.path`, page.path],
        [`${at}.more`, page.more],
      ];
    case 'number':
    case 'offset':
      return [
        [`${at}.total`, page.total],
        [`${at}.more`, page.more],
      ];
    default:
      return page satisfies never;
  }
}

function pathsOfLogin([name, { login }]: [string, NonNullable<Job['sessions']>[string]]): WrittenPath[] {
  const at = `sessions.${name}.login`;
  return [
    [`${at}.check.path`, login?.check?.path],
    [`${at}.check.not.path`, login?.check?.not?.path],
    ...(login?.steps ?? []).map(
      ({ request }, index): WrittenPath => [`${at}.steps[${index}].request.token.path`, request?.token?.path],
    ),
  ];
}
