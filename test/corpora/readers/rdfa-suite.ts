import { globSync, readFileSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { resolveBase } from '../../../shared/extract/links/resolve-url.ts';
import { readRdfa } from '../../../shared/extract/structured/rdfa/read-rdfa.ts';
import type { RdfObject, Triple } from '../../../shared/extract/structured/rdfa/triples.ts';
import { baseReferenceOf } from '../../../shared/extract/tree/document.ts';
import { parseHtml } from '../../../shared/extract/tree/parse-html.ts';
import type { CorpusResult } from '../corpus-result.ts';
import { answers, isSameGraph } from './match-patterns.ts';
import {
  foldedTerm,
  type Pattern,
  type Patterns,
  type PatternTerm,
  readPatterns,
  show,
} from './read-patterns.ts';

const home = 'http://rdfa.info/test-suite/test-cases';

interface RdfaCase {
  num: string;
  description: string;
  versions: string[];
  expectedResults: boolean;
}

/**
 * The W3C's RDFa test suite for HTML5: of each page the query, which is the test, and of each valid page the whole graph
 * too. Texts are compared with white space folded.
 */
export function checkRdfa(folder: string): CorpusResult {
  const manifest = JSON.parse(readFileSync(join(folder, 'test-suite', 'manifest.jsonld'), 'utf8'));
  const known = new Map<string, RdfaCase>(manifest['@graph'].map((one: RdfaCase) => [one.num, one]));
  const pattern = 'test-suite/test-cases/{rdfa1.1,rdfa1.1-lite}/{html5,html5-invalid}/*.html';
  const found = globSync(pattern, { cwd: folder })
    .sort()
    .flatMap((file) => {
      const [, , version = '', language = '', name = ''] = file.split(sep);
      const test = known.get(basename(name, '.html'));
      const isOfVersion = test?.versions.includes(version);
      return test !== undefined && isOfVersion
        ? [checkPage(join(folder, file), version, language, test)]
        : [];
    });
  return {
    cases: found.reduce((sum, { cases }) => sum + cases, 0),
    misses: found.flatMap(({ misses }) => misses),
  };
}

function checkPage(file: string, version: string, language: string, test: RdfaCase): CorpusResult {
  const name = `${version} ${language} ${test.num} ${test.description}`;
  const url = `${home}/${version}/${language}/${test.num}.html`;
  const graph = patternsOf(triplesOf(readFileSync(file, 'utf8'), url));
  const misses: string[] = [];
  const query = readFileSync(file.replace(/html$/, 'sparql'), 'utf8');
  if (answers(graph, foldedPatterns(query, url)) !== test.expectedResults) {
    const what = test.expectedResults ? 'lacks' : 'has';
    misses.push(`${name}: ${what} what is asked for\n${show(graph)}\n${query}`);
  }
  const turtle = file.replace(/html$/, 'ttl');
  // Two graphs of the suite are no Turtle (<<…>>).
  const source =
    language === 'html5' ? readFileSync(turtle, 'utf8').replace(/<<(.*?)>>/g, '<$1>') : undefined;
  if (source === undefined) return { cases: 1, misses };
  const { triples } = foldedPatterns(source, url);
  if (!isSameGraph(graph, triples)) misses.push(`${name}: is\n${show(graph)}\nnot\n${show(triples)}`);
  return { cases: 2, misses };
}

function triplesOf(html: string, url: string): Triple[] {
  const document = parseHtml(html);
  return readRdfa(document, resolveBase(baseReferenceOf(document), url, 'utf-8'));
}

function foldedPatterns(source: string, url: string): Patterns {
  const { triples, optional, filters } = readPatterns(source, url);
  const fold = (pattern: Pattern) => pattern.map(foldedTerm) as Pattern;
  return { triples: triples.map(fold), optional: optional.map((patterns) => patterns.map(fold)), filters };
}

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** Statements with their lists written out as RDF has them. */
function patternsOf(triples: readonly Triple[]): Pattern[] {
  const patterns: Pattern[] = [];
  let nodes = 0;
  const termOf = (object: RdfObject): PatternTerm => {
    if ('@id' in object) return nameOf(object['@id']);
    if ('@value' in object) {
      const { '@value': literal, '@language': language = '', '@type': datatype = '' } = object;
      const type = datatype === 'http://www.w3.org/2001/XMLSchema#string' ? '' : datatype;
      return foldedTerm({ literal, language: language.toLowerCase(), datatype: type });
    }
    return object['@list'].reduceRight<PatternTerm>(
      (rest, entry) => {
        const node = { unknown: `list${nodes++}` };
        patterns.push([node, { iri: `${rdf}first` }, termOf(entry)], [node, { iri: `${rdf}rest` }, rest]);
        return node;
      },
      { iri: `${rdf}nil` },
    );
  };
  for (const { subject, predicate, object } of triples) {
    patterns.push([nameOf(subject), { iri: predicate }, termOf(object)]);
  }
  return patterns;
}

function nameOf(id: string): PatternTerm {
  return id.startsWith('_:') ? { unknown: id } : { iri: id };
}
