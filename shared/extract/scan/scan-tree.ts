import type { Document } from 'domhandler';
import { numberNodes } from '../tree/html-nodes.ts';
import { makeProgram } from './program.ts';
import { Scanner } from './scanner.ts';

let scanner: Scanner | undefined;

/** The tree of a page, made while the page is read once; `undefined` for a page from which the pass turns away. */
export function scanTree(text: string): Document | undefined {
  // A byte order mark, and halves of a character, are no UTF-8.
  if (text.startsWith('\ufeff') || !text.isWellFormed()) return undefined;
  scanner ??= new Scanner(makeProgram(false, false), true);
  const document = scanner.makeTree(Buffer.from(text));
  if (document !== undefined) numberNodes(document);
  return document;
}
