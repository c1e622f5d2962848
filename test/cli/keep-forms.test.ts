import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeBrowser, sandbox } from '../browser/chromium.ts';
import { tagged } from '../engine/recrawl-site.ts';
import { openSite } from '../engine/setting.ts';
import { type CliFolder, openCliFolder } from './call-cli.ts';
import { readWarc } from './warc-records.ts';

const runsOf = (folder: CliFolder) => readdirSync(join(folder.path, 'output')).sort();
const keptOf = (folder: CliFolder, run: string) =>
  readWarc(join(folder.path, 'output', run, 'pages-00001.warc.gz'));

describe('a page that is kept', () => {
  it('has a revisit record where the server says that it has not changed; extract takes it from the run before', async () => {
    const site = await openSite({
      '/': tagged('<h1>Home</h1><a href=/p>p</a>'),
      '/p': { body: '<h1>Page</h1>' },
    });
    using folder = openCliFolder();
    folder.write(
      'job.yaml',
      `name: again
keep: warc
recrawl: { verify: 0 }
sources: [{ crawl: { start: "${site.origin}/" } }]
network: allowPrivate
politeness: { gapMs: 0 }
pages: { default: { follow: [a], fields: { title: h1 } } }
`,
    );
    await folder.call('run', 'job.yaml');
    const second = await folder.call('run', 'job.yaml');
    expect(second.stdout).toContain('1 page kept, and 1 as not changed');
    const [one = '', two = ''] = runsOf(folder);
    const [before, after] = [await keptOf(folder, one), await keptOf(folder, two)];
    const home = before.find(({ url, type }) => url === `${site.origin}/` && type === 'response');
    const revisit = after.find(({ type }) => type === 'revisit');
    expect(revisit).toMatchObject({
      url: `${site.origin}/`,
      statusLine: 'HTTP/1.1 304 Not Modified',
      fields: {
        'WARC-Profile': 'http://netpreserve.org/warc/1.1/revisit/server-not-modified',
        'WARC-Refers-To-Target-URI': `${site.origin}/`,
        'WARC-Refers-To-Date': home?.fields['WARC-Date'],
      },
    });
    const extracted = await folder.call('extract', two, '--job', 'job.yaml');
    expect(extracted.stdout).toMatch(/2 stored/);
    expect(extracted.stdout).not.toContain('answered 304');
  }, 180_000);
});

