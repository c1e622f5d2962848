import type { z } from 'zod';
import { placesOf } from '../schema/item-values.ts';

/**
 * What sources with `each`, keys of items and the pages that they name must agree upon: fields that the items have, and no circle in
 * which items lead to requests that lead to such items again. Lenient, since other checks of the job may have failed.
 */
export function checkEachSources(
  job: { sources: unknown; pages: unknown },
  context: z.core.$RefinementCtx,
): void {
  const sources = eachSourcesOf(job.sources);
  for (const label of Object.keys(recordOf(job.pages))) checkKey(label, sources, job.pages, context);
  for (const source of sources) {
    checkFields(source, sources, job.pages, context);
    checkParents(source, job.pages, context);
    checkCircle(source, sources, context);
  }
}

interface EachSource {
  path: PropertyKey[];
  from: string;
  label: unknown;
  with: string[];
  settings: Record<string, unknown>;
}

function eachSourcesOf(sources: unknown): EachSource[] {
  return Object.values(recordOf(sources)).flatMap((source, index) =>
    Object.entries(recordOf(source)).flatMap(([kind, value]) => {
      const settings = recordOf(value);
      const each = recordOf(settings['each']);
      const { from } = each;
      if (typeof from !== 'string') return [];
      const kept = Array.isArray(each['with']) ? each['with'].filter((name) => typeof name === 'string') : [];
      return [{ path: ['sources', index, kind], from, label: settings['label'], with: kept, settings }];
    }),
  );
}

/** Each place and each field that is kept must be one of the items; items with fields of a handler's may have any. */
function checkFields(
  source: EachSource,
  sources: EachSource[],
  pages: unknown,
  context: z.core.$RefinementCtx,
): void {
  const known = fieldsOf(source.from, sources, pages);
  if (known === undefined) return;
  const { url = '', headers = {}, ...settings } = source.settings;
  const places = placesOf({
    ...settings,
    url: String(url),
    headers: recordOf(headers) as Record<string, string>,
  });
  const named = [
    ...places.map(({ name, path }) => ({ name, path })),
    ...source.with.map((name, index) => ({ name, path: ['each', 'with', index] })),
  ];
  for (const { name, path } of named) {
    const [first = ''] = name.split('.');
    if (known.includes(name) || known.includes(first)) continue;
    const message = `a field of pages.${source.from} (${known.join(', ')}) in {${name}}`;
    context.addIssue({
      code: 'custom',
      path: [...source.path, ...path],
      message,
      input: name,
      params: { candidates: known },
    });
  }
}

/** A key of a field that no item has would make every item of the label incomplete. */
function checkKey(
  label: string,
  sources: EachSource[],
  pages: unknown,
  context: z.core.$RefinementCtx,
): void {
  const { key } = recordOf(recordOf(pages)[label]);
  const known = fieldsOf(label, sources, pages);
  if (!Array.isArray(key) || known === undefined) return;
  for (const name of key.filter((field) => !known.includes(field))) {
    const path = ['pages', label, 'key'];
    const message = `fields of the label (${known.join(', ')})`;
    context.addIssue({ code: 'custom', path, message, input: name, params: { candidates: known } });
  }
}

/** Names of the fields, and of those that come from parents; `undefined` where they cannot be known. */
function fieldsOf(label: string, sources: EachSource[], pages: unknown): string[] | undefined {
  const { fields, handler } = recordOf(recordOf(pages)[label]);
  const own = Object.keys(recordOf(fields));
  if (own.length === 0 || handler !== undefined) return undefined;
  return [...own, ...sources.filter((source) => source.label === label).flatMap((source) => source.with)];
}

function checkParents(
  { path, label, with: kept }: EachSource,
  pages: unknown,
  context: z.core.$RefinementCtx,
): void {
  const { fields } = recordOf(recordOf(pages)[String(label)]);
  for (const [index, name] of kept.entries()) {
    if (!Object.hasOwn(recordOf(fields), name)) continue;
    const message = `a field that pages.${String(label)} has not itself`;
    context.addIssue({ code: 'custom', path: [...path, 'each', 'with', index], message, input: name });
  }
}

/** Along `each` alone: links may lead in circles, and each URL is admitted once. */
function checkCircle(
  { path, from, label }: EachSource,
  sources: EachSource[],
  context: z.core.$RefinementCtx,
): void {
  const seen = new Set([label]);
  for (const reached of seen) {
    for (const next of sources.filter((source) => source.from === reached)) seen.add(next.label);
  }
  if (!seen.has(from)) return;
  const message = `a label that its own requests (${String(label)}) do not lead to`;
  context.addIssue({ code: 'custom', path: [...path, 'each', 'from'], message, input: from });
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
