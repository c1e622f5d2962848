import { expect } from 'vitest';
import { compileExtractor, type Extractor, type ExtractorOptions } from '../../shared/extract/extractor.ts';
import type { Extraction, Page } from '../../shared/extract/types.ts';
import { type Job, jobSchema } from '../../shared/job/schema.ts';

/** What a test writes of a job; the schema fills in the rest. */
export interface JobParts {
  pages: Record<string, unknown>;
  sources?: unknown[];
  urls?: unknown;
  timeZone?: string;
  namespaces?: Record<string, string>;
  sessions?: unknown;
}

export function compileJob(
  parts: JobParts,
  options: ExtractorOptions = { baseDir: import.meta.dirname },
): Promise<Extractor> {
  return compileExtractor(parseJob(parts), options);
}

export function parseJob(parts: JobParts): Job {
  const sources = parts.sources ?? [{ urls: { list: ['https://shop.example/'] } }];
  return jobSchema.parse({ name: 'test', ...parts, sources });
}

export function makePage(body: string, facts: Partial<Page> = {}): Page {
  return {
    url: 'https://shop.example/dir/page.html',
    label: 'product',
    status: 200,
    contentType: 'text/html; charset=utf-8',
    body: new TextEncoder().encode(body),
    fetchedAt: '2026-01-31T12:00:00.000Z',
    depth: 1,
    ...facts,
  };
}

/**
 * Extracts one page by one rule, under the label `product`. In one pass and by the tree, which must
 * agree; handlers, which the tree is for, are called once.
 */
export async function extractWith(
  rule: Record<string, unknown>,
  body: string,
  facts: Partial<Page> = {},
  others: Omit<JobParts, 'pages'> & { pages?: Record<string, unknown> } = {},
): Promise<Extraction> {
  const parts = { ...others, pages: { product: rule, ...others.pages } };
  const page = makePage(body, facts);
  const ways = 'handler' in rule ? [true] : [true, false];
  const outcomes = ways.map(async (inOnePass) => {
    const extractor = await compileJob(parts, { baseDir: import.meta.dirname, inOnePass });
    return extractor.extract(page);
  });
  const [first, ...rest] = await Promise.allSettled(outcomes);
  for (const other of rest) expect(other).toEqual(first);
  return outcomes[0] ?? Promise.reject(new Error('nothing was compiled'));
}

/** The fields of the only item. */
export async function fieldsWith(
  fields: Record<string, unknown>,
  body: string,
  facts: Partial<Page> = {},
): Promise<Record<string, unknown>> {
  const { items } = await extractWith({ fields }, body, facts);
  return items[0]?.fields ?? {};
}
