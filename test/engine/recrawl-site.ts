import { hash } from 'node:crypto';
import { expect } from 'vitest';
import { type ExportRecord, listRecords } from '../../shared/export/records.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Counts } from '../../shared/model.ts';
import { expectAccounted } from './accounts.ts';
import type { Site, SiteAnswer, SiteRequest } from './site.ts';
import { driveRun, makeJob, outcomesOf, type World } from './world.ts';

/** A page that answers a condition as RFC 9110 says, by its entity tag. */
export function tagged(body: string, headers: Record<string, string> = {}) {
  const etag = `"${hash('sha256', body, 'base64url')}"`;
  return ({ headers: asked }: SiteRequest): SiteAnswer =>
    asked['if-none-match'] === etag
      ? { status: 304, headers: { etag } }
      : { body, headers: { etag, ...headers } };
}

export const product = (name: string, price: number, footer = '') =>
  `<h1>${name}</h1><b>${price}</b><a href="/">home</a><footer>${footer}</footer>`;

/** Links to these paths. */
export const linksTo = (...paths: string[]) => paths.map((path) => `<a href="${path}">${path}</a>`).join('');

export function recrawlJob(site: Site, parts: object = {}): Job {
  return makeJob({
    sources: [{ crawl: { start: `${site.origin}/` } }],
    pages: {
      product: {
        match: '/p/*',
        follow: ['a'],
        fields: { name: 'h1', price: { select: 'b', type: 'number' } },
      },
      default: { follow: ['a'] },
    },
    recrawl: { verify: 0 },
    ...parts,
  });
}

/** A run a minute later, to its end. */
export async function runAgain(world: World, id: string, job: Job): Promise<Counts> {
  world.advance(60_000);
  await world.start(id, job);
  await driveRun(world, id, world.newProcess(id));
  expect(await world.ledger.readRun(id)).toMatchObject({ state: 'finished' });
  return expectAccounted(world, id);
}

/** `path is`, of each page that has a mark. */
export async function markedPages(world: World, id: string, { origin }: Site): Promise<string[]> {
  const facts = (await outcomesOf(world, id)).flatMap(({ pages }) => pages);
  return facts
    .flatMap(({ url, change }) => (change === undefined ? [] : [`${url.replace(origin, '')} ${change}`]))
    .sort();
}

/** By their URLs. */
export async function exported(world: World, id: string, what: 'items' | 'gone'): Promise<ExportRecord[]> {
  const records: ExportRecord[] = [];
  for await (const record of listRecords(world.outcomes, id, what)) records.push(record);
  return records.sort((one, other) => (String(one['_url']) < String(other['_url']) ? -1 : 1));
}
