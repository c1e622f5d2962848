import { contentKindOf, essenceOf, holdsTag, sniffKind } from '../../fetch/answer/content-type.ts';
import { extensionOf } from '../../fetch/extension.ts';
import { type PageKindName, pageKindFacts, pageKindOfEnding } from '../../job/page-kinds.ts';
import { binaryKindOf } from '../body-kind.ts';
import type { Page } from '../types.ts';
import type { BodyKind } from './page-kinds.ts';

/** What of a page says it. */
type PageBody = Pick<Page, 'url' | 'contentType' | 'body' | 'list'>;

/**
 * What a page's body is: by its type; where that says nothing, by its first bytes (MIME Sniffing), then by the ending of its
 * name. A body without a type and without any sign is HTML. `asksElements`: of a feed, elements are wanted, as of other XML.
 */
export function bodyKindOf(page: PageBody, asksElements: boolean): BodyKind {
  if (page.list !== undefined) return 'json';
  const kind = kindByType(page);
  const mayBeFeed = !asksElements && (kind === 'xml' || kind === 'html');
  return mayBeFeed && isFeed(page.body) ? 'feed' : kind;
}

function kindByType(page: PageBody): BodyKind {
  const kind = contentKindOf(page.contentType);
  switch (kind) {
    case 'unknown':
      return sniffKind(page.body) ?? kindByName(page.url) ?? kindOfUnnamed(page);
    case 'excel':
      if (isZip(page.body)) return 'xlsx';
      return binaryKindOf(page.body) === undefined ? 'csv' : 'other';
    case 'pdf':
    case 'xlsx':
    case 'html':
    case 'xhtml':
    case 'xml':
    case 'svg':
    case 'json':
    case 'jsonl':
    case 'csv':
    case 'text':
    case 'other':
      return kind;
    default:
      return kind satisfies never;
  }
}

function isZip(body: Uint8Array): boolean {
  return body[0] === 0x50 && body[1] === 0x4b;
}

/** Names of web pages say nothing, since any program may make them. */
function kindByName(url: string): PageKindName | undefined {
  const kind = pageKindOfEnding(extensionOf(url) ?? '');
  return kind !== undefined && pageKindFacts(kind).reads === 'values' && kind !== 'feed' ? kind : undefined;
}

function kindOfUnnamed(page: PageBody): BodyKind {
  const isUntyped = essenceOf(page.contentType) === '';
  if (isUntyped || holdsTag(page.body)) return 'html';
  return binaryKindOf(page.body) === undefined ? 'text' : 'other';
}

/** The number of bytes in which the root of a feed is looked for. */
const headBytes = 4_096;
const beforeRoot = /^(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\]\s*)?>)*/i;

/** Is its root that of RSS, of Atom or of RSS 1.0, which is RDF? */
function isFeed(body: Uint8Array): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, headBytes));
  const start = bytes
    .toString('latin1')
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .replaceAll('\0', '')
    .replace(beforeRoot, '');
  const root = /^<(?:[\w.-]+:)?(rss|feed|rdf)\b/i.exec(start)?.[1]?.toLowerCase();
  return root === 'rdf' ? /purl\.org\/rss\/|my\.netscape\.com\/rdf/i.test(start) : root !== undefined;
}
