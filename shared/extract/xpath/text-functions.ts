import { isComment } from 'domhandler';
import type { XPathFunction } from '../../schema/xpath/xpath-1.cjs';
import { rawTextOf } from '../values/text.ts';
import { type AttributeView, NodeView } from './node-view.ts';

type View = NodeView | AttributeView;

/**
 * The functions that count characters (XPath 1.0, 4.2): the package (0.0.34) counts units of UTF-16, so that a letter beyond U+FFFF is two and
 * may be cut in half, and takes `substring` with a negative length for one that runs backwards.
 */
export const textFunctions: Readonly<Record<string, XPathFunction<View>>> = {
  'string-length': ({ contextNode }, ...values) => {
    const [text] = values;
    return [...(text === undefined ? stringOf(contextNode) : text.stringValue())].length;
  },

  substring: (_context, text, from, length) => {
    if (text === undefined || from === undefined) {
      throw new Error('Function substring expects (string, number, number?)');
    }
    const first = Math.round(from.numberValue());
    const end = length === undefined ? Number.POSITIVE_INFINITY : first + Math.round(length.numberValue());
    return [...text.stringValue()].filter((_, index) => index + 1 >= first && index + 1 < end).join('');
  },

  translate: (_context, text, from, to) => {
    if (text === undefined || from === undefined || to === undefined) {
      throw new Error('Function translate expects (string, string, string)');
    }
    const replacements = [...to.stringValue()];
    // Of a character that is named twice the first counts.
    const map = new Map(
      [...from.stringValue()].map((letter, index) => [letter, replacements[index] ?? ''] as const).reverse(),
    );
    return [...text.stringValue()].map((letter) => map.get(letter) ?? letter).join('');
  },
};

function stringOf(view: View): string {
  if (!(view instanceof NodeView)) return view.value;
  return isComment(view.node) ? view.node.data : rawTextOf(view.node);
}
