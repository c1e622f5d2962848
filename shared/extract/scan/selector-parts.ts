import {
  AttributeAction,
  type AttributeSelector,
  type PseudoSelector,
  parse,
  type Selector,
  SelectorType,
} from 'css-what';

/** How an element of a selector stands to the one before it. */
export type Relation = 'inside' | 'child' | 'next' | 'after';

/** What one element has to be: the part of a selector between combinators. */
export interface Compound {
  tag: string | undefined;
  classes: string[];
  attributes: AttributeSelector[];
  /** Without an element above it. */
  isRoot: boolean;
  /** It is the n-th element of its parent, from 1. */
  position: number | undefined;
  /** One of each list has to match, or none of it. */
  lists: { anyOf: Compound[]; isNegated: boolean }[];
}

export interface Step {
  relation: Relation;
  compound: Compound;
}

/** One selector of a list. Its first step stands to the scope as `relation` says. */
export type Chain = Step[];

/**
 * A CSS selector as chains that can be followed while elements open one after the other; `undefined`
 * when it needs to know what comes later or is one of the rarer kinds. `inElement`: for searches below
 * an element, of a document otherwise.
 */
export function readSelector(selector: string, inElement: boolean): Chain[] | undefined {
  const chains: Chain[] = [];
  for (const tokens of parse(selector)) {
    const chain = readChain(tokens, inElement);
    if (chain === undefined) return undefined;
    chains.push(chain);
  }
  return chains;
}

const relations: Partial<Record<SelectorType, Relation>> = {
  [SelectorType.Descendant]: 'inside',
  [SelectorType.Child]: 'child',
  [SelectorType.Adjacent]: 'next',
  [SelectorType.Sibling]: 'after',
};

function readChain(tokens: Selector[], inElement: boolean): Chain | undefined {
  const chain: Chain = [];
  let rest = tokens;
  // A selector that begins with a combinator begins at the scope.
  let isAtScope = relationOf(tokens[0]) !== undefined;
  if (isScope(tokens[0]) && relationOf(tokens[1]) !== undefined) {
    rest = tokens.slice(1);
    isAtScope = true;
  }
  // Siblings of the scope are outside of it; css-select looks there all the same.
  if (isAtScope && ['next', 'after'].includes(relationOf(rest[0]) ?? '')) return undefined;
  if (isAtScope && !inElement)
    chain.push({ relation: 'inside', compound: { ...emptyCompound(), isRoot: true } });
  const first = isAtScope ? relationOf(rest[0]) : 'inside';
  for (let at = isAtScope ? 1 : 0, relation = first; relation !== undefined; ) {
    const end = rest.findIndex((token, index) => index >= at && relationOf(token) !== undefined);
    const part = rest.slice(at, end < 0 ? rest.length : end);
    const compound = readCompound(part, inElement);
    if (compound === undefined) return undefined;
    chain.push({ relation, compound });
    if (end < 0) return chain;
    relation = relationOf(rest[end]);
    at = end + 1;
  }
  return undefined;
}

function relationOf(token: Selector | undefined): Relation | undefined {
  return token === undefined ? undefined : relations[token.type];
}

function isScope(token: Selector | undefined): boolean {
  return token?.type === SelectorType.Pseudo && token.name === 'scope';
}

function emptyCompound(): Compound {
  return { tag: undefined, classes: [], attributes: [], isRoot: false, position: undefined, lists: [] };
}

function readCompound(tokens: Selector[], inElement: boolean): Compound | undefined {
  const compound = emptyCompound();
  for (const token of tokens) {
    if (!addToken(compound, token, inElement)) return undefined;
  }
  return tokens.length === 0 ? undefined : compound;
}

function addToken(compound: Compound, token: Selector, inElement: boolean): boolean {
  switch (token.type) {
    case SelectorType.Universal:
      return true;
    case SelectorType.Tag:
      // Two tags on one element are possible only in `:is(a):is(b)`, which is a list each.
      if (compound.tag !== undefined) return false;
      compound.tag = token.name.toLowerCase();
      return true;
    case SelectorType.Attribute:
      return addAttribute(compound, token);
    case SelectorType.Pseudo:
      return addPseudo(compound, token, inElement);
    default:
      return false;
  }
}

function addAttribute(compound: Compound, selector: AttributeSelector): boolean {
  const { action, value, ignoreCase } = selector;
  const name = selector.name.toLowerCase();
  // css-select finds those of the object's prototype on every element.
  if (name in Object.prototype) return false;
  const isClass =
    name === 'class' && action === AttributeAction.Element && ignoreCase !== true && /^\S+$/.test(value);
  if (isClass) compound.classes.push(value);
  else compound.attributes.push({ ...selector, name });
  return true;
}

function addPseudo(compound: Compound, { name, data }: PseudoSelector, inElement: boolean): boolean {
  if (Array.isArray(data)) return addList(compound, name, data, inElement);
  if (!inElement && (name === 'root' || name === 'scope') && data === null) {
    compound.isRoot = true;
    return true;
  }
  const position = name === 'first-child' && data === null ? 1 : positionOf(name, data);
  if (position === undefined || compound.position !== undefined) return false;
  compound.position = position;
  return true;
}

/** Of `:nth-child`, plain numbers only. */
function positionOf(name: string, data: string | null): number | undefined {
  const isPlain = name === 'nth-child' && data !== null && /^\s*[1-9]\d{0,5}\s*$/.test(data);
  return isPlain ? Number(data) : undefined;
}

function addList(compound: Compound, name: string, lists: Selector[][], inElement: boolean): boolean {
  const isNegated = name === 'not';
  if (!isNegated && !['is', 'matches', 'where'].includes(name)) return false;
  const anyOf: Compound[] = [];
  for (const tokens of lists) {
    const entry = tokens.some(isOfRoot) ? undefined : readCompound(tokens, inElement);
    if (entry === undefined) return false;
    anyOf.push(entry);
  }
  compound.lists.push({ anyOf, isNegated });
  return true;
}

/** Inside of lists, css-select takes `:scope` for more than the scope. */
function isOfRoot(token: Selector): boolean {
  return token.type === SelectorType.Pseudo && (token.name === 'scope' || token.name === 'root');
}
