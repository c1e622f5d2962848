import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiReport } from '../../docs/api-report.ts';
import { projectRoot } from '../aws/cached-install.ts';
import { type SmallSite, serveSmallSite } from '../cli/small-site.ts';
import { isWhole, noteSample } from '../sample.ts';
import { type InstalledPackage, installPackage, nodeDir22, ownNodeDir, runBy } from './packed.ts';

let installed: InstalledPackage;
let site: SmallSite;

beforeAll(async () => {
  [installed, site] = await Promise.all([installPackage(), serveSmallSite(12)]);
  writeFileSync(join(installed.path, 'handler.ts'), handler);
  writeFileSync(join(installed.path, 'job.yaml'), jobOf(site.origin));
  writeFileSync(join(installed.path, 'program.ts'), program);
});

afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  installed?.remove();
  // Thousands of files, on a disk that may be busy.
});

const handler = `import type { HandlerPage, HandlerResult } from 'spinneret/handler';
export default function product(page: HandlerPage): HandlerResult {
  return { items: [{ ...page.fields, node: process.versions.node }] };
}
`;

const jobOf = (origin: string) => `name: packed
network: allowPrivate
politeness: { gapMs: 0 }
sources: [{ crawl: { start: "${origin}/" } }]
pages:
  product: { match: /p/*, fields: { title: h1 }, handler: ./handler.ts }
  default: { follow: [a] }
`;

/** Everything that can be imported, with its types. */
const program = `import { defineJob, HaltError, makeLocks, scrape } from 'spinneret';
import { makeLocks as sameLocks, openStore } from 'spinneret/coordination';
import type { Handler } from 'spinneret/handler';
import { cpuCount, map, task } from 'spinneret/pool';
import { extractPage } from 'spinneret/testing';

const own: Handler = (page) => ({ items: [{ length: page.text.length }] });
const job = defineJob({
  name: 'program',
  network: 'allowPrivate',
  politeness: { gapMs: 0 },
  sources: [{ crawl: { start: process.argv[2] ?? '' } }],
  pages: {
    product: { match: '/p/*', fields: { title: { select: 'h1', required: true }, price: { select: '.price', type: 'number' } } },
    default: { follow: ['a'] },
  },
});
let items = 0;
let prices = 0;
for await (const item of scrape(job, { settings: { processes: 2 } })) {
  const title: string = item.title;
  items += title === '' ? 0 : 1;
  prices += item.price ?? 0;
}
const { items: extracted } = await extractPage(job, { url: 'http://x.example/p/1', body: '<h1>One' });
const squares = await map([1, 2, 3], task<(n: number) => number>(new URL('./square.js', import.meta.url), 'square'), { size: 1 });
const opened = await openStore({ file: \`locks-\${process.versions.node}.db\` });
const fence = await makeLocks(opened.store, { owner: 'me' }).with('one', async (lock) => lock.fence);
opened[Symbol.dispose]();
console.log(JSON.stringify({ items, hasPrices: prices > 0, extracted: extracted[0]?.title, squares, cores: cpuCount() > 0, fence, isSame: makeLocks === sameLocks, halt: HaltError.name, own: typeof own }));
`;

