/** How an element of a selector stands to the one before it: a descendant, child, next sibling or later sibling. */
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
  /** In lower case. */
  name: string;
  /** `[*|name]`: with any prefix or none. */
  isOfAnyNamespace: boolean;
  operator: AttributeOperator;
  value: string;
  /** ` i` and ` s`; `byName`: the HTML Standard lists the attributes whose values are compared in any case; `byMode`: of `#id`, in quirks mode. */
  letterCase: 'ignored' | 'kept' | 'byName' | 'byMode';
}

/** `:nth-child(An+B of S)` and its kin; `:first-child` and the like are plain cases of it. */
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
  /** `isBare`: `|name`, of no namespace. */
  | { kind: 'tag'; name: string; isBare: boolean }
  | { kind: 'class'; name: string }
  | AttributeSelector
  | NthSelector
  | { kind: 'lists'; isNegated: boolean; anyOf: ComplexSelector[] }
  | { kind: 'has'; anyOf: ComplexSelector[] }
  | { kind: 'language'; ranges: string[] }
  | { kind: 'direction'; direction: string }
  | { kind: 'contains'; text: string; ignoresCase: boolean }
  | { kind: 'state'; name: StateName };

/** A step of a complex selector. The first has a relation only where the selector begins with a combinator. */
export interface SelectorStep {
  relation: Relation | undefined;
  conditions: SimpleSelector[];
}

/** Compound selectors and how each stands to the one before; never empty. */
export type ComplexSelector = SelectorStep[];

export type StateName = (typeof stateNames)[number];

/** Pseudo-classes without an argument, those of position apart. */
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
  // What a visitor does: never true of a page that was fetched.
  'active',
  'focus',
  'focus-visible',
  'focus-within',
  'hover',
  'target',
  'visited',
] as const;
