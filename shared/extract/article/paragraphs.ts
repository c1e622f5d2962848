import { type AnyNode, hasChildren, isTag, isText } from 'domhandler';
import { codeElements, codeText } from '../markdown/code.ts';
import { isOmitted } from '../markdown/elements.ts';
import { foldSpace, separateElements } from '../values/text.ts';

/** The text of an element: its blocks, with an empty line between them; the lines of code as they are. */
export function paragraphsOf(root: AnyNode): string {
  const blocks: string[] = [];
  let line: string[] = [];
  const flush = () => {
    const text = foldSpace(line.join(''));
    if (text !== '') blocks.push(text);
    line = [];
  };
  const read = (node: AnyNode): void => {
    if (isText(node)) line.push(node.data);
    if (!hasChildren(node) || (isTag(node) && isOmitted(node))) return;
    const isCode = isTag(node) && codeElements.has(node.name);
    const isCell = isTag(node) && (node.name === 'td' || node.name === 'th');
    const isApart = isTag(node) && separateElements.has(node.name) && !isCell && node.name !== 'br';
    if (isTag(node) && node.name === 'br') line.push(' ');
    if (isCell) line.push(' ');
    if (isApart) flush();
    if (isCode) blocks.push(...[codeText(node)].filter((text) => text !== ''));
    else for (const child of node.children) read(child);
    if (isCell) line.push(' ');
    if (isApart) flush();
  };
  read(root);
  flush();
  return blocks.join('\n\n');
}
