import { type AnyNode, type Document, type Element, hasChildren, isTag } from 'domhandler';
import { DropError } from '../../errors.ts';
import { runWatched } from '../../patterns/watchdog.ts';
import { formatCount } from '../../text/format.ts';
import type { PageBase } from '../links/resolve-url.ts';
import { foldSpace } from '../values/text.ts';
import { copyDocument, treeOf } from './copy-tree.ts';
import type { ReadableElement } from './dom.ts';
import { paragraphsOf } from './paragraphs.ts';
import { loadReadability } from './readability.cjs';
import { statedLanguage } from './stated-language.ts';

/** The main text of a page, and what the page says of it. */
export interface Article {
  title: string | undefined;
  byline: string | undefined;
  siteName: string | undefined;
  /** The page's own description, else the first paragraph. */
  excerpt: string | undefined;
  /** When it was published, as the page writes it. */
  published: string | undefined;
  /** Its language as the page states it, a tag of BCP 47. */
  language: string | undefined;
  /** The element whose content is the main text. Links in it are absolute. */
  content: Element;
  /** Its text, an empty line between blocks. */
  text(): string;
}

/** What is known of a page besides its tree. */
export interface ArticlePage {
  url: string;
  /** The Content-Language header. */
  contentLanguage?: string | undefined;
}

/**
 * Readability takes milliseconds for a page; its time may grow with the square of one that is made for that. Its process does nothing else
 * meanwhile, so that it has to end well before a lease does.
 */
const timeoutMs = 5_000;

/**
 * The elements of a page in which a main text is looked for. It is counted before anything is copied: 200,000 nested elements would take
 * twelve seconds, most of them around what is watched.
 */
const maxElements = 100_000;

/** Failures are kept too: another field would take as long to fail. */
const found = new WeakMap<Document, { article: Article | undefined } | { error: DropError }>();

/**
 * The article of a page, as Firefox's reader view finds it (Readability); `undefined` where it finds none. It is found once for
 * all fields. Throws `EXTRACT_FAILED` for a page of more than 100,000 elements, or that takes longer than five seconds.
 */
export function findArticle(document: Document, page: ArticlePage, base: PageBase): Article | undefined {
  const known = found.get(document) ?? tryRead(document, page, base);
  found.set(document, known);
  if ('error' in known) throw known.error;
  return known.article;
}

function tryRead(
  document: Document,
  page: ArticlePage,
  base: PageBase,
): { article: Article | undefined } | { error: DropError } {
  try {
    return { article: readArticle(document, page, base) };
  } catch (error) {
    if (!(error instanceof DropError)) throw error;
    return { error };
  }
}

function readArticle(document: Document, page: ArticlePage, base: PageBase): Article | undefined {
  const { url, contentLanguage } = page;
  if (hasMoreElements(document, maxElements)) {
    const limit = formatCount(maxElements);
    throw new DropError(
      'EXTRACT_FAILED',
      `the main text of ${url} is not looked for: it has more than ${limit} elements`,
    );
  }
  const copy = copyDocument(document, url, base.url);
  if (copy.body === null) return undefined;
  const Readability = loadReadability();
  // The language of code is a class.
  const parse = () => new Readability(copy, { serializer: (content) => content, keepClasses: true }).parse();
  const done = runWatched(parse, timeoutMs);
  if (done === undefined) {
    throw new DropError(
      'EXTRACT_FAILED',
      `the main text of ${url} was not found within ${timeoutMs / 1_000} s`,
    );
  }
  const { value } = done;
  if (!value?.content) return undefined;
  let text: string | undefined;
  const content = treeOf(withoutWrapper(value.content));
  return {
    title: textOrNothing(value.title),
    byline: textOrNothing(value.byline),
    siteName: textOrNothing(value.siteName),
    excerpt: textOrNothing(value.excerpt),
    published: textOrNothing(value.publishedTime),
    language: statedLanguage(content, document, contentLanguage),
    content,
    text: () => {
      text ??= paragraphsOf(content);
      return text;
    },
  };
}

/** Readability puts its result into an element of its own. */
function withoutWrapper(content: ReadableElement): ReadableElement {
  const [page, ...others] = content.children;
  return others.length === 0 && page?.id === 'readability-page-1' ? page : content;
}

function textOrNothing(text: string | null | undefined): string | undefined {
  return text == null ? undefined : foldSpace(text) || undefined;
}

function hasMoreElements(document: Document, limit: number): boolean {
  let count = 0;
  const waiting: AnyNode[] = [document];
  for (let node = waiting.pop(); node !== undefined && count <= limit; node = waiting.pop()) {
    if (isTag(node)) count++;
    if (hasChildren(node)) for (const child of node.children) waiting.push(child);
  }
  return count > limit;
}
