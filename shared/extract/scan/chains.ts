import type { AttributeSelector, Relation } from '../../schema/selector/types.ts';

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
}

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
