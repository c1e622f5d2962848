import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { page, serveSite } from '../engine/site.ts';
import { type CliFolder, openCliFolder } from './call-cli.ts';

const pages = 120;
const path = (index: number) => `/p/${index}`;

/** Pages that do not compress, so that the file that is read has many parts. */
function bigPages() {
  return Object.fromEntries(
    Array.from({ length: pages }, (_, index) => [
      path(index),
      { body: `<h1>Page ${index}</h1><p>${randomBytes(60_000).toString('base64')}</p>` },
    ]),
  );
}

const jobOf = (origin: string, rule: string, more = '') => `name: big
network: allowPrivate
politeness: { gapMs: 0 }
sources: [{ crawl: { start: "${origin}/" } }]
pages:
  product: { match: /p/*, ${rule} }
  default: { follow: [a] }
${more}`;

/** Takes its time, and says which pages it was given. */
const handler = `import { appendFileSync } from 'node:fs';
export default (page) => {
  appendFileSync('handled.txt', page.url + '\\n');
  const until = performance.now() + 20;
  while (performance.now() < until);
  return { items: [{ title: page.url }] };
};
`;

function handledOf(folder: CliFolder): number {
  try {
    return readFileSync(join(folder.path, 'handled.txt'), 'utf8').split('\n').length - 1;
  } catch {
    return 0;
  }
}

describe.skipIf(process.platform !== 'linux')('spinneret extract', () => {
  it('gives each item once, and as one that is left alone, however often it is killed', async () => {
    using folder = openCliFolder();
    folder.write('config/settings.yaml', 'leaseMs: 2000\nprocesses: 2\n');
    const site = await serveSite({
      '/': page('home', ...Array.from({ length: pages }, (_, index) => path(index))),
      ...bigPages(),
    });
    folder.write('job.yaml', jobOf(site.origin, 'fields: { title: h1 }', 'keep: warc\n'));
    expect((await folder.call('run', 'job.yaml')).code).toBe(0);
    await site.close();
    const [run = ''] = readdirSync(join(folder.path, 'output'));
    folder.write('handler.mjs', handler);
    folder.write('new.yaml', jobOf(site.origin, 'handler: ./handler.mjs, fields: { title: h1 }'));
    const itemsOf = (own: string) => folder.readLines(`output/${own}/items.jsonl`);
    const others = () => readdirSync(join(folder.path, 'output')).filter((name) => name !== run);
    await folder.call('extract', run, '--job', 'new.yaml');
    const [quiet = ''] = others();
    const expected = itemsOf(quiet)
      .map((item) => JSON.stringify(item))
      .sort();
    expect(expected).toHaveLength(pages);

    const kills = 4;
    for (let kill = 0; kill < kills; kill += 1) {
      const before = handledOf(folder);
      const args = kill === 0 ? ['extract', run, '--job', 'new.yaml'] : ['resume', '--last'];
      const call = folder.start(args, { ownGroup: true });
      while (handledOf(folder) < before + 12 && call.child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 5));
      expect(call.child.exitCode).toBeNull();
      process.kill(-(call.child.pid ?? 0), 'SIGKILL');
      await call.done;
    }
    expect((await folder.call('resume', '--last')).code).toBe(0);
    const [killed = ''] = others().filter((name) => name !== quiet);
    expect(
      itemsOf(killed)
        .map((item) => JSON.stringify(item))
        .sort(),
    ).toEqual(expected);
    // Killed in its midst, so that some pages were handled twice.
    expect(handledOf(folder)).toBeGreaterThan(2 * pages);
  }, 300_000);
});
