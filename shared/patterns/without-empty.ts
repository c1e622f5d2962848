import type { RegexNode } from './parse-regex.ts';

type Repeat = Extract<RegexNode, { kind: 'repeat' }>;

/**
 * An equal expression without a repetition of what may be empty. ECMAScript ends the way of a repetition that adds
 * nothing (ECMA-262, RepeatMatcher), RE2 ends the repetition there: of `(?:|a)+` one finds `aaa`, the other nothing. The
 * repetitions beyond the least number get a body that always adds something, its alternatives in the order in which they
 * would be tried. Throws RangeError for one that would become too large.
 */
export function withoutEmptyRepeats(node: RegexNode): RegexNode {
  switch (node.kind) {
    case 'sequence':
      return { ...node, parts: node.parts.map(withoutEmptyRepeats) };
    case 'choice':
      return { ...node, options: node.options.map(withoutEmptyRepeats) };
    case 'group':
    case 'look':
      return { ...node, body: withoutEmptyRepeats(node.body) };
    case 'repeat':
      return repeatWithoutEmpty({ ...node, body: withoutEmptyRepeats(node.body) });
    case 'char':
    case 'anchor':
    case 'reference':
      return node;
    default:
      return node satisfies never;
  }
}

function repeatWithoutEmpty(repeat: Repeat): RegexNode {
  const { body, min, max } = repeat;
  if (!mayBeEmpty(body)) return repeat;
  const full = waysOf(body).flatMap(({ part, isEmpty }) => (isEmpty ? [] : [part]));
  const required: RegexNode[] = min === 0 ? [] : [{ ...repeat, max: min }];
  if (full.length === 0 || max === min) return { kind: 'sequence', parts: required };
  const more: RegexNode = { ...repeat, body: { kind: 'choice', options: full }, min: 0, max: max - min };
  return { kind: 'sequence', parts: [...required, more] };
}

function mayBeEmpty(node: RegexNode): boolean {
  switch (node.kind) {
    case 'char':
      return false;
    case 'anchor':
    case 'look':
    case 'reference':
      return true;
    case 'sequence':
      return node.parts.every(mayBeEmpty);
    case 'choice':
      return node.options.some(mayBeEmpty);
    case 'group':
      return mayBeEmpty(node.body);
    case 'repeat':
      return node.min === 0 || mayBeEmpty(node.body);
    default:
      return node satisfies never;
  }
}

/** One way of matching, which either is always empty or never. */
interface Way {
  part: RegexNode;
  isEmpty: boolean;
}

const nothing: RegexNode = { kind: 'sequence', parts: [] };
const maxWays = 200;

/** The ways in the order in which they are tried. */
function waysOf(node: RegexNode): Way[] {
  switch (node.kind) {
    case 'char':
      return [{ part: node, isEmpty: false }];
    case 'anchor':
    case 'look':
    case 'reference':
      return [{ part: node, isEmpty: true }];
    case 'choice':
      return node.options.flatMap(waysOf);
    case 'group':
      return waysOf(node.body).map(({ part, isEmpty }) => ({ part: { ...node, body: part }, isEmpty }));
    case 'sequence':
      return node.parts.reduce(continued, [{ part: nothing, isEmpty: true }]);
    case 'repeat':
      return waysOfRepeat(node);
    default:
      return node satisfies never;
  }
}

function continued(before: Way[], next: RegexNode): Way[] {
  const after = waysOf(next);
  const ways = before.flatMap(({ part, isEmpty }) =>
    isEmpty
      ? after.map((way) => ({ ...way, part: inRow(part, way.part) }))
      : [{ part: inRow(part, next), isEmpty }],
  );
  if (ways.length > maxWays) throw new RangeError(`has more than ${maxWays} ways to begin`);
  return ways;
}

function waysOfRepeat(repeat: Repeat): Way[] {
  const { body, min, max, isGreedy } = repeat;
  if (mayBeEmpty(body)) {
    // What is left of these repeats a fixed number of times.
    if (min > maxWays) throw new RangeError(`repeats ${min} times what may be empty`);
    return Array.from({ length: min }, () => body).reduce(continued, [{ part: nothing, isEmpty: true }]);
  }
  if (min > 0) return [{ part: repeat, isEmpty: false }];
  const empty: Way = { part: nothing, isEmpty: true };
  if (max === 0) return [empty];
  const some: Way = { part: { ...repeat, min: 1 }, isEmpty: false };
  return isGreedy ? [some, empty] : [empty, some];
}

function inRow(a: RegexNode, b: RegexNode): RegexNode {
  const parts = a.kind === 'sequence' ? a.parts : [a];
  return { kind: 'sequence', parts: [...parts, b] };
}
