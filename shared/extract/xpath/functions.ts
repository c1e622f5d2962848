import { compileRegex } from '../../patterns/compile-regex.ts';
import type { XPathFunctionName } from '../../schema/xpath/syntax.ts';
import { memoize } from '../memoize.ts';
import { htmlSpace } from '../selector/attribute-test.ts';
import { findIds, isInLanguage } from './document-functions.ts';
import { localNameOf, type NamespaceRules, nameOf } from './node-names.ts';
import { AttributeNode, attributeOf, isElement, type XPathNode } from './nodes.ts';
import {
  lengthOf,
  normaliseSpace,
  substring,
  substringAfter,
  substringBefore,
  translate,
} from './text-functions.ts';
import {
  type At,
  asNodes,
  asNumber,
  asText,
  asTruth,
  type Compiled,
  parseNumber,
  textsOf,
} from './values.ts';

type CompileCall = (args: Compiled[], namespaces: NamespaceRules) => Compiled;

/** Of each function, what a call with these arguments gives; `parseXPath` has counted them. */
const functions: Record<XPathFunctionName, CompileCall> = {
  last: () => ({ result: 'number', at: (_node, _position, size) => size }),
  position: () => ({ result: 'number', at: (_node, position) => position }),
  count: (args) => {
    const nodes = nodesOf(args);
    return { result: 'number', at: (...at) => nodes(...at).length };
  },
  id: ([wanted]) => ({ result: 'nodes', at: findIds(given(wanted)) }),
  'local-name': (args) => ofFirstNode(args, localNameOf),
  name: (args) => ofFirstNode(args, nameOf),
  'namespace-uri': (args, namespaces) =>
    ofFirstNode(args, (node) => {
      if (node instanceof AttributeNode) return namespaces.ofAttribute(node.owner, node.name);
      return isElement(node) ? namespaces.ofElement(node) : '';
    }),
  string: ([value]) => ({ result: 'text', at: asText(given(value)) }),
  concat: (args) => {
    const texts = args.map(asText);
    return { result: 'text', at: (...at) => texts.map((text) => text(...at)).join('') };
  },
  'starts-with': (args) => ({ result: 'truth', at: ofTexts(args, (text, start) => text.startsWith(start)) }),
  contains: (args) => ({ result: 'truth', at: ofTexts(args, (text, part) => text.includes(part)) }),
  'substring-before': (args) => ({ result: 'text', at: ofTexts(args, substringBefore) }),
  'substring-after': (args) => ({ result: 'text', at: ofTexts(args, substringAfter) }),
  substring: ([text, from, length]) => {
    const [whole, first] = [asText(given(text)), asNumber(given(from))];
    const chars = length === undefined ? undefined : asNumber(length);
    return { result: 'text', at: (...at) => substring(whole(...at), first(...at), chars?.(...at)) };
  },
  'string-length': ([value]) => {
    const text = asText(given(value));
    return { result: 'number', at: (...at) => lengthOf(text(...at)) };
  },
  'normalize-space': ([value]) => {
    const text = asText(given(value));
    return { result: 'text', at: (...at) => normaliseSpace(text(...at)) };
  },
  translate: (args) => {
    const [text, from, to] = args.map(asText) as [At<string>, At<string>, At<string>];
    return { result: 'text', at: (...at) => translate(text(...at), from(...at), to(...at)) };
  },
  boolean: ([value]) => ({ result: 'truth', at: asTruth(given(value)) }),
  not: ([value]) => {
    const truth = asTruth(given(value));
    return { result: 'truth', at: (...at) => !truth(...at) };
  },
  true: () => ({ result: 'truth', at: () => true }),
  false: () => ({ result: 'truth', at: () => false }),
  lang: ([wanted]) => {
    const language = asText(given(wanted));
    return { result: 'truth', at: (...at) => isInLanguage(at[0], language(...at)) };
  },
  number: ([value]) => ({ result: 'number', at: asNumber(given(value)) }),
  sum: ([nodes]) => {
    const texts = textsOf(given(nodes));
    const add = (sum: number, text: string) => sum + parseNumber(text);
    return { result: 'number', at: (...at) => texts(...at).reduce(add, 0) };
  },
  floor: (args) => ofNumber(args, Math.floor),
  ceiling: (args) => ofNumber(args, Math.ceil),
  round: (args) => ofNumber(args, Math.round),
  'has-class': (args) => {
    const names = args.map(asText);
    return {
      result: 'truth',
      at: (...at) => {
        const classes = (attributeOf(at[0], 'class') ?? '').split(htmlSpace);
        return names.every((name) => classes.includes(name(...at)));
      },
    };
  },
  're:test': ([text, pattern, flags]) => {
    const [whole, source] = [asText(given(text)), asText(given(pattern))];
    const letters = flags === undefined ? () => '' : asText(flags);
    return {
      result: 'truth',
      at: (...at) => regexOf(caseless(source(...at), letters(...at))).test(whole(...at)),
    };
  },
};

export function compileCall(name: XPathFunctionName, args: Compiled[], namespaces: NamespaceRules): Compiled {
  return functions[name](args, namespaces);
}

function given(arg: Compiled | undefined): Compiled {
  if (arg === undefined) throw new Error('a function of XPath has too few arguments');
  return arg;
}

function nodesOf([nodes]: Compiled[]): At<XPathNode[]> {
  return asNodes(given(nodes));
}

function ofFirstNode([nodes]: Compiled[], read: (node: XPathNode) => string): Compiled {
  if (nodes === undefined) return { result: 'text', at: (node) => read(node) };
  const all = asNodes(nodes);
  return {
    result: 'text',
    at: (...at) => {
      const [first] = all(...at);
      return first === undefined ? '' : read(first);
    },
  };
}

function ofTexts<Result extends string | boolean>(
  args: Compiled[],
  read: (one: string, other: string) => Result,
): At<Result> {
  const [one, other] = args.map(asText) as [At<string>, At<string>];
  return (...at) => read(one(...at), other(...at));
}

function ofNumber([value]: Compiled[], read: (value: number) => number): Compiled {
  const number = asNumber(given(value));
  return { result: 'number', at: (...at) => read(number(...at)) };
}

/** EXSLT: a regular expression of JavaScript here, searched for anywhere; `i` as the third argument ignores case. */
const regexOf = memoize(compileRegex);

function caseless(source: string, letters: string): string {
  return letters.includes('i') ? `(?i:${source})` : source;
}
