import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Answer, type CliFolder, openCliFolder } from './call-cli.ts';
import { serveSmallSite } from './small-site.ts';

const jobOf = (origin: string, fields: string, more = '') => `name: small
network: allowPrivate
politeness: { gapMs: 0 }
sources: [{ crawl: { start: "${origin}/" } }]
pages:
  product: { match: /p/*, fields: { ${fields} } }
  default: { follow: [a] }
${more}`;

const fields = 'title: h1, price: { select: .price, type: number }';

/** A run that has kept the pages of a site that is gone. */
async function runAndClose(folder: CliFolder, pages: number): Promise<string> {
  await using site = await serveSmallSite(pages);
  folder.write('job.yaml', jobOf(site.origin, fields, 'keep: warc\n'));
  await folder.call('run', 'job.yaml');
  const [run = ''] = readdirSync(join(folder.path, 'output'));
  return run;
}

/** What `extract` gave, and the items of its run. */
async function extract(folder: CliFolder, run: string, job: string) {
  folder.write('new.yaml', job);
  const answer = await folder.call('extract', run, '--job', 'new.yaml', '--json');
  const started = JSON.parse(answer.stdout.split('\n')[0] ?? '') as { runs: string[] };
  const [own = ''] = started.runs;
  return { answer, own, items: folder.readLines(`output/${own}/items.jsonl`) };
}

const byUrl = (a: Record<string, unknown>, b: Record<string, unknown>) =>
  String(a['_url']).localeCompare(String(b['_url']));

function resultOf({ stdout }: Answer): Record<string, unknown> {
  const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { runs: Record<string, unknown>[] };
  return last.runs[0] ?? {};
}

describe('spinneret extract', () => {
  it('gives the items of the run again by the same job, with the time of the fetch, and asks for nothing', async () => {
    using folder = openCliFolder();
    const run = await runAndClose(folder, 40);
    const before = folder.readLines(`output/${run}/items.jsonl`);
    expect(before.length).toBeGreaterThan(30);
    const { answer, own, items } = await extract(folder, run, folder.read('job.yaml'));
    const plain = items.map(({ _fetchedAt, ...item }) => item);
    expect(plain.sort(byUrl)).toEqual(before.sort(byUrl));
    expect(items.every(({ _fetchedAt }) => Number(new Date(String(_fetchedAt))) <= Date.now())).toBe(true);
    // The pages without a price are incomplete here as they were there.
    const first = JSON.parse(folder.read(`output/${run}/run.json`)) as { counts: Record<string, number> };
    const again = resultOf(answer) as { items: number; incomplete: number; pages: object };
    expect(again).toMatchObject({
      items: first.counts['items'],
      incomplete: first.counts['incomplete'] ?? 0,
    });
    expect(again.pages).toMatchObject({ failed: 0, skipped: 0, admitted: first.counts['stored'] });
    expect(folder.read(`output/${own}/run.json`)).not.toContain('"kept"');
  }, 180_000);

  it('takes other fields, needs neither secrets nor sessions, and keeps apart what is not as its schema has it', async () => {
    using folder = openCliFolder();
    const run = await runAndClose(folder, 12);
    const job = jobOf(
      'http://127.0.0.1:1',
      'name: h1',
      `fetch: { headers: { x-key: "\${env:NO_SUCH_VARIABLE}" } }
sessions: { member: { hosts: [example.com], bearer: "\${env:NO_OTHER}" } }
`,
    ).replace('product: {', 'product: { schema: { properties: { name: { pattern: "[02468]$" } } },');
    const { answer, own, items } = await extract(folder, run, job);
    expect(answer.code).toBe(0);
    const misfits = folder.readLines(`output/${own}/misfits.jsonl`);
    expect([items.length, misfits.length]).toEqual([6, 6]);
    expect(items.map(({ name }) => name)).toContain('Page 2');
  }, 180_000);

  it('says which pages cannot be read, and which run has none', async () => {
    using folder = openCliFolder();
    const run = await runAndClose(folder, 12);
    const file = join(folder.path, 'output', run, 'pages-00001.warc.gz');
    const whole = readFileSync(file);
    truncateSync(file, whole.length - 10);
    const cut = await extract(folder, run, folder.read('job.yaml'));
    expect(cut.answer.code).toBe(1);
    expect(resultOf(cut.answer)['noResult']).toContain('a file of kept pages was not read to its end');
    writeFileSync(file, whole);
    const again = await folder.call('extract', cut.own, '--job', 'new.yaml');
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('KEPT_UNREADABLE') });
    await folder.call('forget', run);
    const gone = await folder.call('extract', run, '--job', 'new.yaml');
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('RUN_UNKNOWN') });
  }, 180_000);
});
