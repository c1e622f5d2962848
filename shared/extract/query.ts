import { _compileUnsafe, type Options, selectAll, selectOne } from 'css-select';
import { type AnyNode, Element, isTag } from 'domhandler';
import * as DomUtils from 'domutils';

/** A compiled CSS selector. The root of a search is a document, or an element whose inside is searched. */
export interface Query {
  /** Every match, in document order. */
  all(root: AnyNode): Element[];
  first(root: AnyNode): Element | undefined;
}

/**
 * Compiles a CSS selector (css-select's dialect) once for any number of searches.
 *
 * Below an element the whole selector is matched inside of it: `div p` needs a `div` inside too, and
 * `:scope` is the element. (Within `:is()` and `:not()` that `div` may be the element itself.) In a document `:scope` is the root element. Throws a plain Error with
 * css-select's reason when the selector cannot be compiled (pseudo-elements, unknown pseudo-classes).
 */
export function compileQuery(selector: string): Query {
  const inDocument = _compileUnsafe<AnyNode, Element>(selector, documentOptions());
  let belowElement: ((scope: Element) => Compiled) | undefined;
  const at = (root: AnyNode): Compiled => {
    if (!isTag(root)) return { test: inDocument, options: documentOptions() };
    belowElement ??= compileScoped(selector);
    return belowElement(root);
  };
  return {
    all: (root) => {
      const { test, options } = at(root);
      return selectAll(test, root, options);
    },
    first: (root) => {
      const { test, options } = at(root);
      return selectOne(test, root, options) ?? undefined;
    },
  };
}

interface Compiled {
  test: ReturnType<typeof _compileUnsafe<AnyNode, Element>>;
  options: Options<AnyNode, Element>;
}

/** SVG spells some names in its own way; selectors find them in any case. */
const adapter = { ...DomUtils, isTag, getName: ({ name }: Element) => name.toLowerCase() };

function documentOptions(): Options<AnyNode, Element> {
  return { adapter };
}

/**
 * css-select binds a scope when it compiles. To compile once for many scopes it is given a stand-in,
 * and told that the stand-in equals whichever element is the scope at the time.
 */
function compileScoped(selector: string): (scope: Element) => Compiled {
  const standIn = new Element('scope', {});
  standIn.parent = new Element('scope', {});
  let current: AnyNode = standIn;
  const options: Options<AnyNode, Element> = {
    adapter: { ...adapter, equals: (a, b) => (a === standIn ? current : a) === b },
    // Its caches remember answers by element, and the answer depends on the scope.
    cacheResults: false,
  };
  const test = _compileUnsafe<AnyNode, Element>(selector, options, standIn);
  return (scope) => {
    current = scope;
    return { test, options };
  };
}
