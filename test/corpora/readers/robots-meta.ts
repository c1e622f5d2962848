import { readFileSync } from 'node:fs';
import { directivesOf } from '../../../shared/extract/links/page-directives.ts';
import type { CorpusResult } from '../corpus-result.ts';
import { findFile } from './find-file.ts';

/** The pages of Nutch's `TestRobotsMetaProcessor.java`, with what each asks of robots: no index, no links. */
export function checkRobotsMeta(folder: string): CorpusResult {
  const source = readFileSync(findFile(folder, 'TestRobotsMetaProcessor.java'), 'utf8');
  const list = /String\[\] tests = \{([\s\S]*?)\n {2}\};/.exec(source)?.[1] ?? '';
  const answers = /boolean\[\]\[\] answers = \{([\s\S]*?)\n {2}\};/.exec(source)?.[1] ?? '';
  const pages = list
    .split(/",\s*\n\s*\n/)
    .map((part) =>
      [...part.matchAll(/"((?:[^"\\]|\\.)*)(?:"|$)/g)].map(([, text = '']) => unquoted(text)).join(''),
    )
    .filter((page) => page !== '');
  const expected = [...answers.matchAll(/\{ (\w+), (\w+), \w+ \}/g)];
  const misses = pages.flatMap((page, index) => {
    const [, noindex, nofollow] = expected[index] ?? [];
    const found = directivesOf({ body: Buffer.from(page) }, { 'content-type': 'text/html' }, 'spinneret', 0);
    const isEqual = String(found.noindex) === noindex && String(found.nofollow) === nofollow;
    return isEqual ? [] : [`${JSON.stringify(found)}, not noindex ${noindex}, nofollow ${nofollow}: ${page}`];
  });
  return { cases: pages.length, misses };
}

function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}
