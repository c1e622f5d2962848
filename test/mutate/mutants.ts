import { parseAst } from 'vitest/node';

/** One small fault in a file: the text between two offsets is another. */
export interface Mutant {
  start: number;
  end: number;
  replacement: string;
  /** The expression that tests must evaluate to see it: from one offset to another. */
  probed: [start: number, end: number];
  /** 1 the first. */
  line: number;
  /** What was there, and what is instead. */
  change: string;
}

interface Node {
  type: string;
  start: number;
  end: number;
  [part: string]: unknown;
}

/** The expression that is another, what is put in, and the part of it that goes; without one, all of it. */
type Change = [of: Node, replacement: string, at?: Pick<Node, 'start' | 'end'>];

const operators: Record<string, string> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&&': '||',
  '||': '&&',
  '+=': '-=',
  '-=': '+=',
};

/** Types say nothing at run time, but these hold an expression. */
const typedExpressions = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);

/** From here on a number that is off by one is a limit or a time that no user would notice; ten times it is. */
const largeNumber = 1_000;

/**
 * Every fault that the tool can make of a TypeScript file, in its order: an operator that is another, a condition that
 * always or never holds, a number off by one (a large one: ten times too large), a flag turned over, a result or a call
 * that is left out. None in the text of an error, nor in what only lets the process end (`unref`).
 */
export function findMutants(source: string): Mutant[] {
  const program = parseAst(source, { lang: 'ts' }) as unknown as Node;
  return [...changesIn(program, source)].map(([of, replacement, { start, end } = of]) => {
    const before = source.slice(start, end);
    const line = source.slice(0, start).split('\n').length;
    const change = `${short(before)} → ${short(replacement)}`;
    return { start, end, replacement, probed: [of.start, of.end], line, change };
  });
}

export function applyMutant(source: string, { start, end, replacement }: Mutant): string {
  return source.slice(0, start) + replacement + source.slice(end);
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  if (line === '') return 'nothing';
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

function* changesIn(node: Node, source: string): Generator<Change> {
  if (node.type.startsWith('TS') && !typedExpressions.has(node.type)) return;
  if (node.type === 'ImportDeclaration') return;
  yield* changesOf(node, source);
  const inError = node.type === 'NewExpression' && /Error$/.test(textOf(node['callee'] as Node, source));
  for (const child of childrenOf(node)) {
    if (!(inError && child.type === 'TemplateLiteral')) yield* changesIn(child, source);
  }
}

/** Without names of properties, which may be numbers. */
function childrenOf(node: Node): Node[] {
  const { key, ...parts } = node;
  return Object.values(node['computed'] === false ? parts : { ...parts, key })
    .flat()
    .filter(
      (part): part is Node => typeof part === 'object' && part !== null && 'type' in part && 'start' in part,
    );
}

function* changesOf(node: Node, source: string): Generator<Change> {
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression': {
      yield* changeOfOperator(node, source);
      return;
    }
    case 'IfStatement':
    case 'ConditionalExpression':
      yield [node['test'] as Node, 'true'];
      yield [node['test'] as Node, 'false'];
      return;
    case 'UnaryExpression':
      if (node['operator'] === '!') yield [node, `(${textOf(node['argument'] as Node, source)})`];
      return;
    case 'Literal':
      if (typeof node['value'] === 'number') yield [node, String(otherNumber(node['value']))];
      if (typeof node['value'] === 'boolean') yield [node, String(!node['value'])];
      return;
    case 'ReturnStatement':
      if (node['argument'] !== null && textOf(node['argument'] as Node, source) !== 'undefined')
        yield [node['argument'] as Node, 'undefined'];
      return;
    case 'ExpressionStatement':
      if (isCall(node['expression'] as Node) && !/\.unref\(\);$/.test(textOf(node, source)))
        yield [node['expression'] as Node, ';', node];
      return;
    default:
  }
}

/** The operator stands between its sides, among white space, brackets and comments. */
function* changeOfOperator(node: Node, source: string): Generator<Change> {
  const [left, right] = [node['left'] as Node, node['right'] as Node];
  const operator = String(node['operator']);
  const replacement = operators[operator];
  const at = source.indexOf(operator, left.end);
  if (replacement === undefined || at < 0 || at >= right.start) return;
  yield [node, replacement, { start: at, end: at + operator.length }];
}

function otherNumber(value: number): number {
  return value < largeNumber ? value + 1 : 10 * value;
}

function isCall({ type, argument }: Node): boolean {
  return type === 'CallExpression' || (type === 'AwaitExpression' && isCall(argument as Node));
}

function textOf({ start, end }: Node, source: string): string {
  return source.slice(start, end);
}

/** `max` of them, spread over all: the same for the same seed. All where there are no more. */
export function sample<T>(all: readonly T[], max: number, seed: number): T[] {
  const random = randomNumbers(seed);
  const ranked = all.map((one, index) => ({ one, index, rank: random() }));
  const chosen = ranked.toSorted((a, b) => a.rank - b.rank).slice(0, max);
  return chosen.toSorted((a, b) => a.index - b.index).map(({ one }) => one);
}

/** Mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
