import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliFolder, openCliFolder } from '../cli/call-cli.ts';
import { type SmallSite, serveSmallSite } from '../cli/small-site.ts';

let site: SmallSite;

beforeAll(async () => {
  site = await serveSmallSite(3);
});

afterAll(() => site[Symbol.asyncDispose]());

/** What a run of pages in HTML that are read in one pass takes, in the command and in its worker; more is loaded by what asks for it. */
const needed = ['commander', 'domelementtype', 'domhandler', 'entities', 'js-yaml', 'undici', 'zod'];

const jobOf = (origin: string, formats: string) => `name: small
network: allowPrivate
politeness: { gapMs: 0 }
sources: [{ crawl: { start: "${origin}/" } }]
pages:
  product: { match: /p/*, fields: { title: h1, price: { select: .price, type: number } } }
  default: { follow: [a] }
output: { formats: [${formats}] }
`;

/** The packages that a command's processes loaded. */
async function loadedBy(cli: CliFolder, ...args: string[]): Promise<string[]> {
  const { code, stderr } = await cli.call(...args);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return recordedIn(cli);
}

function recordedIn(cli: CliFolder): string[] {
  return [...new Set(recordedByProcess(cli).flat())].sort();
}

function recordedByProcess(cli: CliFolder): string[][] {
  const folder = join(cli.path, 'recorded');
  return readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'));
}

const hook = pathToFileURL(join(import.meta.dirname, 'record-modules.mjs')).href;

function libraryUrl(name: string): string {
  return pathToFileURL(join(import.meta.dirname, `../../library/${name}.ts`)).href;
}

async function runProgram(cli: CliFolder, file: string): Promise<void> {
  const env = { ...process.env, RECORDED_MODULES: join(cli.path, 'recorded') };
  await promisify(execFile)(process.execPath, [`--import=${hook}`, join(cli.path, file)], { env });
}

function openRecorded(name: string): CliFolder {
  const env: Record<string, string> = { NODE_OPTIONS: `--import=${hook}` };
  const cli = openCliFolder(env);
  env['RECORDED_MODULES'] = join(cli.path, 'recorded');
  mkdirSync(join(cli.path, 'recorded'));
  cli.write('job.yaml', jobOf(site.origin, name));
  return cli;
}

describe('the library', () => {
  it('loads, for all that it exports, no more than a run does', async () => {
    using cli = openRecorded('jsonl');
    const names = ['index', 'coordination', 'pool', 'handler', 'testing'];
    const imports = names.map((name) => `await import(${JSON.stringify(libraryUrl(name))});`);
    cli.write('program.mjs', imports.join('\n'));
    await runProgram(cli, 'program.mjs');
    expect(recordedIn(cli).filter((name) => !needed.includes(name))).toEqual([]);
  });
});

describe('a command on this machine loads no package that it does not use', () => {
  it('run, in the command and its workers', async () => {
    using cli = openRecorded('jsonl, csv');
    const loaded = await loadedBy(cli, 'run', 'job.yaml');
    expect(loaded.filter((name) => !needed.includes(name))).toEqual([]);
    expect(loaded).toContain('undici');
  });

  it.each([['validate', 'job.yaml'], ['init', 'other.yaml'], ['status']])('%s', async (...args) => {
    using cli = openRecorded('jsonl');
    const loaded = await loadedBy(cli, ...args);
    expect(loaded.filter((name) => !needed.includes(name))).toEqual([]);
  });

  it('validate with a regular expression: what judges it as well', async () => {
    using cli = openRecorded('jsonl');
    cli.write('job.yaml', `${jobOf(site.origin, 'jsonl')}scope: { include: ["regex:^https?://a+b$"] }\n`);
    const loaded = await loadedBy(cli, 'validate', 'job.yaml');
    expect(loaded.filter((name) => !needed.includes(name))).toEqual(expect.arrayContaining(['recheck']));
    expect(loaded.filter((name) => name.startsWith('@aws'))).toEqual([]);
  });

  it('run: the schemas are loaded by the worker that reads the job, and not by the command, which lasts', async () => {
    using cli = openRecorded('jsonl');
    const loaded = await loadedBy(cli, 'run', 'job.yaml');
    expect(loaded.filter((name) => !needed.includes(name))).toEqual([]);
    const [command, worker, ...others] = recordedByProcess(cli)
      .map((names) => names.toSorted())
      .toSorted((a, b) => Number(a.includes('undici')) - Number(b.includes('undici')));
    expect(command).toEqual(['commander']);
    expect(worker).toEqual(needed.filter((name) => name !== 'commander'));
    expect(others).toEqual([]);
  });

  it('run with an article: what finds it as well, but nothing for languages where pages state theirs, nor the parser of odd pages', async () => {
    using cli = openRecorded('jsonl');
    const job = jobOf(site.origin, 'jsonl').replace('title: h1', 'title: { article: text }');
    cli.write('job.yaml', job);
    const loaded = await loadedBy(cli, 'run', 'job.yaml');
    expect(loaded).toContain('@mozilla/readability');
    expect(loaded.filter((name) => ['eld', 'parse5'].includes(name))).toEqual([]);
  });

  it('run with a spreadsheet: its writer as well', async () => {
    using cli = openRecorded('xlsx');
    expect(await loadedBy(cli, 'run', 'job.yaml')).toContain('yazl');
  });

  it('--version: what reads its own arguments, and the schemas', async () => {
    using cli = openRecorded('jsonl');
    const loaded = await loadedBy(cli, '--version');
    expect(loaded.filter((name) => !needed.includes(name))).toEqual([]);
  });
});
