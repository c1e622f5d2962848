import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AnyNode, type Element, hasChildren, isTag, isText } from 'domhandler';
import { markdownOf } from '../../../shared/extract/markdown/to-markdown.ts';
import { parseDocument } from '../../../shared/extract/tree/document.ts';
import { compileQuery } from '../../../shared/extract/tree/query.ts';
import { rawTextOf } from '../../../shared/extract/values/text.ts';
import { renderMarkdown } from '../../extract/markdown/render.ts';
import type { CorpusResult } from '../corpus-result.ts';
import { countNotes } from './count-notes.ts';
import { findFile } from './find-file.ts';

const base = { url: 'https://docs.example/page', charset: 'utf-8' };

interface SpecExample {
  markdown: string;
  html: string;
  section: string;
  number: number;
}

/** CommonMark's examples: their HTML as Markdown, rendered again, has the same structure and texts. HTML in Markdown is left out. */
export function checkCommonMark(folder: string): CorpusResult {
  const { tests } = createRequire(import.meta.url)(folder) as { tests: SpecExample[] };
  const cases = tests.filter(({ section }) => !/HTML/.test(section));
  const reasons: string[] = [];
  const misses = cases.flatMap(({ html, section, number }) => {
    const lines = tripMiss(html, html);
    if (lines.length > 0) reasons.push(section);
    return lines.map((line) => `${number} ${section}: ${line}`);
  });
  return { cases: cases.length, misses, notes: countNotes(reasons) };
}

/** Turndown's cases (`test/index.html`): what its Markdown renders to is what ours does. */
export function checkTurndown(folder: string): CorpusResult {
  const page = parseDocument(readFileSync(findFile(folder, 'index.html'), 'utf8'), false);
  const cases = compileQuery('.case').all(page);
  const misses = cases.flatMap((element) => {
    const [input, expected] = ['.input', '.expected'].map((select) => compileQuery(select).first(element));
    const html = innerOf(input);
    const wanted = renderMarkdown(rawTextOf(expected as Element), { autolinks: false });
    return tripMiss(html, wanted).map((line) => `${element.attribs['data-name']}: ${line}`);
  });
  return { cases: cases.length, misses };
}

function innerOf(element: Element | undefined): AnyNode[] {
  return element?.children ?? [];
}

function tripMiss(html: string | AnyNode[], wanted: string): string[] {
  const source = typeof html === 'string' ? parseDocument(html, false) : bodyOf(html);
  const markdown = markdownOf(source, base) ?? '';
  const [own, back] = [wanted, renderMarkdown(markdown, { autolinks: false })].map((text) =>
    shapeOf(parseDocument(text, false)),
  );
  return own === back ? [] : [`${JSON.stringify(markdown)} is\n  ${back}\nnot\n  ${own}`];
}

function bodyOf(children: AnyNode[]): Element {
  const body = compileQuery('body').first(parseDocument('<body></body>', false)) as Element;
  body.children = children as Element['children'];
  return body;
}

/**
 * Elements that Markdown has, with the attributes that matter; links absolute, white space folded outside of code. What is a matter of taste
 * is left out: whether lists are tight, emphasis inside of the same emphasis, and elements without content.
 */
function shapeOf(root: AnyNode): string {
  const parts: string[] = [];
  const visit = (node: AnyNode, isCode: boolean): void => {
    if (isText(node)) parts.push(isCode ? node.data : node.data.replace(/\s+/g, ' '));
    if (!hasChildren(node) || (isTag(node) && isEmpty(node))) return;
    const name = isTag(node) ? nameOf(node) : '';
    if (name !== '') parts.push(`<${name}>`);
    for (const child of node.children) visit(child, isCode || name === 'pre');
    if (name !== '') parts.push(`</${name.split(' ')[0]}>`);
  };
  visit(root, false);
  return parts
    .join('')
    .replace(/\s*(<\/?(?:p|h\d|ul|ol|li|blockquote|pre|hr|br|table|tr|td|th)\b[^>]*>)\s*/g, '$1')
    .replace(/\n(?=<\/pre>|<\/code>)/g, '')
    .trim();
}

const kept = new Set(
  'p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong del a img hr br table tr td th'.split(' '),
);
const sameName: Record<string, string> = { b: 'strong', i: 'em' };

function isEmpty(element: Element): boolean {
  const isVoid = ['img', 'hr', 'br', 'td', 'th'].includes(element.name);
  return !isVoid && rawTextOf(element).trim() === '' && compileQuery('img, hr').first(element) === undefined;
}

function nameOf(element: Element): string {
  const { attribs } = element;
  const name = sameName[element.name] ?? element.name;
  if (!kept.has(name) || (name === 'p' && isIn(element, ['li']))) return '';
  if (['em', 'strong'].includes(name) && isIn(element, [name])) return '';
  const reference = attribs[name === 'img' ? 'src' : 'href'];
  const address = reference && (URL.parse(reference, base.url)?.href ?? reference);
  const language = name === 'code' ? attribs['class'] : undefined;
  const details = [name, address, attribs['alt'], attribs['title'], attribs['start'], language];
  return details
    .filter((detail) => detail)
    .join(' ')
    .replace(/\s+/g, ' ');
}

function isIn({ parent }: Element, names: string[]): boolean {
  if (parent === null || !isTag(parent)) return false;
  return names.includes(sameName[parent.name] ?? parent.name) || isIn(parent, names);
}
