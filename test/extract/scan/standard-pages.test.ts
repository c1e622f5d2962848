import { deepStrictEqual } from 'node:assert';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { frontHtml, listingHtml, productHtml } from '../../../bench/peers/shop-pages.ts';
import { makeCatalogue } from '../../../testing/demo-shop/catalogue.ts';
import { makeRouter } from '../../../testing/demo-shop/routes.ts';
import { compileReadings, type Readings } from './standard-readings.ts';

const root = join(import.meta.dirname, '../../..');
const pagesFolder = join(import.meta.dirname, '../pages');
/** Where Debian's python3-doc puts it; see examples/README.md. */
const pythonFolder = '/usr/share/doc/python3-doc/html';
const maxPythonPages = 150;
const largestPythonPageBytes = 60_000;

/** What the YAML file beside a page says. */
interface PageFile {
  /** How it is read, as under `pages` of a job. */
  rule: unknown;
  /** Some fields of the first item. */
  expect: Record<string, unknown>;
}

const readElements = compileReadings(everyElement());
const readLinks = compileReadings({ follow: ['a'] });

describe('pages of every kind', () => {
  it.each(globSync('*.html', { cwd: pagesFolder }).sort())('are read as the standard says: %s', (name) => {
    const body = readFileSync(join(pagesFolder, name));
    const file = loadYaml(join(pagesFolder, `${basename(name, '.html')}.yaml`)) as PageFile;
    const readings = compileReadings(file.rule)(body);
    expect(readings.standard.items[0]?.fields).toMatchObject(file.expect);
    expect(emptyPlaces(readings.standard.items.map(({ fields }) => fields))).toEqual([]);
    expect(readings.standard.links.length).toBeGreaterThan(3);
    expectAgreement(readings);
    expectAgreement(readElements(body));
  });

  it('are read in one pass, but for that with a script in a comment of a script', () => {
    const names = globSync('*.html', { cwd: pagesFolder }).sort();
    const left = names.filter((name) => !readElements(readFileSync(join(pagesFolder, name))).isScanned);
    expect(left).toEqual(['scripted-page.html']);
  });
});

describe('the demo shop', () => {
  it('is read as the standard says, every page of it', () => {
    const { pages } = loadYaml(join(root, 'config/quickstart.yaml')) as { pages: Record<string, unknown> };
    const reader = (label: string) => compileReadings(pages[label], pages);
    const readers = new Map([
      ['', reader('home')],
      ['c', reader('listing')],
      ['p', reader('product')],
      ['blog', reader('post')],
    ]);
    const readPages = new Map<string, number>();
    for (const { path, body } of demoPages()) {
      const kind = path.split('/')[1] ?? '';
      expectAgreement((readers.get(kind) ?? readElements)(body));
      if (path.length % 4 === 0) expectAgreement(readElements(body));
      readPages.set(kind, (readPages.get(kind) ?? 0) + 1);
    }
    expect(readPages.get('p')).toBeGreaterThanOrEqual(60);
    expect(readPages.get('c')).toBeGreaterThan(5);
    expect(readPages.get('blog')).toBeGreaterThan(3);
  });
});

describe('the shop of the bench', () => {
  const size = { products: 20_000 };
  it.each([
    ['front page', [frontHtml(size)]],
    ['listings', [0, 49, 1_999].map((listing) => listingHtml(listing, size))],
    ['products', [0, 7, 3_333, 19_999].map((product) => productHtml(product, size))],
  ])('is read as the standard says: %s', (_what, bodies) => {
    for (const body of bodies) {
      const readings = readElements(body);
      expectAgreement(readings);
      expect(readings.isScanned).toBe(true);
      expect(readings.standard.items.length).toBeGreaterThan(100);
      expect(readings.standard.links.length).toBeGreaterThan(20);
    }
  });
});

describe('the documentation of Python', () => {
  it('is read as the standard says', (context) => {
    if (!existsSync(pythonFolder)) {
      console.log(`the documentation of Python is not in ${pythonFolder}: its pages were skipped`);
      context.skip();
    }
    const { pages } = loadYaml(join(root, 'examples/python-docs.yaml')) as { pages: Record<string, unknown> };
    const read = compileReadings(documentation(pages['default']), pages);
    const names = pythonPages();
    for (const name of names) expectAgreement(read(readFileSync(join(pythonFolder, name))));
    expect(names.length).toBeGreaterThan(20);
  });
});

/** Tells the elements of the body, one by one. */
function everyElement(): unknown {
  const names = ['class', 'id', 'href', 'src', 'name', 'value', 'content', 'datetime', 'title', 'alt'];
  const attributes = Object.fromEntries(names.map((attr) => [attr, { attr }]));
  const children = { select: '> *', list: true, fields: { class: { attr: 'class' } } };
  const follow = ['href', 'src', 'srcset', 'action'].map((attr) => ({ select: '*', attr }));
  return { each: 'body *', follow, fields: { text: {}, ...attributes, children } };
}

/** What the example's job takes, and what else there is to read in reference pages. */
function documentation(rule: unknown): unknown {
  const lists =
    'p|dt|dd > p|li > a|td|code.literal|em.sig-param|h2 + p|tr:first-child > :first-child|.toctree-l2';
  const fields = Object.fromEntries(lists.split('|').map((select) => [select, { select, list: true }]));
  const ids = { select: '[id]', attr: 'id', list: true };
  const { fields: taken } = rule as { fields: Record<string, unknown> };
  return { follow: ['a', { select: 'link, script', attr: 'src' }], fields: { ...taken, ...fields, ids } };
}

function expectAgreement({ standard, tree, scan }: Readings): void {
  deepStrictEqual(tree, standard);
  deepStrictEqual(scan, standard);
}

/** The shop's pages, as links lead to them from the first. */
function* demoPages(): Generator<{ path: string; body: string }> {
  const route = makeRouter(makeCatalogue(60));
  const waiting = ['https://shop.example/'];
  const known = new Set(waiting);
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    const answers = [route(new URL(url)), route(new URL(url))];
    // The page that is busy at first is there the second time.
    const body = answers.find(({ status }) => status === 200)?.body;
    // Without `body` tags, and too large to be fetched by the job.
    if (typeof body !== 'string' || !body.includes('<body')) continue;
    for (const link of readLinks(body).standard.links) {
      if (!link.url.startsWith('https://shop.example/') || known.has(link.url)) continue;
      known.add(link.url);
      waiting.push(link.url);
    }
    yield { path: new URL(url).pathname, body };
  }
}

/** As many as are to be read, from all over the place. */
function pythonPages(): string[] {
  const all = globSync('**/*.html', { cwd: pythonFolder }).sort();
  const names = all.filter((name) => statSync(join(pythonFolder, name)).size <= largestPythonPageBytes);
  const step = Math.max(1, Math.ceil(names.length / maxPythonPages));
  return names.filter((_name, index) => index % step === 0);
}

/** Lists of texts are compared as a whole. */
function isRecord(value: unknown): value is Record<string, unknown> {
  if (Array.isArray(value)) return value.some(isRecord);
  return typeof value === 'object' && value !== null;
}

/** Paths of what was not found; an empty element of a list was. */
function emptyPlaces(value: unknown, at = 'items'): string[] {
  if (value === null || (Array.isArray(value) && value.length === 0)) return [at];
  if (typeof value !== 'object' || (Array.isArray(value) && !isRecord(value))) return [];
  return Object.entries(value).flatMap(([key, entry]) => emptyPlaces(entry, `${at}.${key}`));
}

function loadYaml(file: string): unknown {
  return load(readFileSync(file, 'utf8'));
}
