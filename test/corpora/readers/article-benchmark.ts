import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findArticle } from '../../../shared/extract/article/find-article.ts';
import { resolveBase } from '../../../shared/extract/links/resolve-url.ts';
import { baseReferenceOf, parseDocument } from '../../../shared/extract/tree/document.ts';
import { decodeText } from '../../../shared/fetch/charset/charset.ts';
import type { CorpusResult } from '../corpus-result.ts';

/** A page counts as missed below this share. */
const enough = 0.8;

/**
 * The articles of scrapinghub/article-extraction-benchmark, by its own measure (`evaluate.py`): precision, recall and F1 of shingles of
 * four words, each page with the same weight.
 */
export function checkArticleBenchmark(folder: string): CorpusResult {
  const truth: Record<string, { articleBody: string; url: string }> = JSON.parse(
    readFileSync(join(folder, 'ground-truth.json'), 'utf8'),
  );
  const misses: string[] = [];
  const sums = { precision: 0, recall: 0 };
  const pages = Object.entries(truth);
  for (const [id, { articleBody, url }] of pages) {
    const body = gunzipSync(readFileSync(join(folder, 'html', `${id}.html.gz`)));
    const document = parseDocument(decodeText(body, 'text/html; charset=utf-8').text, false);
    const article = findArticle(document, { url }, resolveBase(baseReferenceOf(document), url, 'utf-8'));
    const { precision, recall } = compareShingles(articleBody, article?.text() ?? '');
    sums.precision += precision / pages.length;
    sums.recall += recall / pages.length;
    if (Math.min(precision, recall) < enough) {
      misses.push(`${url}: precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}`);
    }
  }
  const f1 = (2 * sums.precision * sums.recall) / (sums.precision + sums.recall);
  const shares = `F1 ${f1.toFixed(3)}, precision ${sums.precision.toFixed(3)}, recall ${sums.recall.toFixed(3)}`;
  return { cases: pages.length, misses, notes: [shares] };
}

function compareShingles(truth: string, found: string): { precision: number; recall: number } {
  const [wanted, got] = [shinglesOf(truth), shinglesOf(found)];
  let both = 0;
  for (const [shingle, count] of wanted) both += Math.min(count, got.get(shingle) ?? 0);
  return { precision: shareOf(both, got), recall: shareOf(both, wanted) };
}

function shareOf(both: number, shingles: ReadonlyMap<string, number>): number {
  const all = [...shingles.values()].reduce((sum, count) => sum + count, 0);
  return all === 0 ? 1 : both / all;
}

function shinglesOf(text: string): Map<string, number> {
  const words = text.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
  const counts = new Map<string, number>();
  for (let at = 0; at < Math.max(1, words.length - 3); at++) {
    const shingle = words.slice(at, at + 4).join(' ');
    if (shingle !== '') counts.set(shingle, (counts.get(shingle) ?? 0) + 1);
  }
  return counts;
}
