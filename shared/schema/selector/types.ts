/**
 * The relation of an element to the one before it in the selector: descendant, child, next sibling or later
 * sibling.
 */
export type Relation = 'inside' | 'child' | 'next' | 'after';

/** `[a]`, `=`, `~=`, `|=`, `^=`, `$=`, `*=`; `differs` is jQuery's `!=`. */
export type AttributeOperator =
  | 'exists'
  | 'equals'
  | 'word'
  | 'hyphen'
  | 'start'
  | 'end'
  | 'part'
  | 'differs';

export interface AttributeSelector {
  kind: 'attribute';
  /** Name in lower case. */
  name: string;
  /** `[*|name]`: with any prefix or none. */
  isOfAnyNamespace: boolean;
  operator: AttributeOperator;
  value: string;
  /**
   * ` i` and ` s`; `byName`: the HTML Standard lists the attributes whose values are compared without case;
   * `byMode`: for `#id`, without case in quirks mode.
   */
  letterCase: 'ignored' | 'kept' | 'byName' | 'byMode';
}

/** `:nth-child(An+B of S)` and the other forms; `:first-child` and the like are special cases of it. */
export interface NthSelector {
  kind: 'nth';
  step: number;
  offset: number;
  isFromEnd: boolean;
  isOfType: boolean;
  of: ComplexSelector[] | undefined;
}

/** One condition on an element. */
export type SimpleSelector =
  | { kind: 'any' }
  /** `isBare`: `|name`, without a namespace. `namespace`: of `dc|name`, its URI. */
  | { kind: 'tag'; name: string; isBare: boolean; namespace?: string }
  | { kind: 'class'; name: string }
  | AttributeSelector
  | NthSelector
  | { kind: 'lists'; isNegated: boolean; anyOf: ComplexSelector[] }
  | { kind: 'has'; anyOf: ComplexSelector[] }
  | { kind: 'language'; ranges: string[] }
  | { kind: 'direction'; direction: string }
  | { kind: 'contains'; text: string; ignoresCase: boolean }
  | { kind: 'state'; name: StateName };

/** A step of a complex selector. The first has a relation only if the selector begins with a combinator. */
export interface SelectorStep {
  relation: Relation | undefined;
  conditions: SimpleSelector[];
}

/** Compound selectors, each with its relation to the one before; never empty. */
export type ComplexSelector = SelectorStep[];

export type StateName = (typeof stateNames)[number];

/** Pseudo-classes without an argument, except those of position. */
export const stateNames = [
  'root',
  'scope',
  'empty',
  'any-link',
  'link',
  'checked',
  'default',
  'defined',
  'disabled',
  'enabled',
  'indeterminate',
  'open',
  'optional',
  'placeholder-shown',
  'read-only',
  'read-write',
  'required',
  // States of user interaction: never true for a page that was fetched.
  'active',
  'focus',
  'focus-visible',
  'focus-within',
  'hover',
  'target',
  'visited',
] as const;
