import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyNode, type Element, hasChildren, isTag, isText } from 'domhandler';
import { isOmitted } from '../../../shared/extract/markdown/elements.ts';
import { codeOfListing, isDataTable } from '../../../shared/extract/markdown/tables.ts';
import { markdownOf } from '../../../shared/extract/markdown/to-markdown.ts';
import { parseDocument } from '../../../shared/extract/tree/document.ts';
import { rawTextOf } from '../../../shared/extract/values/text.ts';
import { decodeText } from '../../../shared/fetch/charset/charset.ts';
import { renderMarkdown } from '../../extract/markdown/render.ts';
import type { CorpusResult } from '../corpus-result.ts';

const kinds = ['headings', 'code blocks', 'tables', 'links', 'items', 'text'] as const;
type Kind = (typeof kinds)[number];

/** Also in several languages, such as `index.html.en`. */
const pageNames = ['**/*.{html,htm,shtml}', '**/*.html.{??,??-??,??.*}'];

/** Whole pages as Markdown, rendered again: what is counted on the page is counted in what comes back. */
export function checkMarkdownPages(folder: string): CorpusResult {
  const misses: string[] = [];
  const totals: Record<Kind, [page: number, markdown: number]> = Object.fromEntries(
    kinds.map((kind) => [kind, [0, 0]]),
  ) as never;
  let cases = 0;
  let ms = 0;
  for (const name of globSync(pageNames, { cwd: folder, exclude: ['**/*.gz'] }).sort()) {
    const { text } = decodeText(readFileSync(join(folder, name)), 'text/html');
    const page = parseDocument(text, false);
    const start = performance.now();
    const markdown = markdownOf(page, { url: `https://docs.example/${name}`, charset: 'utf-8' }) ?? '';
    ms += performance.now() - start;
    const [own, found] = [countOf(page), countOf(parseDocument(renderMarkdown(markdown), false))];
    if (/@|\/\/|www\./.test(markdown)) {
      // Bare URLs are links to GFM, and none on the page.
      const plain = countOf(parseDocument(renderMarkdown(markdown, { autolinks: false }), false));
      found.links = plain.links;
    }
    for (const kind of kinds) {
      cases += 1;
      totals[kind][0] += sizeOf(kind, own[kind]);
      totals[kind][1] += sizeOf(kind, found[kind]);
      const difference = firstDifference(own[kind], found[kind]);
      if (difference !== undefined) misses.push(`${kind}: ${name}: ${difference}`);
    }
  }
  const notes = kinds.map(
    (kind) => `${kind}: ${totals[kind][0]} on the pages, ${totals[kind][1]} in their Markdown`,
  );
  return { cases, misses: misses.sort(), notes: [...notes, `CPU: ${Math.round(ms)} ms`] };
}

type Count = string[];

/** Of the text its characters. */
function sizeOf(kind: Kind, list: Count): number {
  return kind === 'text' ? (list[0] ?? '').length : list.length;
}

function countOf(root: AnyNode): Record<Kind, Count> {
  const found: Record<Kind, Count> = {
    headings: [],
    'code blocks': [],
    tables: [],
    links: [],
    items: [],
    text: [],
  };
  const text: string[] = [];
  const visit = (node: AnyNode, around: Around): void => {
    if (isText(node)) text.push(node.data);
    if (!hasChildren(node) || (isTag(node) && (isOmitted(node) || isPermalink(node)))) return;
    const inside = isTag(node) ? { ...around, ...countElement(node, around, found) } : around;
    for (const child of node.children) visit(child, inside);
  };
  visit(root, { isInCode: false, isInTable: false });
  found.text = [withoutSpace(text.join(''))];
  return found;
}

interface Around {
  isInCode: boolean;
  isInTable: boolean;
}

/** What has no Markdown is not counted: blocks in cells of tables, and links in blocks of code. */
function countElement(node: Element, around: Around, found: Record<Kind, Count>): Partial<Around> {
  const own = solid(node);
  if (own === '') return {};
  const isCode = node.name === 'pre' && !around.isInCode;
  const isTable = node.name === 'table' && isDataTable(node) && codeOfListing(node) === undefined;
  const isLink = node.name === 'a' && /^\s*(?!javascript:|data:)\S/i.test(node.attribs['href'] ?? '');
  if (/^h[1-6]$/.test(node.name) && !around.isInCode) found.headings.push(`${node.name} ${own}`);
  if (isCode && !around.isInTable) found['code blocks'].push(own);
  if (isTable && !around.isInTable) found.tables.push(own);
  if (isLink && !around.isInCode) found.links.push(own);
  if (node.name === 'li' && !around.isInTable) found.items.push('item');
  if (node.name === 'dl' && !around.isInTable) found.items.push(...groupsOf(node).map(() => 'item'));
  return { ...(isCode ? { isInCode: true } : {}), ...(isTable ? { isInTable: true } : {}) };
}

/** Groups of a definition list, which are items in Markdown. */
function groupsOf(list: Element): Element[] {
  const entries = list.children
    .filter(isTag)
    .flatMap((entry) => (entry.name === 'div' ? entry.children.filter(isTag) : [entry]));
  const shown = entries.filter((entry) => solid(entry) !== '');
  return shown.filter((entry, at) => at === 0 || (entry.name === 'dt' && shown[at - 1]?.name !== 'dt'));
}

function isPermalink(node: Element): boolean {
  const isInPage = node.name === 'a' && node.attribs['href']?.startsWith('#') === true;
  return isInPage && !/[\p{L}\p{N}]/u.test(rawTextOf(node));
}

/** Text without white space. */
function solid(node: AnyNode): string {
  const parts: string[] = [];
  const visit = (at: AnyNode): void => {
    if (isText(at)) parts.push(at.data);
    else if (hasChildren(at) && !(isTag(at) && (isOmitted(at) || isPermalink(at))))
      at.children.forEach(visit);
  };
  visit(node);
  return withoutSpace(parts.join(''));
}

function withoutSpace(text: string): string {
  return text.replace(/[\s\u00ad]+/gu, '');
}

function firstDifference(own: Count, found: Count): string | undefined {
  if (own.length !== found.length) {
    const at = own.findIndex((entry, index) => entry !== found[index]);
    return `${own.length}, not ${found.length}; ${JSON.stringify(own[at]?.slice(0, 80))} is ${JSON.stringify(found[at]?.slice(0, 80))}`;
  }
  const at = own.findIndex((entry, index) => entry !== found[index]);
  if (at === -1) return undefined;
  const [a = '', b = ''] = [own[at], found[at]];
  let same = 0;
  while (a[same] === b[same]) same += 1;
  const from = Math.max(0, same - 30);
  return `${JSON.stringify(a.slice(from, same + 40))} is ${JSON.stringify(b.slice(from, same + 40))}`;
}
