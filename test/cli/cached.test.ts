import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliFolder, openCliFolder } from './call-cli.ts';
import { type SmallSite, serveSmallSite } from './small-site.ts';

const pages = 12;
let site: SmallSite;
let folder: CliFolder;
beforeAll(async () => {
  site = await serveSmallSite(pages);
});
afterAll(() => site[Symbol.asyncDispose]());
beforeEach(() => {
  site.seen.length = 0;
  folder = openCliFolder({ SHOP_KEY: 'key-of-the-shop' });
  return () => folder[Symbol.dispose]();
});

interface Changes {
  select?: string;
  fetch?: string;
  gapMs?: number;
  paceBy?: string;
}

function writeJob({ select = 'h1', fetch = '', gapMs = 0, paceBy = 'host' }: Changes = {}) {
  folder.write(
    'small.yaml',
    `name: small
sources: [{ crawl: { start: ["${site.origin}/"] } }]
pages: { default: { follow: [a], fields: { title: { select: ${select}, required: true } } } }
politeness: { gapMs: ${gapMs}, paceBy: ${paceBy} }
${fetch}
network: allowPrivate
`,
  );
}

async function run(...flags: string[]) {
  site.seen.length = 0;
  const { stdout, stderr } = await folder.call('run', 'small.yaml', '--json', ...flags);
  const [, result] = /^({"type":"result".*)$/m.exec(stdout) ?? [];
  if (result === undefined) throw new Error(`no result: ${stdout}${stderr}`);
  const [summary] = JSON.parse(result).runs;
  const items = folder.readLines(join('output', summary.run, 'items.jsonl'));
  return { summary, titles: items.map((item) => item['title']).sort() };
}

describe('run --cached', () => {
  it('downloads no file again, unless it was forgotten or may be none any more', async () => {
    const file = { type: 'application/pdf', body: Buffer.from('%PDF-1.4 a manual') };
    const page = { type: 'text/html', body: Buffer.from('<h1>One</h1><a href=/manual.pdf>manual</a>') };
    await using shop = await serveSmallSite(0, { '/m': page, '/manual.pdf': file });
    const write = (more = '') =>
      folder.write(
        'small.yaml',
        `name: small
sources: [{ urls: { list: ["${shop.origin}/m"] } }]
pages: { default: { fields: { title: h1, manual: { select: a, attr: href, type: url, download: true } } } }
politeness: { gapMs: 0 }
network: allowPrivate
${more}`,
      );
    const askedBy = async () => {
      shop.seen.length = 0;
      const { summary } = await run('--cached');
      const [item = {}] = folder.readLines(join('output', summary.run, 'items.jsonl'));
      return { asked: shop.seen.filter((path) => path.endsWith('.pdf')).length, run: summary.run, item };
    };
    write();
    const first = await askedBy();
    expect(first.asked).toBe(1);
    const again = await askedBy();
    expect(again.asked).toBe(0);
    expect(again.item).toEqual(first.item);
    const { path } = (again.item['_files'] as { manual: { path: string } }).manual;
    expect(folder.read(join('output', again.run, path))).toBe(String(file.body));
    write('files: { maxFileBytes: 5 }');
    expect((await askedBy()).item['_files']).toEqual({ manual: { code: 'FILE_TOO_LARGE' } });
    write();
    await folder.call('forget', '--older-than', '0', '--yes');
    expect((await askedBy()).asked).toBe(1);
  });

  it('asks the site for nothing that it was asked for before, and gives the same', async () => {
    writeJob();
    const first = await run('--cached');
    expect(site.seen).toContain('/p/1');
    expect(first.summary.cached).toEqual([]);
    const again = await run('--cached');
    // A page that is gone is no answer to keep.
    expect(site.seen.filter((path) => path !== '/gone')).toEqual([]);
    expect(again.titles).toEqual(first.titles);
    expect(again.summary.cached).toEqual([{ day: new Date().toISOString().slice(0, 10), count: pages + 1 }]);
    expect(again.summary.bytes).toBe(0);
  });

  it('reads what it has with other selectors', async () => {
    writeJob();
    await run('--cached');
    writeJob({ select: 'title' });
    const { titles } = await run('--cached');
    expect(site.seen.filter((path) => path.startsWith('/p/'))).toEqual([]);
    expect(new Set(titles)).toEqual(new Set(['Small']));
  });

  it.each(['host', 'address'])(
    'takes no turn for what it has, and turns for the rest, by %s',
    async (paceBy) => {
      writeJob({ paceBy });
      await run('--cached', '--max-pages', '5');
      // One turn that nobody needs would make the next batch wait for longer than a test may take.
      writeJob({ gapMs: 600_000, paceBy });
      const { summary } = await run('--cached', '--max-pages', '5');
      expect(summary.pages.stored).toBe(5);
      writeJob({ gapMs: 20, paceBy });
      await run('--cached');
      expect(site.seen.filter((path) => path.startsWith('/p/'))).toHaveLength(pages - 4);
    },
  );

  it.each([
    ['without the flag', {}, []],
    ['when other headers are sent', { fetch: 'fetch: { headers: { accept-language: el } }' }, ['--cached']],
  ] satisfies [string, Changes, string[]][])('asks again %s', async (_, changes, flags) => {
    writeJob();
    await run('--cached');
    writeJob(changes);
    const { summary } = await run(...flags);
    expect(site.seen).toContain('/p/1');
    expect(summary.cached).toEqual([]);
  });

  it('keeps no answer that shows a secret of the job', async () => {
    folder.write(
      'small.yaml',
      `name: small
sources: [{ rest: { url: "${site.origin}/api", label: default, items: data, headers: { x-key: "\${env:SHOP_KEY}" } } }]
pages: { default: { fields: { id: { path: id } } } }
network: allowPrivate
`,
    );
    await run('--cached');
    const { summary } = await run('--cached');
    expect(site.seen).toContain('/api');
    expect(summary.cached).toEqual([]);
    expect(folder.read('.spinneret/store.db-pages')).not.toContain('key-of-the-shop');
  });

  it('is for its owner alone, and forgotten by forget --cached', async () => {
    writeJob();
    await run('--cached');
    const file = join(folder.path, '.spinneret/store.db-pages');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { code, stdout } = await folder.call('forget', '--cached', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).freedBytes).toBeGreaterThan(4_000);
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
    await run('--cached');
    expect(site.seen).toContain('/p/1');
  });
});

describe('try --cached', () => {
  it('fetches page and robots.txt once, and says how old the page is', async () => {
    writeJob();
    const page = `${site.origin}/p/1`;
    const first = await folder.call('try', page, '--file', 'small.yaml', '--cached');
    expect(first.stdout).not.toContain('from the cache');
    expect(site.seen).toEqual(['/robots.txt', '/p/1']);
    const again = await folder.call('try', page, '--file', 'small.yaml', '--cached');
    expect(site.seen).toEqual(['/robots.txt', '/p/1']);
    expect(again.stdout).toMatch(/from the cache, fetched .* ago/);
    expect(again.stdout).toContain('Page 1');
    const selectors = (text: string) => text.slice(text.indexOf('items'));
    expect(selectors(again.stdout)).toBe(selectors(first.stdout));
  });

  it('shares its pages with run --cached', async () => {
    writeJob();
    await run('--cached');
    site.seen.length = 0;
    await folder.call('try', `${site.origin}/p/2`, '--file', 'small.yaml', '--cached');
    expect(site.seen).toEqual(['/robots.txt']);
  });
});