describeBrowser('a page that is read in a browser and kept', () => {
  it('has what was sent and what it became, from which its items are taken again', async () => {
    const site = await openSite({
      '/': { body: '<div id=app></div><script>app.innerHTML = "<h1>made here</h1>"</script>' },
    });
    using folder = openCliFolder();
    folder.write('config/settings.yaml', `browser: { sandbox: ${sandbox} }\n`);
    folder.write(
      'job.yaml',
      `name: app
keep: warc
network: allowPrivate
sources: [{ crawl: { start: "${site.origin}/" } }]
pages:
  app: { match: "**/", render: { waitFor: h1 }, fields: { name: { select: h1, required: true } } }
politeness: { gapMs: 0 }
`,
    );
    expect((await folder.call('run', 'job.yaml')).code).toBe(0);
    const [run = ''] = runsOf(folder);
    const records = await keptOf(folder, run);
    const answer = records.find(({ type }) => type === 'response');
    const made = records.find(({ type }) => type === 'conversion');
    expect(answer?.body).not.toContain('<h1>made here</h1></div>');
    expect(made?.body).toContain('<h1>made here</h1></div>');
    expect(made?.fields['WARC-Refers-To']).toBe(answer?.fields['WARC-Record-ID']);
    expect((await folder.call('extract', run, '--job', 'job.yaml')).stdout).toContain('"name":"made here"');
  }, 180_000);

  it('has all that it loaded, each payload once in the run, without what is secret, and as much as a process can hold', async () => {
    const script = `fetch("/data?token=0123456789abcdef0123").then((it) => it.text()).then((text) => {
      app.innerHTML = "<h1>" + text.slice(0, 9) + "</h1>"
    }) // ${'x'.repeat(2_000)}`;
    const shell = {
      body: '<link rel=stylesheet href=/moved.css><img src=/large.png><div id=app></div><script src=/app.js></script>',
    };
    const site = await openSite({
      '/p/1': shell,
      '/p/2': shell,
      '/app.js': { body: script, headers: { 'content-type': 'text/javascript' } },
      '/moved.css': { status: 302, headers: { location: '/real.css' } },
      '/real.css': { body: 'h1 { color: red }', headers: { 'content-type': 'text/css' } },
      '/large.png': { body: Buffer.alloc(40e6, 1), headers: { 'content-type': 'image/png' } },
      '/data': ({ headers }) => ({
        body: `made here: ${headers['x-key']} ${'y'.repeat(2_000)}`,
        headers: { 'content-type': 'text/plain', 'set-cookie': 'id=fedcba9876543210; HttpOnly' },
      }),
    });
    using folder = openCliFolder({ THE_KEY: 'k-&-1234' });
    folder.write('config/settings.yaml', `browser: { sandbox: ${sandbox} }\nbatchSize: 1\n`);
    folder.write(
      'job.yaml',
      `name: app
keep: warc
network: allowPrivate
fetch: { headers: { x-key: "\${env:THE_KEY}" }, maxBodyBytes: 50000000 }
sources: [{ urls: { list: ["${site.origin}/p/1", "${site.origin}/p/2"] } }]
pages:
  app: { match: /p/*, render: { waitFor: h1, block: [] }, fields: { name: { select: h1, required: true } } }
politeness: { gapMs: 0 }
`,
    );
    expect(await folder.call('run', 'job.yaml', '--processes', '1')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/2 pages kept, with \d+ answers that they loaded, \d too large/),
    });
    const [run = ''] = runsOf(folder);
    const records = await keptOf(folder, run);
    const of = (path: string) =>
      records.filter(({ url, type }) => url === `${site.origin}${path}` && type !== 'request');
    expect(of('/app.js').map(({ type }) => type)).toEqual(['response', 'revisit']);
    expect(of('/moved.css')[0]).toMatchObject({
      statusLine: 'HTTP/1.1 302 Found',
      headers: { location: '/real.css' },
    });
    expect(of('/real.css')[0]?.fields['Spinneret-Loaded-By']).toMatch(/\/p\/[12]$/);
    expect(of('/large.png')[0]).toMatchObject({ body: '', fields: { 'WARC-Truncated': 'length' } });
    const [first, second] = of('/data?token=0123456789abcdef0123');
    expect(first?.body).toMatch(/^made here: \[secret\] y+$/);
    expect(first?.headers['set-cookie']).toBe('id=[secret]; HttpOnly');
    expect(second).toMatchObject({
      type: 'revisit',
      fields: {
        'WARC-Profile': 'http://netpreserve.org/warc/1.1/revisit/identical-payload-digest',
        'WARC-Refers-To-Target-URI': first?.url,
        'WARC-Refers-To-Date': first?.fields['WARC-Date'],
        'WARC-Payload-Digest': first?.fields['WARC-Payload-Digest'],
      },
    });
    expect((await folder.call('extract', run, '--job', 'job.yaml')).stdout).toMatch(/2 stored/);
  }, 180_000);

  it('gives its items again where these are in what its scripts got', async () => {
    const app = `<script>
      for (const q of ['a', 'b']) fetch('/data', { method: 'POST', body: q });
      fetch('/other');
    </script>`;
    const padding = 'x'.repeat(2_000);
    const site = await openSite({
      '/p/1': { body: app },
      '/p/2': { body: app },
      '/data': ({ body }) => ({
        body: JSON.stringify({ rows: [{ name: `row ${body}`, padding }] }),
        headers: { 'content-type': 'application/json' },
      }),
      '/other': { body: '{"rows": []}', headers: { 'content-type': 'application/json' } },
    });
    using folder = openCliFolder();
    folder.write('config/settings.yaml', `browser: { sandbox: ${sandbox} }\n`);
    const job = (field: string) => `name: app
keep: warc
network: allowPrivate
sources: [{ urls: { list: ["${site.origin}/p/1", "${site.origin}/p/2"] } }]
pages:
  app: { match: /p/*, render: { from: xhr, match: /data }, items: rows, fields: { ${field}: { path: name } } }
politeness: { gapMs: 0 }
`;
    folder.write('job.yaml', job('name'));
    expect((await folder.call('run', 'job.yaml')).code).toBe(0);
    const [run = ''] = runsOf(folder);
    const before = folder.readLines(`output/${run}/items.jsonl`).map(({ _url, name }) => `${_url} ${name}`);
    expect(before).toHaveLength(4);
    folder.write('new.yaml', job('title'));
    expect((await folder.call('extract', run, '--job', 'new.yaml')).code).toBe(0);
    const own = runsOf(folder).find((name) => name !== run);
    const after = folder.readLines(`output/${own}/items.jsonl`).map(({ _url, title }) => `${_url} ${title}`);
    expect(after.sort()).toEqual(before.sort());
  }, 180_000);
});
