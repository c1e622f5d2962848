import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { gallery, pdf, png } from '../engine/downloads/setting.ts';
import { type Site, serveSite } from '../engine/site.ts';
import { type CliFolder, openCliFolder } from './call-cli.ts';

const count = 60;
const big = pdf(2_000_000);

/** Pages that name files each, a third of which are equal, and one that is slow enough to be killed on the way. */
async function openGallery(): Promise<Site> {
  const names = Array.from({ length: count }, (_, index) => `/file/${index}`);
  const pages = Array.from({ length: 6 }, (_, index) => `/page/${index}`);
  return serveSite({
    '/': { body: pages.map((path) => `<a href="${path}">x</a>`).join('') },
    ...Object.fromEntries(
      pages.map((path, index) => [path, gallery(...names.slice(index * 10, index * 10 + 10), '/big.pdf')]),
    ),
    ...Object.fromEntries(
      names.map((name, index) => [name, { body: index % 3 === 0 ? png : pdf(20_000, index), delayMs: 5 }]),
    ),
    '/big.pdf': { body: big, headers: { etag: '"v1"' } },
  });
}

let site: Site;
beforeAll(async () => {
  site = await openGallery();
  return () => site.close();
});

function writeJob(folder: CliFolder): void {
  folder.write(
    'job.yaml',
    `name: gallery
sources: [{ crawl: { start: ${site.origin}/ } }]
network: allowPrivate
politeness: { gapMs: 40 }
pages:
  page: { match: /page/*, fields: { title: h1, photos: { select: img, attr: src, type: url, list: true, download: true } } }
  default: { follow: [a] }
`,
  );
}

const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

interface KeptFile {
  path: string;
  sha256: string;
  bytes: number;
}

/** What the items of a run say of their files. */
function filesIn(folder: CliFolder, run: string): KeptFile[] {
  const items = folder.readLines(`output/${run}/items.jsonl`);
  return items.flatMap(({ _files }) => (_files as { photos: KeptFile[] }).photos);
}

function runsOf(folder: CliFolder): string[] {
  return readdirSync(join(folder.path, 'output')).sort();
}

function storedIn(folder: CliFolder): string[] {
  const whole = join(folder.path, '.spinneret/store.db-files/gallery/whole');
  return readdirSync(whole, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

describe.skipIf(process.platform !== 'linux')('spinneret run of a job with downloads', () => {
  it('keeps every file whole and once, however often its processes are killed, and over runs', async () => {
    using folder = openCliFolder();
    writeJob(folder);
    for (let kill = 0; kill < 3; kill += 1) {
      const before = site.log.length;
      const call = folder.start(kill === 0 ? ['run', 'job.yaml'] : ['resume', '--last'], { ownGroup: true });
      let hasEnded = false;
      void call.done.then(() => (hasEnded = true));
      while (site.log.length < before + 9 && !hasEnded)
        await new Promise((resolve) => setTimeout(resolve, 5));
      expect(hasEnded).toBe(false);
      process.kill(-(call.child.pid ?? 0), 'SIGKILL');
      await call.done;
    }
    expect((await folder.call('resume', '--last')).code).toBe(0);
    const [first = ''] = runsOf(folder);
    const files = filesIn(folder, first);
    expect(files).toHaveLength(66);
    for (const { path, sha256, bytes } of files) {
      const file = join(folder.path, 'output', first, path);
      expect([hashOf(file), statSync(file).size]).toEqual([sha256, bytes]);
    }
    // Of 60 files 20 are equal, and the large one is named by all pages.
    expect(storedIn(folder)).toEqual([...new Set(files.map(({ sha256 }) => sha256))].sort());
    expect(storedIn(folder)).toHaveLength(42);

    expect((await folder.call('run', 'job.yaml')).stdout).toContain(
      '61 of them with bytes that were there already',
    );
    expect(storedIn(folder)).toHaveLength(42);

    expect((await folder.call('forget', first)).stdout).toContain('forgot');
    expect(storedIn(folder)).toHaveLength(42);
    const [, second = ''] = runsOf(folder);
    expect((await folder.call('forget', second)).stdout).toContain('42 files of gallery deleted');
    expect(storedIn(folder)).toEqual([]);
    expect(hashOf(join(folder.path, 'output', second, files[1]?.path ?? ''))).toBe(files[1]?.sha256);
  }, 300_000);

  it('says before it what would be downloaded', async () => {
    using folder = openCliFolder();
    writeJob(folder);
    const before = site.hits('/file/1');
    const tried = await folder.call('try', `${site.origin}/page/0`, '--file', 'job.yaml');
    expect(tried.stdout).toContain('11 files, which a run would download; none was asked for');
    const estimated = await folder.call('estimate', 'job.yaml', '--pages', '7');
    expect(estimated.stdout).toMatch(/files {3}about 61 files, 8\.7 a page/);
    expect(site.hits('/file/1')).toBe(before);
  });
});
