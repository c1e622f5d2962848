import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliFolder, openCliFolder } from '../cli/call-cli.ts';
import { type SmallSite, serveSmallSite } from '../cli/small-site.ts';

let site: SmallSite;

beforeAll(async () => {
  site = await serveSmallSite(3);
});

afterAll(() => site[Symbol.asyncDispose]());

/** What a run of pages in HTML takes, in the command and in its worker; more is loaded by what asks for it. */
const needed = [
  'commander',
  'dom-serializer',
  'domelementtype',
  'domhandler',
  'domutils',
  'entities',
  'htmlparser2',
  'js-yaml',
  'parse5',
  'parse5-htmlparser2-tree-adapter',
  'undici',
  'zod',
];

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
  const folder = join(cli.path, 'recorded');
  const lines = readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8').trim().split('\n'),
  );
  return [...new Set(lines)].sort();
}

function openRecorded(name: string): CliFolder {
  const hook = pathToFileURL(join(import.meta.dirname, 'record-modules.mjs')).href;
  const env: Record<string, string> = { NODE_OPTIONS: `--import=${hook}` };
  const cli = openCliFolder(env);
  env['RECORDED_MODULES'] = join(cli.path, 'recorded');
  mkdirSync(join(cli.path, 'recorded'));
  cli.write('job.yaml', jobOf(site.origin, name));
  return cli;
}

describe('a command on this machine loads no package that it does not use', () => {
  it('run, in the command and its workers', async () => {
    using cli = openRecorded('jsonl, csv');
    const loaded = await loadedBy(cli, 'run', 'job.yaml');
    expect(loaded.filter((name) => !needed.includes(name))).toEqual([]);
    expect(loaded).toContain('undici');
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
