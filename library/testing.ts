/** `spinneret/testing`: what a job extracts from a page, without a network and without a run. */
import { readFile } from 'node:fs/promises';
import { compileJob } from '../shared/engine/compile-job.ts';
import { localEnvironment } from '../shared/engine/job-environment.ts';
import { HaltError } from '../shared/errors.ts';
import type { Extraction } from '../shared/extract/types.ts';
import { makeNormalise } from '../shared/fetch/url.ts';
import { compileLabels } from '../shared/job/labels.ts';
import { type Json, type Misfit, stateOfItem } from '../shared/model.ts';
import type { DefinedJob } from './define-job.ts';
import type { AnyItem } from './item-types.ts';

/** A page for a test: its text, or the file with it. */
export interface TestPage {
  /** The page's URL, on which labels and links depend. */
  url: string;
  /** The body, or the file with it. */
  body: string | Uint8Array | { file: string };
  /** @default 'text/html; charset=utf-8' */
  contentType?: string;
  /** @default the label that the job's patterns give the URL */
  label?: string;
  /** @default 200 */
  status?: number;
}

/** The result for a page, as in a run. */
export interface TestResult<Item> {
  label: string;
  items: Item[];
  /** Items that lack a required field, which a run keeps apart, with the missing fields. */
  incomplete: { fields: Record<string, Json>; missing: string[] }[];
  /** Items that are not as the schema of their label has them, which a run keeps apart, with what is not. */
  misfits: { fields: Record<string, Json>; misfits: Misfit[] }[];
  /** Absolute URLs that the job's rules find on the page, before scope and limits. */
  links: { url: string; label?: string }[];
}

/**
 * Extracts items and links of one page as a run does, handlers included. Rejects with `DropError` where the page
 * would fail, and with `HaltError` JOB_INVALID where no label of the job matches the URL.
 */
export async function extractPage<Item = AnyItem>(
  { job, baseDir, handlers = {} }: DefinedJob<Item>,
  page: TestPage,
): Promise<TestResult<Item>> {
  const environment = { ...(await localEnvironment({ baseDir })), handlers };
  const compiled = await compileJob({ job: job as unknown as Json }, environment);
  const label = page.label ?? compileLabels(compiled.job, makeNormalise(compiled.job.urls))(page.url);
  if (label === undefined || job.pages[label] === undefined) {
    throw new HaltError('JOB_INVALID', `no page label of ${job.name} is for ${label ?? page.url}`);
  }
  const { extractor } = compiled;
  try {
    const extraction = await extractor.extract({
      url: page.url,
      label,
      status: page.status ?? 200,
      contentType: page.contentType ?? 'text/html; charset=utf-8',
      body: await bodyOf(page.body),
      fetchedAt: new Date().toISOString(),
      depth: 0,
    });
    return { label, ...resultOf<Item>(extraction) };
  } finally {
    await extractor.close();
  }
}

async function bodyOf(body: TestPage['body']): Promise<Uint8Array> {
  if (typeof body === 'string') return Buffer.from(body);
  return body instanceof Uint8Array ? body : await readFile(body.file);
}

/** Items and links as an export writes them. */
function resultOf<Item>({ items, links }: Extraction): Omit<TestResult<Item>, 'label'> {
  const whole = items.filter((item) => stateOfItem(item) === 'complete');
  return {
    items: whole.map(({ item, url, fields }) => ({ _item: item, _url: url, ...fields }) as Item),
    incomplete: items.flatMap(({ fields, missing }) => (missing === undefined ? [] : [{ fields, missing }])),
    misfits: items.flatMap(({ fields, missing, misfits }) =>
      missing !== undefined || misfits === undefined ? [] : [{ fields, misfits }],
    ),
    links: links.map(({ url, label }) => (label === undefined ? { url } : { url, label })),
  };
}
