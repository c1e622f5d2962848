import type { ComplexSelector, Relation } from '../../schema/selector/types.ts';
import type { ElementTest } from './search.ts';

/** The relation of the first element of a selector to an element that is known otherwise. */
export interface Start {
  relation: Relation;
  test: ElementTest;
  /** May it be another element later in the same search? Then no result is cached. */
  changes: boolean;
}

/** Compiles the selectors within a selector: whoever compiles a selector hands itself on. */
export interface NestedCompiler {
  /** Of a list of selectors, of which an element has to be one. */
  any(selectors: ComplexSelector[]): ElementTest;
  complex(selector: ComplexSelector, start: Start | undefined): ElementTest;
}

export function anyOf(tests: ElementTest[]): ElementTest {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (element, search) => {
    for (const test of tests) if (test(element, search)) return true;
    return false;
  };
}
