import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { resolveBase } from '../../../shared/extract/links/resolve-url.ts';
import { jsonLdOf, jsonLdScripts } from '../../../shared/extract/structured/json-ld.ts';
import { baseReferenceOf } from '../../../shared/extract/tree/document.ts';
import { parseHtml } from '../../../shared/extract/tree/parse-html.ts';
import { compileQuery } from '../../../shared/extract/tree/query.ts';
import { rawTextOf } from '../../../shared/extract/values/text.ts';
import { makePage } from '../../extract/compile-job.ts';
import type { CorpusResult } from '../corpus-result.ts';

const home = 'https://w3c.github.io/json-ld-api/tests';

interface JsonLdCase {
  '@id': string;
  '@type': string[];
  name: string;
  input: string;
  expect?: string;
  option?: { extractAllScripts?: boolean; base?: string };
}

interface JsonLdPackage {
  expand(document: object, options: { base: string }): Promise<object[]>;
}

/**
 * The W3C's cases of JSON-LD in HTML that are expanded (`html-manifest.jsonld`): what is read of a page, expanded by the package jsonld, is
 * what the suite has. All scripts are read, so a page with several counts only where the suite takes all; a script by its fragment is not asked.
 */
export async function checkJsonLd(folder: string, packageFolder: string): Promise<CorpusResult> {
  const { expand } = createRequire(import.meta.url)(packageFolder) as JsonLdPackage;
  const tests = join(folder, 'tests');
  const { sequence } = JSON.parse(readFileSync(join(tests, 'html-manifest.jsonld'), 'utf8')) as {
    sequence: JsonLdCase[];
  };
  const misses: string[] = [];
  let cases = 0;
  for (const test of sequence) {
    const [file = '', fragment] = test.input.split('#');
    if (!test['@type'].includes('jld:ExpandTest') || fragment !== undefined) continue;
    const { texts, base } = readPage(
      readFileSync(join(tests, file), 'utf8'),
      test.option?.base ?? `${home}/${file}`,
    );
    if (texts.length > 1 && test.option?.extractAllScripts !== true) continue;
    cases += 1;
    const { values, graph } = jsonLdOf(
      makePage(''),
      () => texts,
      () => ({ url: 'https://shop.example/', charset: 'utf-8' }),
    );
    if (test.expect === undefined) {
      if (values.length > 0 && !graph.isMended)
        misses.push(`${test['@id']} ${test.name}: ${JSON.stringify(values)}`);
      continue;
    }
    const expected: unknown = JSON.parse(readFileSync(join(tests, test.expect), 'utf8'));
    const found = await expand(values, { base });
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(found)), expected))
      misses.push(`${test['@id']} ${test.name}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
  }
  return {
    cases,
    misses,
    notes: [`${sequence.length - cases} not asked: other algorithms, one of several scripts`],
  };
}

function readPage(html: string, url: string): { texts: string[]; base: string } {
  const document = parseHtml(html);
  const { url: base } = resolveBase(baseReferenceOf(document), url, 'utf-8');
  return { texts: compileQuery(jsonLdScripts).all(document).map(rawTextOf), base };
}
