import { hash } from 'node:crypto';
import { makeNormalise } from '../../fetch/url.ts';
import type { Job } from '../../job/schema.ts';
import type { FileFact, Json } from '../../model.ts';
import type { FactGatherer, GatheredFact } from '../reports.ts';

/** What became of one address: a file, where a redirect leads, or why there is none. */
type Ended = FileFact | { redirect: string } | { code: string };

/** Redirects that are followed from one address to its file: more are no chain that a run follows. */
const maxRedirects = 50;

/** Of a file that no request of the run has come to: over `limits.maxFiles`, or not fetched yet. */
const absent = { code: 'FILE_ABSENT' };

/**
 * Adds to items what became of the files that they name, in the shape of the fields that name them (`_files`), and where the capture
 * of their page lies (`_capture`). `pathOf`: where a
 * file lies, for the reader of the items. What is known of a run's addresses is held in memory: some 300 bytes each.
 */
export function gatherFiles({ urls }: Pick<Job, 'urls'>, pathOf: (file: FileFact) => string): FactGatherer {
  const normalise = makeNormalise(urls);
  const keyOf = (url: string) => hash('sha256', normalise(url), 'base64url').slice(0, 22);
  const ended = new Map<string, Ended>();
  const named = (file: FileFact): Json => {
    const { sha256, bytes, type } = file;
    return { path: pathOf(file), sha256, bytes, type };
  };
  const record = (url: string, redirects = 0): Json => {
    const end = ended.get(keyOf(url)) ?? absent;
    if ('redirect' in end) return redirects === maxRedirects ? absent : record(end.redirect, redirects + 1);
    if (!('sha256' in end)) return end;
    return named(end);
  };
  const shaped = (value: Json): Json => {
    if (typeof value === 'string') return record(value);
    if (Array.isArray(value)) return value.map(shaped);
    if (value === null || typeof value !== 'object') return null;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shaped(part)]));
  };
  return {
    note(fact) {
      const { url } = fact;
      const end = endOf(fact);
      if (end !== undefined && url !== undefined) ended.set(keyOf(url), end);
    },
    gathered: () => (item) => {
      const { _files: files, _capture: capture } = item;
      if (files === undefined && capture === undefined) return item;
      return {
        ...item,
        ...(files === undefined ? {} : { _files: shaped(files) }),
        ...(capture === undefined ? {} : { _capture: named(capture as unknown as FileFact) }),
      };
    },
  };
}

/** `undefined`: of something else, or of a request that goes on. */
function endOf({ kind, end, file, redirect, code }: GatheredFact): Ended | undefined {
  if (kind !== 'download' || end === 'retry') return undefined;
  if (file !== undefined) return file;
  if (redirect !== undefined && code === 'REDIRECTED') return { redirect };
  return code === undefined ? absent : { code };
}
