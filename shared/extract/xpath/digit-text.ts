import type { Field } from '../../job/schema.ts';
import { raiseInside } from '../values/raised-digits.ts';
import { isOneNumber, takesDigits } from '../values/takes-digits.ts';
import { markedTextOf } from '../values/text.ts';
import { AttributeNode, hasChildNodes, stringOf, type XPathNode } from './nodes.ts';

/**
 * How expressions of a field read the text of a node: where the field reads digits, the string-value with raised ones as such, and with a gap
 * between those of two blocks or elements, which the string-value writes as one number. Conditions see the string-value.
 */
export function textReaderOf(field: Field): (node: XPathNode) => string {
  if (!takesDigits(field)) return stringOf;
  const keepsApart = isOneNumber(field);
  return (node) =>
    node instanceof AttributeNode || !hasChildNodes(node)
      ? stringOf(node)
      : raiseInside(markedTextOf(node, unread), keepsApart);
}

/** Of elements without a part in it, XPath knows templates alone. */
const unread: ReadonlySet<string> = new Set(['template']);
