import { type PageBase, resolveUrl } from '../links/resolve-url.ts';
import type { Spot } from '../tree/spot.ts';
import { BlockWriter } from './blocks.ts';
import { BlockTest } from './elements.ts';
import { findFootnotes } from './footnotes.ts';

/**
 * The content of an element or a page as Markdown: CommonMark 0.31 with tables, strikethrough and footnotes of GFM. Links and
 * pictures are absolute. Nothing of a text is read as Markdown that is none on the page. `undefined` where nothing is left.
 *
 * Left out are scripts, styles, controls of forms, drawings, what the page hides (`hidden`, `display: none`), pictures
 * that are held in the page itself, and links from a heading to itself. Throws `EXTRACT_FAILED` for a table of more than
 * a million cells, and beyond 50 million characters.
 */
export function markdownOf(root: Spot, base: PageBase): string | undefined {
  const notes = findFootnotes(root, base.url);
  const context = {
    resolve: (reference: string) => resolveUrl(reference, base),
    notes,
    blocks: new BlockTest(root),
    tightLists: new Map(),
  };
  const writer = new BlockWriter(context);
  writer.content(root);
  for (const { label, element } of notes.notes) writer.note(label, element);
  return writer.toString() || undefined;
}
