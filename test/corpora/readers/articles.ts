import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findArticle } from '../../../shared/extract/article/find-article.ts';
import { resolveBase } from '../../../shared/extract/links/resolve-url.ts';
import { baseReferenceOf, parseDocument } from '../../../shared/extract/tree/document.ts';
import { rawTextOf } from '../../../shared/extract/values/text.ts';
import type { CorpusResult } from '../corpus-result.ts';

/** The pages of Readability's own tests (`test/test-pages`): the text of the article, its title, byline, excerpt, site and date. */
export function checkReadabilityPages(folder: string): CorpusResult {
  const pages = join(folder, 'test', 'test-pages');
  const misses: string[] = [];
  let cases = 0;
  for (const name of readdirSync(pages).sort()) {
    const read = (file: string) => readFileSync(join(pages, name, file), 'utf8');
    const url = 'http://fakehost/test/page.html';
    const document = parseDocument(read('source.html'), false);
    const article = findArticle(document, { url }, resolveBase(baseReferenceOf(document), url, 'utf-8'));
    const expected = JSON.parse(read('expected-metadata.json'));
    const parts: [string, string | undefined, string | undefined | null][] = [
      [
        'text',
        article && solid(rawTextOf(article.content)),
        solid(rawTextOf(parseDocument(read('expected.html'), false))),
      ],
      ['title', article?.title, folded(expected.title)],
      ['byline', article?.byline, folded(expected.byline)],
      ['excerpt', article?.excerpt, folded(expected.excerpt)],
      ['siteName', article?.siteName, folded(expected.siteName)],
      ['published', article?.published, folded(expected.publishedTime)],
    ];
    for (const [part, got, wanted] of parts) {
      cases += 1;
      if ((got ?? '') !== (wanted ?? ''))
        misses.push(`${part}: ${name}: ${difference(wanted ?? '', got ?? '')}`);
    }
  }
  return { cases, misses };
}

function folded(text: string | undefined | null): string {
  return (text ?? '').replace(/\s+/gu, ' ').trim();
}

function solid(text: string): string {
  return text.replace(/\s+/gu, '');
}

function difference(wanted: string, got: string): string {
  let same = 0;
  while (wanted[same] === got[same]) same += 1;
  const from = Math.max(0, same - 30);
  return `${wanted.length} characters, not ${got.length}: ${JSON.stringify(wanted.slice(from, same + 50))} is ${JSON.stringify(got.slice(from, same + 50))}`;
}
