import { type ArticleChoice, type ArticlePart, partsOf } from '../../job/article-parts.ts';
import type { Json } from '../../model.ts';
import type { PageBase } from '../links/resolve-url.ts';
import { markdownOf } from '../markdown/to-markdown.ts';
import { markupOf } from '../tree/serialise.ts';
import { parseDate } from '../values/parse-date.ts';
import { placeInZone } from '../values/place-in-zone.ts';
import { detectLanguage } from '../words/detect-language.ts';
import { wordsOf } from '../words/segment.ts';
import { simhashOf } from '../words/simhash.ts';
import type { Article } from './find-article.ts';

interface ArticleReading {
  base(): PageBase;
  /** Makes UTC of a time that names no zone; `undefined` for one that the clocks of the zone have twice, or never. */
  placed(date: string): string | undefined;
  /** Called where the language is not stated by the page, but found by its text. */
  onDetected(): void;
}

/** `undefined` where the article has no such part. */
type ReadPart = (article: Article, reading: ArticleReading) => Json | undefined;

const parts: { readonly [Part in ArticlePart]: ReadPart } = {
  title: ({ title }) => title,
  byline: ({ byline }) => byline,
  date: ({ published, language }, { placed }) => {
    const date = published === undefined ? undefined : parseDate(published, undefined, () => language);
    return date === undefined ? undefined : placed(date);
  },
  language: readLanguage,
  siteName: ({ siteName }) => siteName,
  excerpt: ({ excerpt }) => excerpt,
  text: ({ text }) => text() || undefined,
  html: ({ content }) => markupOf(content).trim() || undefined,
  markdown: ({ content }, { base }) => markdownOf(content, base()),
  wordCount: ({ text }) => wordsOf(text()).length,
  simhash: ({ text }) => simhashOf(text()),
};

/**
 * Compiles what a field takes of an article. An object has every part that is asked for, null where there is none. `timeZone`: of a
 * date that names none.
 */
export function compileArticleChoice(
  choice: ArticleChoice,
  timeZone: string | undefined,
): (article: Article, reading: { base(): PageBase }, onDetected: () => void) => Json | undefined {
  const placed = timeZone === undefined ? (date: string) => date : placeInZone(timeZone);
  if (typeof choice === 'string') {
    return (article, { base }, onDetected) => parts[choice](article, { base, placed, onDetected });
  }
  const names = partsOf(choice);
  return (article, { base }, onDetected) =>
    Object.fromEntries(
      names.map((name) => [name, parts[name](article, { base, placed, onDetected }) ?? null]),
    );
}

function readLanguage({ language, text }: Article, { onDetected }: ArticleReading): string | undefined {
  if (language !== undefined) return language;
  const detected = detectLanguage(text());
  if (detected !== undefined) onDetected();
  return detected;
}
