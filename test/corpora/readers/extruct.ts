import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { compileExtractor } from '../../../shared/extract/extractor.ts';
import { jobSchema } from '../../../shared/job/schema.ts';
import type { Json } from '../../../shared/model.ts';
import type { CorpusResult } from '../corpus-result.ts';

const url = 'http://www.example.com/index.html';
/** The bases that its tests give to pages. */
const urls: Record<string, string> = {
  'misc/Portfolio_Niels_Lubberman.html': 'http://nielslubberman.nl/drupal/',
  'w3c/microdata.7.1.html': 'http://blog.example.com/progress-report',
  'w3c/microdata.object.html': 'http://www.example.com/microdata/test',
};

/** The pages of extruct's tests with what it makes of each: a field of `structured` of the same page. */
export async function checkExtruct(folder: string): Promise<CorpusResult> {
  const samples = join(folder, 'tests', 'samples');
  const misses: string[] = [];
  let cases = 0;
  for (const name of globSync('**/*.html', { cwd: samples }).sort()) {
    const ours = await structuredOf(readFileSync(join(samples, name)), urls[name] ?? url);
    const start = name.slice(0, -'.html'.length);
    for (const file of globSync(
      `${start.replaceAll(/[[\]*?{}()!+@]/g, '\\$&')}{.json,.jsonld,.expanded.json}`,
      { cwd: samples },
    )) {
      for (const [syntax, theirs] of partsOf(file, JSON.parse(readFileSync(join(samples, file), 'utf8')))) {
        const found = ours?.[syntax] ?? [];
        cases += 1;
        if (isAlike(found, theirs, syntax)) continue;
        misses.push(`${file} ${syntax}: ${JSON.stringify(found)}\nnot ${JSON.stringify(theirs)}`);
      }
    }
  }
  return { cases, misses };
}

async function structuredOf(body: Uint8Array, url: string): Promise<Record<string, Json> | null> {
  const job = jobSchema.parse({
    name: 'extruct',
    sources: [{ urls: { list: [url] } }],
    pages: { page: { fields: { all: { structured: 'all' } } } },
  });
  const { extract } = await compileExtractor(job, { baseDir: '.' });
  const facts = {
    status: 200,
    contentType: 'text/html; charset=utf-8',
    fetchedAt: '2026-01-31T12:00:00Z',
    depth: 0,
  };
  const { items } = await extract({ url, label: 'page', body, ...facts });
  return items[0]?.fields['all'] as Record<string, Json> | null;
}

type Part = [syntax: 'microdata' | 'jsonld' | 'rdfa' | 'opengraph', value: Json];

function partsOf(file: string, value: Json): Part[] {
  // Two of its files, which none of its tests reads, have another form.
  if (file.endsWith('.jsonld'))
    return Array.isArray(value) || !('items' in (value as object)) ? [['jsonld', value]] : [];
  if (file.endsWith('.expanded.json')) return [['rdfa', value]];
  if (Array.isArray(value)) {
    if (/microformat|dublincore|_flat/.test(file)) return [];
    if (/OG_support|Portfolio/.test(file)) return [['rdfa', value]];
    return [[file.includes('opengraph') ? 'opengraph' : 'microdata', value]];
  }
  if (typeof value !== 'object' || value === null) return [];
  const { 'json-ld': jsonld, microdata, rdfa, opengraph } = value;
  return Object.entries({ jsonld, microdata, rdfa, opengraph }).flatMap(([syntax, part]): Part[] =>
    part === undefined ? [] : [[syntax as Part[0], part]],
  );
}

/** Lists of one are their entry; white space is folded; references of theirs, which had no base, are resolved. */
function isAlike(ours: Json, theirs: Json, syntax: Part[0]): boolean {
  if (syntax === 'opengraph') return isDeepStrictEqual(pairsOf(ours).sort(), pairsOf(theirs).sort());
  if (syntax === 'rdfa') return isDeepStrictEqual(statements(ours), statements(theirs));
  return isSame(ours, theirs);
}

function isSame(ours: Json, theirs: Json): boolean {
  if (Array.isArray(theirs) && theirs.length === 1 && !Array.isArray(ours))
    return isSame(ours, theirs[0] ?? null);
  if (Array.isArray(ours) && ours.length === 1 && !Array.isArray(theirs))
    return isSame(ours[0] ?? null, theirs);
  if (typeof ours === 'string' && typeof theirs === 'string') {
    return folded(ours) === folded(theirs) || URL.parse(theirs, url)?.href === ours;
  }
  if (typeof ours !== 'object' || typeof theirs !== 'object' || ours === null || theirs === null)
    return ours === theirs;
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  const [one, other] = [ours as Record<string, Json>, theirs as Record<string, Json>];
  return [...keys].every((key) => key in one && key in other && isSame(one[key] ?? null, other[key] ?? null));
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Open Graph as names and contents. */
function pairsOf(value: Json): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((entry) => {
      const { properties } = entry as { properties: [string, string][] };
      return properties.map(
        ([name, content]) => `${name.replace(/^og:/, '').replace(/:url$/, '')} ${content}`,
      );
    });
  }
  const write = (name: string, entry: Json): string[] => {
    if (Array.isArray(entry)) return entry.flatMap((one) => write(name, one));
    if (typeof entry !== 'object' || entry === null) return [`${name} ${String(entry)}`];
    return Object.entries(entry).flatMap(([key, one]) => write(key === 'url' ? name : `${name}:${key}`, one));
  };
  return Object.entries(value ?? {}).flatMap(([name, entry]) => write(name, entry));
}

/** RDF in expanded JSON-LD as a set of statements, blank nodes by what is said of them. */
function statements(value: Json): Json {
  const nodes = value as { '@id': string }[];
  const sign = (id: string, depth: number): string => {
    const node = nodes.find((one) => one['@id'] === id);
    if (!id.startsWith('_:') || node === undefined || depth > 4) return id.startsWith('_:') ? '_:' : id;
    return `_:(${lines(node, depth + 1).join(';')})`;
  };
  const lines = (node: object, depth: number): string[] =>
    Object.entries(node)
      .filter(([name]) => name !== '@id')
      .flatMap(([name, entries]) => (entries as Json[]).map((entry) => `${name} ${write(entry, depth)}`))
      .sort();
  const write = (entry: Json, depth: number): string => {
    if (typeof entry === 'string') return entry;
    const { '@id': id, ...rest } = entry as Record<string, Json>;
    if (typeof id === 'string') return sign(id, depth);
    const { '@value': value, '@type': type = '', '@language': language = '' } = rest;
    return [folded(String(value)), type, language].join(' ^ ');
  };
  return nodes.flatMap((node) => lines(node, 0).map((line) => `${sign(node['@id'], 0)} ${line}`)).sort();
}
