import { extensionOf } from '../fetch/extension.ts';
import { pageKindFacts } from '../job/page-kinds.ts';
import type { Job } from '../job/schema.ts';

/** Absent in a run that an earlier version started. */
interface FileRules {
  scope: Partial<Job['scope']>;
  pages: Job['pages'];
}

/**
 * Recognises links to files by the extension of their path, from `scope.ignoreExtensions`. An extension that a
 * selector or pattern of the job names (`*.pdf`, `a[href$=".zip"]`), or that files of a kind have that a label reads (`as`), is
 * wanted, and is not among them.
 */
export function makeIsFile({ scope, pages }: FileRules): (url: string) => boolean {
  const named = Array.from(
    JSON.stringify([pages, scope.include]).matchAll(/\.([a-z0-9]+)/gi),
    ([, name = '']) => name.toLowerCase(),
  );
  const read = Object.values(pages).flatMap(({ as }) => (as === undefined ? [] : pageKindFacts(as).endings));
  const wanted = new Set([...named, ...read]);
  const ignored = new Set(
    (scope.ignoreExtensions ?? []).map((name) => name.toLowerCase()).filter((name) => !wanted.has(name)),
  );
  return (url) => {
    const extension = extensionOf(url);
    return extension !== undefined && ignored.has(extension);
  };
}
