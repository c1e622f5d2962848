import { randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FileStore } from '../../../shared/coordination/file-store.ts';
import { joinFacts } from '../../../shared/export/join-facts.ts';
import { recordsOf } from '../../../shared/export/records.ts';
import type { Counts, Json, PageFact } from '../../../shared/model.ts';
import { openFileStore } from '../../../shared/stores/local/file-store.ts';
import { enterWorld, openSite } from '../setting.ts';
import type { Site, SiteAnswer, SitePages } from '../site.ts';
import { driveRun, makeJob, outcomesOf, type World } from '../world.ts';

/** A picture of one point. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** So many bytes, the same for the same seed, that are a PDF by how they begin. */
export function pdf(bytes: number, seed = 1): Buffer {
  const body = Buffer.alloc(bytes, `${seed} lorem ipsum dolor `);
  body.write('%PDF-1.4\n');
  return body;
}

/** A page with a heading that names these files as pictures. */
export function gallery(...files: string[]): SiteAnswer {
  const images = files.map((file) => `<img src="${file}">`).join('');
  return { body: `<!doctype html><title>g</title><h1>Gallery</h1>${images}` };
}

export const galleryPages = {
  default: {
    fields: {
      title: 'h1',
      photos: { select: 'img', attr: 'src', type: 'url', list: true, download: true },
    },
  },
};

export const storeOf = (folder: string, noteAfterBytes?: number): FileStore =>
  openFileStore(join(folder, 'files'), {
    token: () => randomUUID().slice(0, 8),
    ...(noteAfterBytes === undefined ? {} : { noteAfterBytes }),
  });

/** A world that keeps files, notes of which are made each 64 KiB. */
export function enterWorldOfFiles(): World {
  return enterWorld({}, {}, { openFiles: (folder) => storeOf(folder, 65_536) });
}

export interface FilesRun {
  site: Site;
  world: World;
  /** `_files` of the first item. */
  files: Json | undefined;
  facts: PageFact[];
  counts: Counts;
}

/** Scrapes `/` of a site of these pages. */
export async function runFiles(
  pages: SitePages,
  job: Record<string, unknown> = {},
  world: World = enterWorldOfFiles(),
): Promise<FilesRun> {
  const site = await openSite(pages);
  const whole = makeJob({
    sources: [{ urls: { list: [`${site.origin}/`] } }],
    pages: galleryPages,
    ...job,
  });
  await world.start('r', whole);
  await driveRun(world, 'r', world.newProcess('p'));
  return { site, world, ...(await resultOf(world, whole)) };
}

export async function resultOf(world: World, job: ReturnType<typeof makeJob>, run = 'r') {
  const outcomes = await outcomesOf(world, run);
  const complete = await joinFacts(world.outcomes, run, job, ({ name }) => name);
  const items = outcomes.flatMap((outcome) => recordsOf(outcome, 'items'));
  const files = items.map((item) => complete?.(item)['_files']);
  const facts = outcomes.flatMap(({ pages }) => pages.filter(({ kind }) => kind === 'download'));
  return { files: files[0], allFiles: files, facts, counts: await world.ledger.readCounts(run) };
}

/** The names of what is whole, and of what is left of attempts. */
export function keptIn(world: World): { whole: string[]; parts: string[] } {
  const files = (pattern: string) =>
    globSync(pattern, { cwd: join(world.folder, 'files') }).map((file) => basename(file));
  return {
    whole: files('whole/*/*').sort(),
    parts: files('parts/*/*').filter((name) => !name.endsWith('-kept')),
  };
}

/** How each file ended, by the path of its address. */
export function endsOfFiles(facts: PageFact[]): Record<string, string> {
  const ended = facts.filter(({ end }) => end !== 'retry');
  return Object.fromEntries(ended.map(({ url, end, code }) => [new URL(url).pathname, code ?? end]));
}
