import type { Job } from '../job/schema.ts';

/** Absent in a run that an earlier version started. */
interface FileRules {
  scope: Partial<Job['scope']>;
  pages: Job['pages'];
}

/**
 * Recognises links to files by the extension of their path, from `scope.ignoreExtensions`. An extension that a
 * selector or pattern of the job names (`*.pdf`, `a[href$=".zip"]`) is wanted, and is not among them.
 */
export function makeIsFile({ scope, pages }: FileRules): (url: string) => boolean {
  const wanted = new Set(
    Array.from(JSON.stringify([pages, scope.include]).matchAll(/\.([a-z0-9]+)/gi), ([, name = '']) =>
      name.toLowerCase(),
    ),
  );
  const ignored = new Set(
    (scope.ignoreExtensions ?? []).map((name) => name.toLowerCase()).filter((name) => !wanted.has(name)),
  );
  return (url) => {
    const extension = extensionOf(url);
    return extension !== undefined && ignored.has(extension);
  };
}

/**
 * The extension of the last segment of the path; undefined for `File:a.png`, which is a wiki's page about a file.
 */
export function extensionOf(url: string): string | undefined {
  const end = url.search(/[?#]/);
  const path = end === -1 ? url : url.slice(0, end);
  const slash = path.lastIndexOf('/');
  // The part after the scheme is no path.
  if (slash < path.indexOf('//') + 2) return undefined;
  const point = path.lastIndexOf('.');
  if (point <= slash || path.indexOf(':', slash) !== -1) return undefined;
  return path.slice(point + 1).toLowerCase();
}
