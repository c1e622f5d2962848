import { type AnyNode, Document } from 'domhandler';
import { numberNodes } from '../tree/html-nodes.ts';
import { markedTextOf, rawTextOf } from '../values/text.ts';
import { compileExpression } from '../xpath/compile-expression.ts';
import { namespacesAsWritten } from '../xpath/node-names.ts';
import { AttributeNode, isElement, stringOf, type XPathNode } from '../xpath/nodes.ts';
import { asText, type TextOf } from '../xpath/values.ts';
import type { Rest } from './chains.ts';
import { tags } from './html-rules.ts';
import type { Program, Slot } from './program.ts';
import { type Copy, ScanMatch } from './scan-match.ts';

/**
 * Compiles what an expression gives in a scope: some of the elements found there, or other nodes and values in the form of such.
 */
export function evaluateRest(
  program: Program,
  slot: Slot,
  rest: Rest,
  { isFirst, textOf }: RestOptions,
): (scope: ScanMatch) => ScanMatch[] {
  const compiled = compileExpression(rest.expression, namespacesAsWritten, textOf);
  if (compiled.result !== 'nodes') {
    const text = asText(compiled);
    return (scope) => [valueMatch(text(documentOf(scope.copies?.[slot.index]), 1, 1))];
  }
  const { at } = compiled;
  const textInto = slot.takesDigits ? putDigits : putText;
  const makeMatch = rest.keepsElements ? foundMatcher(textInto) : nodeMatcher(program, slot, textInto);
  return (scope) => {
    const copy = scope.copies?.[slot.index];
    // Nodes come from nodes alone.
    const nodes = copy === undefined ? [] : at(documentOf(copy), 1, 1);
    return (isFirst ? nodes.slice(0, 1) : nodes).map((node) => makeMatch(node, copy));
  };
}

interface RestOptions {
  /** Is the first of them alone wanted? */
  isFirst: boolean;
  /** As `compileExpression` has it. */
  textOf?: TextOf;
}

/** Numbered once, when all of it is there. */
function documentOf(copy: Copy | undefined): Document {
  if (copy === undefined) return new Document([]);
  const { document } = copy;
  if (document.startIndex === null) numberNodes(document);
  document.startIndex = -1;
  return document;
}

function valueMatch(text: string, attribute?: string): ScanMatch {
  const match = new ScanMatch(0, 0, 0);
  match.text = text;
  match.attribute = attribute;
  return match;
}

type TextInto = (match: ScanMatch, element: AnyNode) => void;

const putText: TextInto = (match, element) => {
  match.text = rawTextOf(element);
};

const putDigits: TextInto = (match, element) => {
  putText(match, element);
  match.marked = markedTextOf(element);
};

/** The element as it was found, whose text is that of its copy. */
function foundMatcher(textInto: TextInto): (node: XPathNode, copy: Copy | undefined) => ScanMatch {
  return (node, copy) => {
    const match = isElement(node) ? copy?.found.get(node) : undefined;
    if (match === undefined) throw new Error('an expression that keeps elements gave another node');
    if (match.slots.length === 0) textInto(match, match.element ?? new Document([]));
    return match;
  };
}

/** Reads what a field of the slot takes from a node. */
function nodeMatcher(
  program: Program,
  { attribute, machineDate }: Slot,
  textInto: TextInto,
): (node: XPathNode) => ScanMatch {
  const wanted = program.attributes.nameOf(attribute);
  return (node) => {
    if (node instanceof AttributeNode)
      return valueMatch(node.value, node.name === wanted ? node.value : undefined);
    if (!isElement(node)) return valueMatch(stringOf(node));
    const name = program.tags.numberOf(node.name);
    const match = new ScanMatch(0, 0, name);
    if (attribute === 0) textInto(match, node);
    else match.attribute = node.attribs[wanted];
    if (machineDate !== 0 && name === tags.time) match.attribute = node.attribs['datetime'];
    return match;
  };
}
