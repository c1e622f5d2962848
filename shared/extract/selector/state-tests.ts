import { type AnyNode, type Element, isTag, isText } from 'domhandler';
import type { StateName } from '../../schema/selector/types.ts';
import { isHtmlElement } from '../tree/html-nodes.ts';
import { isChecked, isCheckedByDefault, isUndecidedRadio } from './checkedness.ts';
import { formOf, has, isDisabled, isInput, isOneOf, rootOf, typeOf } from './form-controls.ts';
import type { ElementTest, Search } from './search.ts';
import { ancestorOf, childrenOf, parentOf, visitInside } from './walk.ts';

const never: ElementTest = () => false;

/**
 * The results of pseudo-classes for an element of a fetched page, without user interaction (HTML Standard,
 * "pseudo-classes").
 */
export const stateTests: Record<StateName, ElementTest> = {
  root: isRoot,
  scope: (element, search) => (search.scope === undefined ? isRoot(element) : element === search.scope),
  empty: isEmpty,
  'any-link': isAnyLink,
  link: isAnyLink,
  checked: isChecked,
  default: (element, search) => isCheckedByDefault(element) || isDefaultButton(element, search),
  defined: isDefined,
  disabled: isDisabled,
  enabled: (element) => canBeDisabled(element) && !isDisabled(element),
  indeterminate: (element, search) =>
    isUndecidedRadio(element, search) || (isOneOf(element, 'progress') && !has(element, 'value')),
  open: (element) => isOneOf(element, 'details', 'dialog') && has(element, 'open'),
  optional: (element) => canBeAsked(element) && !isRequired(element),
  'placeholder-shown': showsPlaceholder,
  'read-only': (element) => isHtmlElement(element) && !isWritable(element),
  'read-write': isWritable,
  required: isRequired,
  active: never,
  focus: never,
  'focus-visible': never,
  'focus-within': never,
  hover: never,
  target: never,
  visited: never,
};

function isRoot(element: Element): boolean {
  return parentOf(element) === undefined;
}

/** As in browsers, white space is content. */
function isEmpty(element: Element): boolean {
  return childrenOf(element).every(
    (child) => !isTag(child) && !(isText(child) && child.data !== '') && !isFilled(child),
  );
}

/** CDATA of XML. */
function isFilled(child: Element['children'][number]): boolean {
  return child.type === 'cdata' && child.children.length > 0;
}

function isAnyLink(element: Element): boolean {
  if (isOneOf(element, 'a', 'area')) return has(element, 'href');
  const isOfSvg = element.name === 'a' && !isHtmlElement(element);
  return isOfSvg && (has(element, 'href') || has(element, 'xlink:href'));
}

function isDefined(element: Element): boolean {
  return !isHtmlElement(element) || (!element.name.includes('-') && !has(element, 'is'));
}

function canBeDisabled(element: Element): boolean {
  return isOneOf(element, 'button', 'input', 'select', 'textarea', 'optgroup', 'option', 'fieldset');
}

function canBeAsked(element: Element): boolean {
  return isOneOf(element, 'input', 'select', 'textarea');
}

const written = 'text search url tel email password date month week time datetime-local number'.split(' ');
const writtenTypes: ReadonlySet<string> = new Set(written);
const requiredTypes: ReadonlySet<string> = new Set([...written, 'checkbox', 'radio', 'file']);
const placeholderTypes: ReadonlySet<string> = new Set('text search url tel email password number'.split(' '));

function isRequired(element: Element): boolean {
  const applies = isOneOf(element, 'select', 'textarea') || isInput(element, requiredTypes);
  return applies && has(element, 'required');
}

function isWritable(element: Element): boolean {
  const isField = isOneOf(element, 'textarea') || isInput(element, writtenTypes);
  if (isField) return !has(element, 'readonly') && !isDisabled(element);
  if (isOneOf(element, 'input')) return false;
  const host = decidesEditing(element) ? element : ancestorOf(element, decidesEditing);
  return host !== undefined && !/^false$/i.test(host.attribs['contenteditable'] ?? '');
}

function decidesEditing(element: Element): boolean {
  const state = isHtmlElement(element) ? element.attribs['contenteditable'] : undefined;
  return state !== undefined && /^(?:|true|false|plaintext-only)$/i.test(state);
}

function showsPlaceholder(element: Element): boolean {
  if (!has(element, 'placeholder')) return false;
  if (isOneOf(element, 'textarea'))
    return element.children.every((child) => isText(child) && child.data === '');
  if (!isInput(element, placeholderTypes)) return false;
  const value = element.attribs['value'] ?? '';
  return value === '' || (typeOf(element) === 'number' && !/^-?(?:\d+|\d*\.\d+)(?:e[+-]?\d+)?$/i.test(value));
}

const submitTypes: ReadonlySet<string> = new Set(['submit', 'image']);

function isSubmitButton(element: Element): boolean {
  if (isOneOf(element, 'button')) return !/^(?:button|reset)$/i.test(element.attribs['type'] ?? '');
  return isInput(element, submitTypes);
}

const defaultButtons = new WeakMap<Search, Map<Element, Element>>();

/** The first submit button of its form. */
function isDefaultButton(element: Element, search: Search): boolean {
  if (!isSubmitButton(element)) return false;
  const form = formOf(element);
  if (form === undefined) return false;
  const known = defaultButtons.get(search) ?? readDefaultButtons(rootOf(element));
  defaultButtons.set(search, known);
  return known.get(form) === element;
}

function readDefaultButtons(root: AnyNode): Map<Element, Element> {
  const found = new Map<Element, Element>();
  visitInside('children' in root ? root.children : [], (one) => {
    const form = isSubmitButton(one) ? formOf(one) : undefined;
    if (form !== undefined && !found.has(form)) found.set(form, one);
    return false;
  });
  return found;
}
