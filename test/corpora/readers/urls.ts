import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeQuery } from '../../../shared/extract/links/encode-query.ts';
import { addressOf, makeNormalise, resolveAddress } from '../../../shared/fetch/url.ts';
import type { CorpusResult } from '../corpus-result.ts';
import { pythonCalls, pythonString } from './python-calls.ts';

/** WPT's `urltestdata.json` and `percent-encoding.json`, wherever they are in the folder. */
export function checkUrls(folder: string): CorpusResult {
  const results = [...readCases<UrlCase>(folder, 'urltestdata.json').map(checkAddress)];
  for (const { input, output } of readCases<EncodingCase>(folder, 'percent-encoding.json')) {
    for (const [charset, query] of Object.entries(output)) {
      const got = addressOf(encodeQuery(`https://site.example/?${input}`, charset));
      results.push(missOf(`${charset} ${input}`, `https://site.example/?${query}`, got));
    }
  }
  return { cases: results.length, misses: results.flat() };
}

interface UrlCase {
  input: string;
  base: string | null;
  failure?: true;
  href?: string;
  protocol?: string;
  username?: string;
  password?: string;
}

interface EncodingCase {
  input: string;
  output: Record<string, string>;
}

/** What stands between the cases are comments. */
function readCases<Case>(folder: string, name: string): Case[] {
  const [file] = globSync(`**/${name}`, { cwd: folder });
  if (file === undefined) throw new Error(`${folder} has no ${name}`);
  const found = JSON.parse(readFileSync(join(folder, file), 'utf8')) as (Case | string)[];
  return found.filter((entry): entry is Case => typeof entry !== 'string');
}

/** Without the fragment, which is not sent; other schemes and user names have a fault of their own. */
function checkAddress({ input, base, failure, href = '', protocol, username, password }: UrlCase): string[] {
  const isWeb = protocol === 'http:' || protocol === 'https:';
  const hasCredentials = Boolean(username) || Boolean(password);
  const fault = failure ? 'url' : isWeb ? 'credentials' : 'scheme';
  const expected = !failure && isWeb && !hasCredentials ? href.replace(/#.*$/s, '') : fault;
  const got = resolveAddress(input, base ?? undefined);
  return missOf(`${input} on ${base}`, expected, got.url ?? got.fault);
}

/**
 * The questions of w3lib's `tests/test_url.py` about absolute URLs of the web: what `safe_url_string` makes of
 * one is the same address for us, what `canonicalize_url` makes of one has the same key.
 */
export function checkW3lib(folder: string): CorpusResult {
  const source = readFileSync(join(folder, 'tests', 'test_url.py'), 'utf8');
  const keyOf = makeNormalise({ dropParams: [], sortParams: true, canonical: 'ignore' });
  const key = (url: string) => keyOf(addressOf(url) ?? 'none');
  const results = [
    ...compareCalls(source, 'safe_url_string', (url) => addressOf(url) ?? 'none'),
    ...compareCalls(source, 'canonicalize_url', key),
    ...safeCases(source).map(({ input, output }) =>
      missOf(input, output && addressOf(output), addressOf(input)),
    ),
  ];
  return { cases: results.length, misses: results.flat() };
}

/** `callee("…", encoding="…") == "…"`. */
function compareCalls(source: string, callee: string, read: (url: string) => string): string[][] {
  const results: string[][] = [];
  for (const { arguments: given, end } of pythonCalls(source, callee)) {
    const [url, ...options] = given;
    const comparison = /^\s*==\s*/.exec(source.slice(end))?.[0];
    const expected = comparison && pythonString(source.slice(end + comparison.length));
    const encoding = options.find(({ name }) => name === 'encoding' || name === undefined)?.text;
    const isPlain = options.length === (encoding === undefined ? 0 : 1);
    if (!expected || !isPlain || !url?.text || !isWebAddress(url.text)) continue;
    const charset = encodings[encoding ?? 'utf-8'] ?? encoding ?? 'utf-8';
    results.push(missOf(`${callee} ${url.text}`, read(expected), read(encodeQuery(url.text, charset))));
  }
  return results;
}

/** Python's names of encodings. */
const encodings: Record<string, string> = {
  latin1: 'windows-1252',
  'latin-1': 'windows-1252',
  'iso-8859-1': 'windows-1252',
  cp1251: 'windows-1251',
};

/** The pairs of `SAFE_URL_URL_CASES` that are literals; no output where the URL is none. */
function safeCases(source: string): { input: string; output: string | undefined }[] {
  const start = source.indexOf('SAFE_URL_URL_CASES = (');
  const list = source.slice(start, source.indexOf('\n)\n', start));
  return [...list.matchAll(/^ {4}(\((?:[^()]|"[^"\n]*")*\)),$/gm)].flatMap(([, pair = '']) => {
    const [call] = pythonCalls(`pair${pair}`, 'pair');
    const [input, output] = call?.arguments ?? [];
    if (input?.text === undefined || !isWebAddress(input.text)) return [];
    if (output?.text === undefined && output?.source !== 'ValueError') return [];
    return [{ input: input.text, output: output.text }];
  });
}

/** Those with a user name have no address here. */
function isWebAddress(url: string): boolean {
  return /^\s*https?:\/\/[^/?#\\]/.test(url) && !/^\s*https?:\/\/[^/?#\\]*@/.test(url);
}

function missOf(what: string, expected: string | undefined, got: string | undefined): string[] {
  return got === expected ? [] : [`${JSON.stringify(what)}: ${expected}, not ${got}`];
}
