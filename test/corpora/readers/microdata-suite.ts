import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MicrodataItem, readMicrodata } from '../../../shared/extract/structured/microdata.ts';
import { parseHtml } from '../../../shared/extract/tree/parse-html.ts';
import type { CorpusResult } from '../corpus-result.ts';
import { isSameGraph } from './match-patterns.ts';
import { foldedTerm, type Pattern, type PatternTerm, readPatterns, show } from './read-patterns.ts';

const home = 'http://w3c.github.io/microdata-rdf/tests';
const rdfType = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';

/**
 * The W3C's tests of microdata as RDF, compared as items: which has which properties with which values. What RDF adds, the
 * datatype and language of a value and whether it is a link, is left out on both sides.
 */
export function checkMicrodata(folder: string): CorpusResult {
  const manifest = JSON.parse(readFileSync(join(folder, 'tests', 'manifest.jsonld'), 'utf8'));
  const misses: string[] = [];
  const { entries } = manifest['@graph'][0] as { entries: Record<string, string>[] };
  const tests = entries.filter(({ result }) => result !== undefined);
  for (const { name = '', comment = '', action = '', result = '' } of tests) {
    const url = `${home}/${action}`;
    const html = readFileSync(join(folder, 'tests', action), 'utf8');
    const items = readMicrodata(parseHtml(html), { url, charset: 'utf-8' });
    const graph = distinct(patternsOf(items, url));
    const source = readFileSync(join(folder, 'tests', result), 'utf8');
    const expected = distinct(readPatterns(source, url).triples.map(plain));
    if (isSameGraph(graph, expected)) continue;
    misses.push(`${name} ${comment}: is\n${show(graph)}\nnot\n${show(expected)}`);
  }
  return { cases: tests.length, misses };
}

function patternsOf(items: readonly MicrodataItem[], url: string): Pattern[] {
  const patterns: Pattern[] = [];
  const terms = new Map<MicrodataItem, PatternTerm>();
  const add = (item: MicrodataItem, around: string | undefined): PatternTerm => {
    const known = terms.get(item);
    if (known !== undefined) return known;
    const subject = item.id === undefined ? { unknown: `item${terms.size}` } : text(item.id);
    terms.set(item, subject);
    const type = item.types[0] ?? around;
    for (const name of item.types) patterns.push([subject, text(rdfType), text(name)]);
    for (const [name, values] of item.properties) {
      const predicate = text(propertyIri(name, type, url));
      for (const value of values) {
        patterns.push([subject, predicate, typeof value === 'string' ? text(value) : add(value, type)]);
      }
    }
    return subject;
  };
  for (const item of items) add(item, undefined);
  return patterns;
}

/** Microdata to RDF, 4: names are of the vocabulary of the item's type, else of the page. */
function propertyIri(name: string, type: string | undefined, url: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(name)) return name;
  if (type === undefined) return `${url}#${name}`;
  return type.replace(/[^/#]*$/, '') + name;
}

function text(value: string): PatternTerm {
  return foldedTerm({ literal: value, language: '', datatype: '' });
}

function plain(pattern: Pattern): Pattern {
  return pattern.map((term) => {
    if ('iri' in term) return text(term.iri);
    return 'literal' in term ? text(term.literal) : term;
  }) as Pattern;
}

/** RDF is a set. */
function distinct(patterns: Pattern[]): Pattern[] {
  return [...new Map(patterns.map((pattern) => [JSON.stringify(pattern), pattern])).values()];
}
