import type { AnyNode } from 'domhandler';
import { isTag, isText } from 'domhandler';

/** What there is on a page to ask for. */
interface Vocabulary {
  names: string[];
  attributes: [name: string, value: string][];
  words: string[];
}

export function vocabularyOf(root: AnyNode): Vocabulary {
  const found: Vocabulary = { names: [], attributes: [], words: [] };
  const waiting: AnyNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (isTag(node)) {
      found.names.push(node.name);
      found.attributes.push(...Object.entries(node.attribs));
    }
    if (isText(node))
      found.words.push(...node.data.split(/\s+/).filter((word) => /^[\p{L}\d.]+$/u.test(word)));
    if ('children' in node) waiting.push(...node.children);
  }
  return found;
}

/** An expression as users write them, and combinations that they don't. */
export function randomExpression(random: () => number, { names, attributes, words }: Vocabulary): string {
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value;
  const quoted = (text: string) => (text.includes('"') ? `'${text.replaceAll("'", '')}'` : `"${text}"`);
  const word = () => quoted(pick(words) ?? 'a');
  const part = (text: string) => quoted(text.slice(0, 1 + Math.floor(random() * text.length)));
  const attribute = () => pick(attributes)?.[0] ?? 'id';
  const number = () => String(1 + Math.floor(random() * 4));
  const test = () =>
    random() < 0.6 ? pick(names) : pick(['*', 'node()', 'text()', 'comment()', 'a', 'div', 'LI']);

  function step(depth: number): string {
    if (random() < 0.15) return random() < 0.8 ? `@${attribute()}` : '@*';
    if (random() < 0.08) return pick(['.', '..']);
    const axis = random() < 0.7 ? '' : `${pick(axes)}::`;
    const count = pick([0, 0, 1, 1, 2]);
    return axis + test() + Array.from({ length: count }, () => `[${predicate(depth + 1)}]`).join('');
  }

  function path(depth: number): string {
    const steps = Array.from({ length: 1 + Math.floor(random() * 3) }, () => step(depth));
    const start = depth > 0 ? pick(['', '', './/', '//']) : pick(['//', '//', '//', './/', '/', '']);
    return start + steps.map((one, index) => (index === 0 ? '' : pick(['/', '/', '//'])) + one).join('');
  }

  function predicate(depth: number): string {
    const kind = pick(depth > 2 ? simple : [...simple, ...nested]);
    const [name, value] = pick(attributes) ?? ['id', 'x'];
    switch (kind) {
      case 'number':
        return number();
      case 'last':
        return pick(['last()', 'last()-1', 'position() < 3', 'position() mod 2 = 1', 'position() = last()']);
      case 'equals':
        return `@${name} ${pick(['=', '=', '!='])} ${quoted(value)}`;
      case 'contains':
        return `${pick(['contains', 'starts-with'])}(@${name}, ${part(value)})`;
      case 'class':
        return `has-class(${part(value.split(' ')[0] ?? '')})`;
      case 'exists':
        return `@${attribute()}`;
      case 'text':
        return pick([`contains(., ${word()})`, `text() = ${word()}`, `normalize-space() = ${word()}`]);
      case 'path':
        return path(depth);
      case 'not':
        return `not(${predicate(depth + 1)})`;
      case 'both':
        return `${predicate(depth + 1)} ${pick(['and', 'or'])} ${predicate(depth + 1)}`;
      case 'compare':
        return `${value0(depth)} ${pick(['=', '!=', '<', '<=', '>', '>='])} ${value0(depth)}`;
      default:
        return kind satisfies never;
    }
  }

  function value0(depth: number): string {
    if (random() < 0.25) return pick([number(), word(), 'true()', 'position()']);
    const inside = path(depth + 1);
    return pick([
      inside,
      `count(${inside})`,
      `string(${inside})`,
      `string-length(${inside})`,
      `normalize-space(${inside})`,
      `substring-after(${inside}, ${word()})`,
      `sum(${inside})`,
      `number(${inside}) + ${number()}`,
      `boolean(${inside})`,
      `name(${inside})`,
      `local-name(${inside})`,
      `concat(${inside}, '-', ${inside})`,
      `translate(${inside}, 'abc', 'AB')`,
      `substring(${inside}, ${number()}, ${number()})`,
    ]);
  }

  const kind = random();
  if (kind < 0.65) return path(0);
  if (kind < 0.75) return `${path(0)} | ${path(0)}`;
  if (kind < 0.85) return `(${path(0)})[${predicate(1)}]`;
  return value0(0);
}

const axes = [
  ...['ancestor', 'ancestor-or-self', 'child', 'descendant', 'descendant-or-self', 'following', 'parent'],
  ...['following-sibling', 'preceding', 'preceding-sibling', 'self', 'attribute'],
] as const;

const simple = ['number', 'last', 'equals', 'contains', 'class', 'exists', 'text'] as const;

const nested = ['path', 'not', 'both', 'compare'] as const;
