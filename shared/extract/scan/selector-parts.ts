import { parseSelector } from '../../schema/selector/parse-selector.ts';
import type {
  ComplexSelector,
  NthSelector,
  SelectorStep,
  SimpleSelector,
} from '../../schema/selector/types.ts';
import { xpathOf } from '../../schema/xpath/parse-xpath.ts';
import { lowerAscii } from '../values/text.ts';
import { type Chain, type Compound, emptyCompound, type FoundByChains, nothingFound } from './chains.ts';
import { readXPath } from './xpath-parts.ts';

/**
 * A selector as chains that can be followed while elements open one after the other; `undefined`
 * when it needs to know what comes later or is one of the rarer kinds. `inElement`: for searches below
 * an element, of a document otherwise.
 */
export function readSelector(selector: string, inElement: boolean): FoundByChains | undefined {
  const expression = xpathOf(selector);
  if (expression !== undefined) return readXPath(expression, inElement);
  const chains: Chain[] = [];
  for (const steps of parseSelector(selector)) {
    const chain = readChain(steps, inElement);
    if (chain === undefined) return undefined;
    chains.push(chain);
  }
  return { ...nothingFound, chains };
}

function readChain(steps: ComplexSelector, inElement: boolean): Chain | undefined {
  const chain: Chain = [];
  // A selector that begins with a combinator begins at the scope.
  const isAtScope = steps[0]?.relation !== undefined || (isScope(steps[0]) && steps.length > 1);
  const rest = steps[0]?.relation === undefined && isAtScope ? steps.slice(1) : steps;
  // Siblings of the scope are outside of it.
  if (isAtScope && ['next', 'after'].includes(rest[0]?.relation ?? '')) return undefined;
  if (isAtScope && !inElement)
    chain.push({ relation: 'inside', compound: { ...emptyCompound(), isRoot: true } });
  for (const step of rest) {
    const compound = readCompound(step, inElement);
    if (compound === undefined) return undefined;
    chain.push({ relation: step.relation ?? 'inside', compound });
  }
  return chain;
}

function isScope(step: SelectorStep | undefined): boolean {
  const [only, ...others] = step?.conditions ?? [];
  return others.length === 0 && only?.kind === 'state' && only.name === 'scope';
}

function readCompound({ conditions }: SelectorStep, inElement: boolean): Compound | undefined {
  const compound = emptyCompound();
  return conditions.every((condition) => add(compound, condition, inElement)) ? compound : undefined;
}

/** Returns whether the pass can decide it. */
function add(compound: Compound, condition: SimpleSelector, inElement: boolean): boolean {
  switch (condition.kind) {
    case 'any':
      return true;
    case 'tag':
      compound.tag = lowerAscii(condition.name);
      return !condition.isBare && condition.namespace === undefined;
    case 'class':
      compound.classes.push(condition.name);
      return true;
    case 'attribute':
      compound.attributes.push(condition);
      return !condition.isOfAnyNamespace;
    case 'state':
      compound.isRoot = true;
      return !inElement && (condition.name === 'root' || condition.name === 'scope');
    case 'nth':
      return addPosition(compound, condition);
    case 'lists':
      return addList(compound, condition, inElement);
    case 'has':
    case 'language':
    case 'direction':
    case 'contains':
      return false;
    default:
      return condition satisfies never;
  }
}

/** Of `:nth-child`, plain numbers only. */
function addPosition(compound: Compound, { step, offset, isFromEnd, isOfType, of }: NthSelector): boolean {
  if (step !== 0 || offset < 1 || isFromEnd || isOfType || of !== undefined) return false;
  if (compound.position !== undefined) return false;
  compound.position = offset;
  return true;
}

function addList(
  compound: Compound,
  { anyOf, isNegated }: Extract<SimpleSelector, { kind: 'lists' }>,
  inElement: boolean,
): boolean {
  const entries: Compound[] = [];
  for (const [step, ...others] of anyOf) {
    const entry = step === undefined || others.length > 0 ? undefined : readCompound(step, inElement);
    if (entry === undefined) return false;
    entries.push(entry);
  }
  compound.lists.push({ anyOf: entries, isNegated });
  return true;
}
