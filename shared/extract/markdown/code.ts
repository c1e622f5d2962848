import { type AnyNode, type Element, hasChildren, isTag, isText } from 'domhandler';
import { separateElements } from '../values/text.ts';
import { longestRun } from './escape.ts';

/** Elements whose lines stand as they are. */
export const codeElements: ReadonlySet<string> = new Set(['pre', 'listing', 'xmp', 'plaintext']);

/** A fenced code block (CommonMark 4.5) with the language that the page names; `undefined` where it is empty. */
export function codeBlock(element: Element): string | undefined {
  const text = codeText(element);
  if (text.trim() === '') return undefined;
  const fence = '`'.repeat(Math.max(3, longestRun(text, '`') + 1));
  return `${fence}${codeLanguage(element)}\n${text}\n${fence}`;
}

/** The lines of code, without those that are empty at its ends. Numbers of lines that a highlighter added are left out. */
export function codeText(element: Element): string {
  const parts: string[] = [];
  let isLineStart = true;
  const add = (text: string) => {
    if (text === '') return;
    parts.push(text);
    isLineStart = text.endsWith('\n');
  };
  const startLine = () => {
    if (!isLineStart) add('\n');
  };
  const read = (node: AnyNode): void => {
    if (isText(node)) add(node.data);
    else if (isTag(node) && node.name === 'br') add('\n');
    else if (hasChildren(node) && !(isTag(node) && isLineNumber(node))) {
      const isLine = node !== element && isTag(node) && separateElements.has(node.name);
      if (isLine) startLine();
      for (const child of node.children) read(child);
      if (isLine) startLine();
    }
  };
  read(element);
  return trimLines(parts.join('').replace(/\r\n?/g, '\n'));
}

/** Not by a regular expression, whose time would grow with the square of the text. */
function trimLines(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines
    .slice(Math.max(0, first), last + 1)
    .join('\n')
    .trimEnd();
}

/** As Pygments, Rouge and Chroma mark them. */
const lineNumberClasses: ReadonlySet<string> = new Set(['lineno', 'linenos', 'lnt', 'ln', 'gl']);

function isLineNumber({ attribs }: Element): boolean {
  const classes = attribs['class'];
  return classes?.split(/\s+/).some((name) => lineNumberClasses.has(name)) ?? false;
}

/** `language-` is of the HTML Standard; the others are of highlight.js, GitHub, Sphinx and SyntaxHighlighter. */
const languageClass =
  /(?:^|\s)(?:language-|lang-|highlight-source-|highlight-(?:text-)?|brush:\s{0,4}|sourceCode\s{1,4})([\w+#.-]{1,30})(?=\s|;|$)/i;
const noLanguages: ReadonlySet<string> = new Set([
  'default',
  'none',
  'plain',
  'nohighlight',
  'text',
  'lines',
  'html-basic',
]);

/** The language of a code block, as its element, the one in it or one of two around it names it; `''` where none does. */
function codeLanguage(element: Element): string {
  const [only, ...others] = element.children.filter(isTag);
  const inside = others.length === 0 && only?.name === 'code' ? [only] : [];
  const around = [element.parent, element.parent?.parent].filter((node) => node != null && isTag(node));
  for (const { attribs } of [element, ...inside, ...(around as Element[])]) {
    const named = attribs['data-lang'] ?? attribs['data-language'];
    const language = named ?? languageClass.exec(attribs['class'] ?? '')?.[1];
    if (language !== undefined && /^[\w+#.-]{1,30}$/.test(language)) {
      return noLanguages.has(language.toLowerCase()) ? '' : language;
    }
  }
  return '';
}
