import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckFinding } from '../../../cli/doctor/check.ts';
import { checksHere } from '../../../cli/doctor/here/checks.ts';
import { runChecks } from '../../../cli/doctor/run-checks.ts';
import { openDatabase } from '../../../shared/stores/local/database.ts';
import { type CliFolder, openCliFolder, parseLines } from '../call-cli.ts';

const job = (more = '') => `name: books
sources: [{ crawl: { start: http://127.0.0.1:9/ } }]
pages: { default: { fields: { title: h1 } } }
${more}`;

let folder: CliFolder;
beforeEach(() => {
  folder = openCliFolder({ HTTPS_PROXY: '', https_proxy: '' });
});
afterEach(() => folder[Symbol.dispose]());

const placeOf = (files: string[]) => ({
  projectDir: folder.path,
  settingsFile: join(folder.path, 'config/settings.yaml'),
  files: files.map((file) => join(folder.path, file)),
});

/** One check, in this process. */
function check(id: string, ...files: string[]): Promise<CheckFinding> | undefined {
  return checksHere.find((known) => known.id === id)?.run(placeOf(files));
}

/** One check in a process of its group. */
async function checkApart(id: string, ...files: string[]): Promise<CheckFinding | undefined> {
  const checks = checksHere.filter((known) => known.id === id);
  const [checked] = await runChecks(checks, placeOf(files), 100_000);
  return checked?.finding;
}

const ofVersion = (version: number) => (database: DatabaseSync) =>
  database.exec(`PRAGMA user_version = ${version}`);
const storeFile = () => join(folder.path, '.spinneret/store.db');
function makeStore(change?: (database: DatabaseSync) => void): void {
  openDatabase(storeFile()).close();
  const database = new DatabaseSync(storeFile());
  change?.(database);
  database.close();
}

describe('spinneret doctor', () => {
  it('finds nothing wrong in a new folder, one line each', async () => {
    const { code, stdout } = await folder.call('doctor');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(/^(all is well|nothing is wrong; )/);
    const titles = lines.flatMap((line) => /^(?:ok|look|not checked) +(\S.*?) {2}/.exec(line)?.[1] ?? []);
    expect(titles).toEqual(checksHere.map(({ title }) => title));
    expect(stdout).toMatch(/^ok +store +none yet; the first run makes /m);
    expect(stdout).toMatch(/^ok +Node +Node 24/m);
  });

  it('tells all it can though the settings are wrong, as one object', async () => {
    folder.write('config/settings.yaml', 'aws: { stak: Books }\n');
    const { code, stdout, stderr } = await folder.call('doctor', '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const [report] = parseLines(stdout) as unknown as {
      wrong: number;
      checks: (CheckFinding & { id: string })[];
    }[];
    const of = (id: string) => report?.checks.find((entry) => entry.id === id);
    expect(of('settings')).toMatchObject({ state: 'wrong', says: expect.stringContaining('stak') });
    expect(of('node')).toMatchObject({ state: 'ok' });
    expect(report?.wrong).toBeGreaterThan(0);
  });

  it('says that more processes than cores wait, and need memory', async () => {
    folder.write('config/settings.yaml', 'processes: 256\n');
    expect(await check('cores')).toMatchObject({
      state: 'look',
      remedy: expect.stringContaining('processes: auto'),
    });
  });

  it('knows that a proxy of the environment is not used', async () => {
    vi.stubEnv('https_proxy', 'http://proxy.example.com:3128');
    const says = expect.stringMatching(/^https_proxy set, and not used/);
    expect(await check('proxy')).toMatchObject({ state: 'look', says });
    vi.unstubAllEnvs();
  });
});

/** Of a table that takes many pages, one is overwritten. */
function damage(file: string): void {
  const database = new DatabaseSync(file);
  const insert = database.prepare('INSERT INTO registers (name, value, fence) VALUES (?, ?, 0)');
  for (let index = 0; index < 200; index += 1) insert.run(`r${index}`, 'x'.repeat(500));
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  const bytes = readFileSync(file);
  bytes.fill(0xff, bytes.length - 8_192, bytes.length - 4_096);
  writeFileSync(file, bytes);
}

describe('spinneret doctor, of a disk', () => {
  // What Linux makes of its processes is a file system as well, without a byte free, and without a number of files.
  it.runIf(existsSync('/proc/self'))('says that there is no room, and what to do', async () => {
    folder.write('config/settings.yaml', 'store: /proc/spinneret/store.db\n');
    expect(await check('disk')).toMatchObject({
      state: 'wrong',
      says: '0 B free under /proc',
      remedy: expect.stringContaining('npx spinneret forget'),
    });
  });

  it('says how much room there is where the store will be, in a folder that is not there yet', async () => {
    folder.write('config/settings.yaml', 'store: a/b/store.db\n');
    expect((await check('disk'))?.says).toMatch(/ free under /);
    expect((await check('disk'))?.says.endsWith(` free under ${folder.path}`)).toBe(true);
  });
});

