import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../shared/job/schema.ts';
import {
  json,
  page,
  redirect,
  robots,
  type Site,
  type SitePages,
  serveSite,
  sitemap,
} from '../engine/site.ts';
import {
  driveTogether,
  endsOf,
  itemLines,
  makeJob,
  openWorld,
  type Ports,
  storeFile,
  type World,
} from '../engine/world.ts';
import { wrapPorts } from '../engine/wrap-ports.ts';

/** What a disk holds of a store at one moment. */
export interface Disk {
  database: Buffer;
  /** The write-ahead log. */
  log: Buffer;
  /** How much of the log was flushed, since it was carried over into the database. */
  flushedBytes: number;
}

export interface Recording {
  /** In the order in which they were taken. */
  disks: Disk[];
  /** What the run came to, with the power on. */
  items: string[];
  ends: Record<string, string>;
}

export const runId = 'r';
/** Nothing is waited for in real time: what is not due is deferred, and the clock jumps. */
export const limits = { batchSize: 4, maxWaitMs: 0 };

/** Pages that lead on, fail, redirect, are asked again, and an API. */
export async function serveDetours(): Promise<Site> {
  const products = Array.from({ length: 40 }, (_, index) => `/p/${index + 1}`);
  const pages: SitePages = {
    '/': page('Home', '/l?page=1', '/old', '/gone', '/busy'),
    '/old': redirect('/p/1'),
    '/busy': { status: 503 },
    '/api': ({ path }) => json(path.endsWith('page=2') ? [] : [{ h1: 'Row' }]),
  };
  for (let list = 1; list <= 8; list += 1) {
    pages[`/l?page=${list}`] = page(
      `List ${list}`,
      ...products.slice(list * 5 - 5, list * 5),
      `/l?page=${list + 1}`,
    );
  }
  for (const path of products) pages[path] = page(path, '/', '/p/1', '/p/40');
  const site = await serveSite(pages);
  pages['/robots.txt'] = robots(`User-agent: *\nDisallow: /gone\nSitemap: ${site.origin}/pages.xml`);
  pages['/pages.xml'] = sitemap(...[3, 4, 39].map((id) => `${site.origin}/p/${id}`));
  return site;
}

export function jobOf({ origin }: Site): Job {
  return makeJob({
    sources: [
      { crawl: { start: [`${origin}/`] } },
      { sitemap: { site: origin } },
      { rest: { url: `${origin}/api`, page: { by: 'number' }, label: 'row' } },
    ],
    pages: {
      row: { fields: { title: { path: 'h1' } } },
      default: { follow: ['a'], fields: { title: { select: 'h1', required: true } } },
    },
    limits: { maxPages: 100, maxItems: 500 },
    fetch: { attempts: 2 },
  });
}

/**
 * Crawls with three processes at a time, and keeps what the disk holds after every call of a port that writes.
 * `checkpointPages`: how long the log grows before it is carried over into the database and begun anew.
 */
export async function record(job: Job, checkpointPages: number): Promise<Recording> {
  const disks: Disk[] = [];
  const world = openWorld(limits);
  const file = join(world.folder, storeFile);
  const keep = () => void disks.push(readDisk(file));
  try {
    world.database.prepare(`PRAGMA wal_autocheckpoint = ${checkpointPages}`).get();
    await world.start(runId, job);
    keep();
    const processes = ['a', 'b', 'c'].map((name) => world.newProcess(name, (ports) => watched(ports, keep)));
    await driveTogether(world, runId, processes);
    return { disks, ...(await resultOf(world)) };
  } finally {
    await world.close();
  }
}

function readDisk(file: string): Disk {
  const database = readFileSync(file);
  const log = readFileSync(`${file}-wal`);
  const framesCarriedOver = readFileSync(`${file}-shm`).readUInt32LE(carriedOverAt);
  const frameBytes = frameHeaderBytes + database.readUInt16BE(pageSizeAt);
  return {
    database,
    log,
    flushedBytes: framesCarriedOver === 0 ? 0 : logHeaderBytes + framesCarriedOver * frameBytes,
  };
}

/** "WAL-mode File Format", 2.1 and 2.2 (sqlite.org/walformat.html): `nBackfill`. Machines are little-endian. */
const carriedOverAt = 96;
/** "Database File Format", 1.3 and 4 (sqlite.org/fileformat2.html). */
const pageSizeAt = 16;
const logHeaderBytes = 32;
const frameHeaderBytes = 24;

export async function resultOf(world: World): Promise<Pick<Recording, 'items' | 'ends'>> {
  return { items: await itemLines(world, runId), ends: await endsOf(world, runId) };
}

/** Ports that call `keep` when a call is over and what it gathered may still be open. */
function watched(ports: Ports, keep: () => void): Ports {
  return wrapPorts(ports, async (name, call) => {
    const answer = await call();
    if (!name.startsWith('outcomes.')) keep();
    return answer;
  });
}
