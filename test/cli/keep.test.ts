import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pythonWith } from '../aws/emulators.ts';
import { openLoginSite } from '../engine/login-site.ts';
import { type Site, serveSite } from '../engine/site.ts';
import { type CliFolder, openCliFolder } from './call-cli.ts';
import { readWarc, urlsOf } from './warc-records.ts';

const key = 'k-1234-&-öffnet';

/** Pages that echo the key that they are asked with. */
async function openThings(count: number): Promise<Site> {
  const paths = Array.from({ length: count }, (_, index) => `/p/${index}`);
  return serveSite({
    '/': { body: paths.map((path) => `<a href="${path}">x</a>`).join('') },
    ...Object.fromEntries(
      paths.map((path) => [
        path,
        ({ headers }) => ({
          body: `<h1>${path}</h1><p>${encodeURIComponent(String(headers['x-key']))}</p>${'text '.repeat(300)}`,
          headers: { 'set-cookie': 'visit=0123456789abcdef; Path=/' },
          delayMs: 5,
        }),
      ]),
    ),
    '/hidden': { body: '<meta name=robots content=noindex><h1>hidden</h1>' },
  });
}

function writeJob(folder: CliFolder, site: Pick<Site, 'origin'>, more = ''): void {
  folder.write(
    'job.yaml',
    `name: things
keep: warc
sources: [{ crawl: { start: ${site.origin}/ } }, { urls: { list: ["${site.origin}/hidden"] } }]
network: allowPrivate
politeness: { gapMs: 20 }
fetch: { headers: { x-key: "\${env:THE_KEY}" } }
pages:
  thing: { match: /p/*, fields: { title: h1 } }
  default: { follow: [a] }
${more}`,
  );
}

/** The only run of a folder, and the only file of the pages that it has kept. */
function keptOf(folder: CliFolder): { run: string; file: string } {
  const [run = ''] = readdirSync(join(folder.path, 'output'));
  return { run, file: join(folder.path, 'output', run, 'pages-00001.warc.gz') };
}

/** The file unpacked, in which nothing is hidden. */
function textOf(file: string): string {
  return gunzipSync(readFileSync(file)).toString('latin1');
}

function partsFolder(folder: CliFolder, run: string): string {
  return join(folder.path, '.spinneret/store.db-kept', run, 'whole');
}

/** A file of a delivery whose outcome was lost: here a copy, under the name of other bytes. */
function addOrphan(folder: CliFolder): void {
  const [run = ''] = readdirSync(join(folder.path, '.spinneret/store.db-kept'));
  const whole = partsFolder(folder, run);
  const [part] = readdirSync(whole, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  if (part === undefined) throw new Error('no part');
  cpSync(join(part.parentPath, part.name), join(whole, 'ab', `ab${'0'.repeat(62)}`));
}

/** What Python's warcio says of the file; skipped where PyPI is not there. */
async function expectChecked(file: string): Promise<void> {
  const python = await pythonWith('warcio==1.8.1');
  if (typeof python !== 'string') return;
  await promisify(execFile)(python, ['-m', 'warcio.cli', 'check', file]);
}

describe.skipIf(process.platform !== 'linux')('spinneret run of a job that keeps its pages', () => {
  it('has each stored page once and whole, however often it is killed, and forgets them', async () => {
    const site = await openThings(60);
    using folder = openCliFolder({ THE_KEY: key });
    writeJob(folder, site);
    for (let kill = 0; kill < 5; kill += 1) {
      const before = site.log.length;
      const call = folder.start(kill === 0 ? ['run', 'job.yaml'] : ['resume', '--last'], { ownGroup: true });
      while (site.log.length < before + 8 && call.child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 5));
      expect(call.child.exitCode).toBeNull();
      process.kill(-(call.child.pid ?? 0), 'SIGKILL');
      await call.done;
    }
    addOrphan(folder);
    expect((await folder.call('resume', '--last')).code).toBe(0);
    const { run, file } = keptOf(folder);
    const records = await readWarc(file);
    const pages = Array.from({ length: 60 }, (_, index) => `${site.origin}/p/${index}`);
    expect(urlsOf(records, 'response')).toEqual([`${site.origin}/`, ...pages].sort());
    expect(urlsOf(records, 'request')).toEqual(urlsOf(records, 'response'));
    await expectChecked(file);

    expect(textOf(file)).not.toMatch(/k-1234|ffnet|0123456789abcdef/);
    const thing = records.find(({ url, type }) => type === 'response' && url.endsWith('/p/7'));
    expect(thing).toMatchObject({
      statusLine: 'HTTP/1.1 200 OK',
      headers: { 'set-cookie': 'visit=[secret]; Path=/' },
      body: expect.stringMatching(/^<h1>\/p\/7<\/h1><p>\[secret\]<\/p>text text /),
    });
    expect(thing?.fields['Spinneret-Redacted']).toBe('response set-cookie, body, request x-key');

    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(join(partsFolder(folder, run), '..'))).toBe(false);
    const { size } = statSync(file);
    const forgotten = JSON.parse((await folder.call('forget', run, '--json')).stdout) as { pages: unknown };
    expect(forgotten.pages).toEqual([{ run, freedBytes: size }]);
    expect(existsSync(file)).toBe(false);
    await site.close();
  }, 300_000);

  it('keeps no login, and of a session no cookie, password or token', async () => {
    const site = await openLoginSite({ pages: 4 });
    using folder = openCliFolder({
      PASS: site.password,
      SPINNERET_SESSION_KEY: Buffer.alloc(32, 5).toString('base64'),
    });
    folder.write(
      'job.yaml',
      `name: members
keep: warc
sources: [{ crawl: { start: ${site.origin}/ } }]
network: allowPrivate
politeness: { gapMs: 0 }
sessions:
  member:
    hosts: ["${site.host}"]
    login:
      steps:
        - open: ${site.origin}/login
        - form: { select: '#login', fields: { user: ann, pass: '\${env:PASS}' } }
      check: { select: .user }
pages:
  page: { match: /p/*, fields: { title: h1 } }
  default: { follow: [a] }
`,
    );
    expect((await folder.call('run', 'job.yaml')).code).toBe(0);
    const { file } = keptOf(folder);
    const records = await readWarc(file);
    const pages = [1, 2, 3, 4].map((page) => `${site.origin}/p/${page}`);
    expect(urlsOf(records, 'response')).toEqual([`${site.origin}/`, ...pages]);
    const text = textOf(file);
    for (const secret of [site.password, ...site.sessions.keys(), 'open-for-members'])
      expect(text).not.toContain(secret);
    expect(text).not.toMatch(/token-\d|name=pass/);
    expect(records.find(({ url }) => url.endsWith('/p/3'))?.body).toBe(
      '<h1>Page /p/3</h1><p class=me>[secret]</p><p class=pw>[secret]</p>',
    );
    expect(
      records.find(({ url, type }) => type === 'request' && url.endsWith('/p/3'))?.headers,
    ).toMatchObject({
      cookie: expect.stringMatching(/^(\w+=\[secret\](; )?)+$/),
    });
  }, 60_000);
});