describe('the package', () => {
  it('holds what runs, its declarations and what describes it, and nothing else', () => {
    const kinds = [
      /^dist\/([a-z-]+\/)*[a-zA-Z0-9-]+(\.js|\.js\.map|\.d\.ts|\.cjs)$/,
      /^(package\.json|cdk\.json|README\.md|LICENSE|THIRD-PARTY\.md|CHANGELOG\.md|cli\/spinneret\.js)$/,
      /^functions\/[a-z-]+\.(mjs|cjs)$/,
      /^config\/(quickstart|settings|examples\/[a-z-]+)\.(yaml|txt)$/,
      /^docs\/[a-z0-9.-]+\.(md|json)$/,
      /^shared\/places\/boundaries\/natural-earth\.br$/,
    ];
    expect(installed.entries.filter((path) => !kinds.some((kind) => kind.test(path)))).toEqual([]);
    expect(installed.entries).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'shared/places/boundaries/natural-earth.br',
        'dist/index.js',
        'dist/index.d.ts',
        'dist/index.js.map',
      ]),
    );
    // A fifth of it is recheck, whose package would bring a JVM archive along (THIRD-PARTY.md); a third, boundaries of countries.
    expect(statSync(installed.file).size).toBeLessThan(3_900_000);
  });

  it('brings neither the CDK nor a Node along', () => {
    const lock = readFileSync(join(installed.path, 'package-lock.json'), 'utf8');
    const names = Object.keys(JSON.parse(lock).packages);
    expect(names).toContain('node_modules/spinneret');
    expect(
      names.filter((name) => /node_modules\/(aws-cdk|aws-cdk-lib|cdk-nag|constructs|node)$/.test(name)),
    ).toEqual([]);
  });

  it('pleases publint', async () => {
    const publint = join(projectRoot, 'node_modules/.bin/publint');
    const said = await runBy(ownNodeDir, installed.path, publint, 'node_modules/spinneret', '--strict');
    expect(said).toContain('All good!');
  });

  it('has types that are right for ES modules (arethetypeswrong)', async () => {
    const attw = join(projectRoot, 'node_modules/.bin/attw');
    const said = await runBy(
      ownNodeDir,
      installed.path,
      attw,
      installed.file,
      '--profile',
      'esm-only',
      '--no-emoji',
      // Else it is another where there is a CI.
      '--format',
      'ascii',
    );
    // It ends with 1 where it finds any. These are the ones it looked at.
    expect(stripVTControlCharacters(said).match(/^"spinneret.*"$/gm)).toHaveLength(6);
  });

  it('offers what docs/api.md says, and nothing else: npm run api', () => {
    const report = readFileSync(join(projectRoot, 'docs/api.md'), 'utf8');
    expect(apiReport(join(installed.path, 'node_modules/spinneret/dist'))).toBe(report);
  });

  it('lets a program be checked against its types, those of its own declarations included', async () => {
    const types = ['--types', 'node', '--typeRoots', join(projectRoot, 'node_modules/@types')];
    const strictly = [
      '--noEmit',
      '--strict',
      '--target',
      'es2024',
      '--lib',
      'es2024,esnext.disposable',
      '--module',
      'nodenext',
    ];
    const tsc = join(projectRoot, 'node_modules/.bin/tsc');
    await runBy(ownNodeDir, installed.path, tsc, ...strictly, ...types, 'program.ts', 'handler.ts');
  });
});

/** The clone, which all other tests run, has the newer one. */
const versions: [version: string, findNode: () => Promise<string>][] = [
  ['22', nodeDir22],
  ['24', async () => ownNodeDir],
];

describe.each(isWhole ? versions : versions.slice(0, 1))('the package on Node %s', (version, findNode) => {
  let node: string;
  const spinneret = (...args: string[]) => runBy(node, installed.path, 'npx', 'spinneret', ...args);

  beforeAll(async () => {
    node = await findNode();
    writeFileSync(join(installed.path, 'square.js'), 'export const square = (n) => n * n;');
  });

  it('says its version and its help', async ({ task }) => {
    if (!isWhole) noteSample(task, 'versions of Node', versions.length, 1);
    const { version: own }: { version: string } = JSON.parse(
      readFileSync(join(projectRoot, 'package.json'), 'utf8'),
    );
    expect(await spinneret('--version')).toBe(`${own}\n`);
    expect(await spinneret('run', '--help')).toContain('spinneret run books.yaml');
  });

  it('writes a job, and finds it valid', async () => {
    await spinneret('init', 'own.yaml', '--force', '--url', `${site.origin}/`);
    expect(readFileSync(join(installed.path, 'own.yaml'), 'utf8')).toContain(
      'node_modules/spinneret/docs/job.schema.json',
    );
    expect(await spinneret('validate', 'own.yaml')).toContain('ok own.yaml');
  });

  it('runs a job with a handler in TypeScript, in worker processes', async () => {
    const lines = (await spinneret('run', 'job.yaml', '--processes', '2', '--json')).trim().split('\n');
    const result = JSON.parse(lines.at(-1) ?? '');
    const [first] = result.runs[0].firstItems;
    expect({ items: result.runs[0].items, node: first.node.split('.')[0] }).toEqual({
      items: 12,
      node: version,
    });
  });

  it('is a library', async () => {
    const said = await runBy(
      node,
      installed.path,
      'node',
      '--disable-warning=ExperimentalWarning',
      'program.ts',
      `${site.origin}/`,
    );
    expect(JSON.parse(said)).toEqual({
      items: 12,
      hasPrices: true,
      extracted: 'One',
      squares: [1, 4, 9],
      cores: true,
      fence: 1,
      isSame: true,
      halt: 'HaltError',
      own: 'function',
    });
  });
});

describe('the package’s demo', () => {
  it('scrapes the shop that it serves', async () => {
    const said = await runBy(await nodeDir22(), installed.path, 'npx', 'spinneret', 'demo', '--json');
    expect(JSON.parse(said.trim().split('\n').at(-1) ?? '').runs[0].pages.stored).toBe(233);
  });
});
