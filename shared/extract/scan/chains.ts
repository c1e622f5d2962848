import type { AttributeSelector, Relation } from '../../schema/selector/types.ts';
import type { XPathExpression, XPathStep } from '../../schema/xpath/syntax.ts';

/** What one element has to be: the part of a selector between combinators. */
export interface Compound {
  tag: string | undefined;
  classes: string[];
  attributes: AttributeSelector[];
  conditions: AttributeCondition[];
  /** Without an element above it. */
  isRoot: boolean;
  /** It is the n-th element of its parent, from 1. */
  position: number | undefined;
  /** One of each list has to match, or none of it. */
  lists: { anyOf: Compound[]; isNegated: boolean }[];
}

export interface ScanStep {
  relation: Relation;
  compound: Compound;
}

/** One selector of a list. Its first step stands to the scope as `relation` says. */
export type Chain = ScanStep[];

/** What a selector finds: elements, or one attribute of them. */
export interface FoundByChains {
  chains: Chain[];
  /** Is it the element itself that is searched? Then there are no chains. */
  isOwn: boolean;
  /** The attribute that is found in place of its element, in lower case. */
  attribute: string | undefined;
  /** Is the first that is found all there is to find? */
  isFirstAlone: boolean;
  /** What XPath asks of the elements that are found beyond that they are found; `undefined`: nothing. */
  remainder: Rest | undefined;
}

/** An expression that is evaluated on copies of the elements found and of all that is in them. */
export interface Rest {
  /** Its context is a document of the copies; `foundElements` in it are those that are marked. */
  expression: XPathExpression;
  /** The attributes that it asks for, in lower case. */
  attributes: string[];
  /** Are its nodes some of the elements found? */
  keepsElements: boolean;
}

/** Marks copies of elements that are found; no expression that asks for such an attribute is read so. */
export const foundMark = 'spinneret-found';

const mark: XPathStep = {
  axis: 'attribute',
  test: { kind: 'name', prefix: undefined, local: foundMark },
  predicates: [],
};

/** In the document of the copies: the elements found, in the order of the page. */
export const foundElements: XPathExpression = {
  kind: 'path',
  from: 'context',
  steps: [
    {
      axis: 'descendant',
      test: { kind: 'any' },
      predicates: [{ kind: 'path', from: 'context', steps: [mark] }],
    },
  ],
};

/** A condition of XPath on an element of which nothing has to be known but some of its attributes. */
export interface AttributeCondition {
  /** In lower case. */
  names: string[];
  holds(attribs: Record<string, string>): boolean;
}

export function emptyCompound(): Compound {
  return {
    tag: undefined,
    classes: [],
    attributes: [],
    conditions: [],
    isRoot: false,
    position: undefined,
    lists: [],
  };
}

export const nothingFound: FoundByChains = {
  chains: [],
  isOwn: false,
  attribute: undefined,
  isFirstAlone: false,
  remainder: undefined,
};
