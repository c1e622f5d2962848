import type { Element } from 'domhandler';
import type { BlockTest } from './elements.ts';
import type { Footnotes } from './footnotes.ts';

/** What the parts of a context know of its page. */
export interface MarkdownContext {
  /** A reference of the page, made absolute; `undefined` for scripts, and where it is none. */
  resolve(reference: string): string | undefined;
  readonly notes: Footnotes;
  readonly blocks: BlockTest;
  /** Of lists that were looked at: whether they are written without blank lines. */
  readonly tightLists: Map<Element, boolean>;
}
