import { type AnyNode, hasChildren, isTag, isText } from 'domhandler';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeText } from '../../../shared/extract/markdown/code.ts';
import { markdownOf } from '../../../shared/extract/markdown/to-markdown.ts';
import { parseDocument } from '../../../shared/extract/tree/document.ts';
import { drawSample } from '../../sample.ts';
import { page } from './pages.ts';
import { renderMarkdown } from './render.ts';

const base = { url: 'https://docs.example/a/', charset: 'utf-8' };

/** What is on a page, without white space but in code. */
interface Outline {
  text: string;
  headings: string[];
  code: string[];
  links: string[];
  cells: string[];
}

function outlineOf(markup: string): Outline {
  const outline: Outline = { text: '', headings: [], code: [], links: [], cells: [] };
  const visit = (node: AnyNode): void => {
    if (isText(node)) outline.text += solid(node.data);
    if (!hasChildren(node)) return;
    if (isTag(node)) {
      const own = solid(textIn(node));
      if (/^h[1-6]$/.test(node.name) && own) outline.headings.push(`${node.name} ${own}`);
      if (node.name === 'pre' && own) outline.code.push(codeText(node));
      if (node.name === 'td' && own) outline.cells.push(own);
      if (node.name === 'a' && own)
        outline.links.push(`${own} ${URL.parse(node.attribs['href'] ?? '', base.url)?.href}`);
    }
    for (const child of node.children) visit(child);
  };
  visit(parseDocument(markup, false));
  return outline;
}

function textIn(node: AnyNode): string {
  if (isText(node)) return node.data;
  return hasChildren(node) ? node.children.map(textIn).join('') : '';
}

function solid(text: string): string {
  return text.replace(/\s+/gu, '');
}

describe('Markdown of pages by chance, rendered again', () => {
  it('has the text, headings, code, links and cells of the page', ({ task }) => {
    fc.assert(
      fc.property(page, (markup) => {
        const markdown = markdownOf(parseDocument(markup, false), base) ?? '';
        const withLinks = outlineOf(renderMarkdown(markdown, { autolinks: false }));
        const { text } = outlineOf(renderMarkdown(markdown));
        expect({ ...withLinks, text }).toEqual(outlineOf(markup));
      }),
      {
        ...(process.env['RUNS']
          ? { numRuns: Number(process.env['RUNS']) }
          : drawSample(task, 'pages', 500, 150)),
        ...(process.env['SEED'] ? { seed: Number(process.env['SEED']) } : {}),
      },
    );
  });
});
