import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HaltError } from '../../shared/errors.ts';
import { contentKindOf } from '../../shared/fetch/answer/content-type.ts';
import type { FetchResult } from '../../shared/fetch/types.ts';
import type { ExpectedPage } from './expected-page.ts';

/** An answer that is kept for tests, without anything of its request. */
export interface SavedAnswer {
  job: string;
  url: string;
  /** `''`: no label of the job matches. */
  label: string;
  status: number;
  headers: Record<string, string>;
  /** ISO 8601: relative dates on the page count from it. */
  fetchedAt: string;
  redirect?: string;
  /** The file beside it with the body. */
  body: string;
}

/** A page beside a job file: `JOB.pages/NAME/` holds `answer.json`, the body and `expected.json`. */
export interface SavedPage {
  name: string;
  folder: string;
  answer: SavedAnswer;
  expected: ExpectedPage | undefined;
}

/** Headers by which an answer is judged and read. No other is kept: cookies are secrets. */
const keptHeaders = [
  ...['content-type', 'content-range', 'link', 'refresh', 'retry-after', 'x-robots-tag'],
  ...['cf-mitigated', 'x-amzn-waf-action', 'x-vercel-mitigated'],
];

/** The folder of the pages of a job file: `books.pages` for `books.yaml`. */
export function pagesFolderOf(file: string): string {
  return join(dirname(file), `${basename(file).replace(/\.ya?ml$/, '')}.pages`);
}

/** All saved pages of a job file, by name. Throws `HaltError` JOB_UNREADABLE for one that cannot be read. */
export function readSavedPages(file: string): SavedPage[] {
  const folder = pagesFolderOf(file);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names
    .map(({ name }) => readSavedPage(join(folder, name), name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readSavedPage(folder: string, name: string): SavedPage {
  const expected = join(folder, 'expected.json');
  return {
    name,
    folder,
    answer: readJson<SavedAnswer>(join(folder, 'answer.json')),
    expected: existsSync(expected) ? readJson<ExpectedPage>(expected) : undefined,
  };
}

function readJson<Value>(file: string): Value {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Value;
  } catch (error) {
    throw new HaltError('JOB_UNREADABLE', `${file}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** The answer as the fetcher would give it. */
export function answerOf({ answer, folder }: SavedPage): FetchResult {
  const { url, status, headers, fetchedAt, redirect, body } = answer;
  return {
    url,
    status,
    headers,
    body: readFileSync(join(folder, basename(body))),
    ms: 0,
    startedAt: Date.parse(fetchedAt),
    ...(redirect === undefined ? {} : { redirect }),
  };
}

const endings = { html: 'html', xhtml: 'xhtml', xml: 'xml', json: 'json', text: 'txt' } as const;

export async function writeSavedPage(
  folder: string,
  result: FetchResult,
  { job, url, label }: Pick<SavedAnswer, 'job' | 'url' | 'label'>,
  expected: ExpectedPage,
): Promise<void> {
  const { status, headers, startedAt, redirect } = result;
  const kind = contentKindOf(headers['content-type'] ?? '');
  const body = `page.${Object.hasOwn(endings, kind) ? endings[kind as keyof typeof endings] : 'bin'}`;
  const kept = Object.entries(headers).filter(([name]) => keptHeaders.includes(name));
  const answer: SavedAnswer = {
    ...{ job, url, label, status },
    headers: Object.fromEntries(kept),
    fetchedAt: new Date(startedAt).toISOString(),
    ...(redirect === undefined ? {} : { redirect }),
    body,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, body), result.body);
  await writeFile(join(folder, 'answer.json'), textOf(answer));
  await writeExpected(folder, expected);
}

export async function writeExpected(folder: string, expected: ExpectedPage): Promise<void> {
  await writeFile(join(folder, 'expected.json'), textOf(expected));
}

function textOf(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