describe('spinneret doctor, of a store', () => {
  it('finds a new one in order', async () => {
    makeStore();
    const says = expect.stringMatching(/kB, version \d+$/);
    expect(await check('store')).toMatchObject({ state: 'ok', says });
  });

  it.each<[string, string, () => void, string]>([
    ['is no database', 'wrong', () => writeFileSync(storeFile(), 'x'.repeat(5_000)), 'not a database'],
    ['a newer version wrote', 'wrong', () => makeStore(ofVersion(99)), 'version 99, this is version'],
    ['is too old', 'wrong', () => makeStore(ofVersion(1)), 'version 1, this is version'],
    ['an older version wrote', 'ok', () => makeStore(ofVersion(3)), 'the next command brings it to version'],
    ['is empty', 'ok', () => writeFileSync(storeFile(), '', { mode: 0o600 }), 'version 0'],
    [
      'others can read',
      'look',
      () => {
        makeStore();
        chmodSync(storeFile(), 0o644);
      },
      'other users of this machine can read it',
    ],
    [
      'is damaged',
      'wrong',
      () => {
        makeStore();
        damage(storeFile());
      },
      'is damaged',
    ],
  ])('one that %s is %s', async (_, state, make, text) => {
    mkdirSync(join(folder.path, '.spinneret'));
    make();
    const before = readFileSync(storeFile());
    const finding = await (text === 'not a database' ? checkApart('store') : check('store'));
    expect(finding).toMatchObject({ state, says: expect.stringContaining(text) });
    if (state !== 'ok') expect(finding?.remedy).toMatch(/\S/);
    expect(readFileSync(storeFile()).equals(before)).toBe(true);
  });
});

describe('spinneret doctor, of jobs', () => {
  it('names the mistake of a job, and checks the others', async () => {
    folder.write('bad.yaml', job('limit: 3\n'));
    folder.write('good.yaml', job());
    const files = ['bad.yaml', 'good.yaml'];
    expect(await check('jobs', ...files)).toMatchObject({
      state: 'wrong',
      says: expect.stringContaining('bad.yaml'),
      remedy: expect.stringMatching(/npx spinneret validate .*bad.yaml/),
    });
    expect(await check('handlers', ...files)).toMatchObject({ state: 'ok' });
    expect(await check('jobs', 'none.yaml')).toMatchObject({ state: 'wrong' });
    expect(await check('jobs')).toMatchObject({ state: 'unchecked' });
  });

  it('looks at the files that the settings name, or at those that it is given', async () => {
    folder.write('config/bad.yaml', 'name: x\n');
    folder.write('good.yaml', job());
    expect(await folder.call('doctor')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^wrong +jobs +config\/bad.yaml[\s\S]*^1 thing is wrong: begin with the first$/m,
      ),
    });
    expect(await folder.call('doctor', 'good.yaml')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ok +jobs +1 job in 1 file$/m),
    });
  });

  it('names the secrets that are not set', async () => {
    folder.write('a.yaml', job("fetch: { headers: { a: '${env:HOME}', b: '${env:LACKING}' } }\n"));
    expect(await check('secrets', 'a.yaml')).toMatchObject({
      ...{ state: 'wrong', says: 'not set here: LACKING' },
      remedy: expect.stringContaining('export LACKING=…'),
    });
  });

  it.each([
    ['is missing', undefined, 'HANDLER_INVALID'],
    ['throws when it is loaded', 'throw new Error("broken");\n', 'broken'],
    ['ends the process', 'process.exit(7);\n', 'ended its thread, with code 7'],
  ])('finds a handler that %s', async (_, text, says) => {
    folder.write('a.yaml', job().replace('fields', 'handler: handler.mjs, fields'));
    if (text !== undefined) folder.write('handler.mjs', text);
    const finding = await checkApart('handlers', 'a.yaml');
    expect(finding).toMatchObject({ state: 'wrong', says: expect.stringContaining(says) });
  });
});

describe('spinneret doctor, of the network', () => {
  it('says that no host of the jobs has an address, and leaves the clock', async () => {
    folder.write('a.yaml', job().replace('http://127.0.0.1:9/', 'https://books.invalid/'));
    const says = expect.stringContaining('books.invalid has no address');
    expect(await check('network', 'a.yaml')).toMatchObject({ state: 'wrong', says });
    expect(await check('clock', 'a.yaml')).toMatchObject({ state: 'unchecked' });
  });

  it('compares the clock with what a host of the jobs tells', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.method, request.url);
      response.setHeader('date', new Date(Date.now() + 600_000).toUTCString()).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    folder.write('a.yaml', job().replace(':9/', `:${(server.address() as AddressInfo).port}/`));
    const says = expect.stringMatching(/^(59\d|60\d) s behind that of 127/);
    expect(await check('clock', 'a.yaml')).toMatchObject({ state: 'wrong', says });
    expect(asked).toEqual(['HEAD', '/robots.txt']);
    server.close();
  });
});

describe('runChecks', () => {
  it('ends in time though a handler never does and the store does not answer, and knows the rest', async () => {
    mkdirSync(join(folder.path, '.spinneret'));
    expect(spawnSync('mkfifo', [storeFile()]).status).toBe(0);
    folder.write('a.yaml', job().replace('fields', 'handler: handler.mjs, fields'));
    folder.write('handler.mjs', 'for (;;);\n');
    const checks = checksHere.filter(({ group }) => group === 'store' || group === 'jobs');
    const statesWithin = async (limitMs: number) => {
      const checked = await runChecks(checks, { projectDir: folder.path, files: ['a.yaml'] }, limitMs);
      return Object.fromEntries(checked.map(({ id, finding }) => [id, finding.state]));
    };
    const expected = {
      disk: 'ok',
      store: 'look',
      jobs: 'ok',
      handlers: 'look',
      browser: 'ok',
      secrets: 'ok',
    };
    // A machine with much to do is given more time for what does end.
    let states = {};
    for (const limitMs of [3_000, 10_000, 60_000]) {
      states = await statesWithin(limitMs);
      if (isDeepStrictEqual(states, expected)) break;
    }
    expect(states).toEqual(expected);
  });
});
