import type { Element } from 'domhandler';
import { cannotBeChosen, formOf, has, isInput, isOneOf, rootOf } from './form-controls.ts';
import type { Search } from './search.ts';
import { ancestorOf, visitInside } from './walk.ts';

const radio: ReadonlySet<string> = new Set(['radio']);
const checkable: ReadonlySet<string> = new Set(['radio', 'checkbox']);

/** `:checked` on a page without user interaction. */
export function isChecked(element: Element, search: Search): boolean {
  if (isOneOf(element, 'option')) return isSelected(element, search);
  if (!isInput(element, checkable) || !has(element, 'checked')) return false;
  return !isInput(element, radio) || checkedOf(element, search) === element;
}

/** `:default`, except for the default button. */
export function isCheckedByDefault(element: Element): boolean {
  if (isOneOf(element, 'option')) return has(element, 'selected');
  return isInput(element, checkable) && has(element, 'checked');
}

/** Is it a radio button of a group in which none is checked? */
export function isUndecidedRadio(element: Element, search: Search): boolean {
  return isInput(element, radio) && checkedOf(element, search) === undefined;
}

/** Groups of radio buttons by owner and name, and the one that is checked: the last. */
const groups = new WeakMap<Search, Map<unknown, Map<string, Element>>>();

/** A button without a name is a group of its own. */
function checkedOf(element: Element, search: Search): Element | undefined {
  const name = element.attribs['name'] ?? '';
  if (name === '') return has(element, 'checked') ? element : undefined;
  const known = groups.get(search) ?? readGroups(element);
  groups.set(search, known);
  return known.get(formOf(element))?.get(name);
}

function readGroups(element: Element): Map<unknown, Map<string, Element>> {
  const found = new Map<unknown, Map<string, Element>>();
  const root = rootOf(element);
  visitInside('children' in root ? root.children : [], (one) => {
    if (!isInput(one, radio) || !has(one, 'checked')) return false;
    const owner = formOf(one);
    const names = found.get(owner) ?? new Map<string, Element>();
    found.set(owner, names.set(one.attribs['name'] ?? '', one));
    return false;
  });
  return found;
}

const selections = new WeakMap<Search, Map<Element, Element | undefined>>();

/**
 * HTML Standard, "selectedness": where one option can be chosen, the last selected one, or the first that is not
 * disabled.
 */
function isSelected(option: Element, search: Search): boolean {
  const select = ancestorOf(option, (one) => isOneOf(one, 'select'));
  if (select === undefined || has(select, 'multiple')) return has(option, 'selected');
  const known = selections.get(search) ?? new Map<Element, Element | undefined>();
  selections.set(search, known);
  if (!known.has(select)) known.set(select, selectedOf(select));
  return known.get(select) === option;
}

function selectedOf(select: Element): Element | undefined {
  const options: Element[] = [];
  visitInside(select.children, (one) => {
    if (isOneOf(one, 'option')) options.push(one);
    return false;
  });
  const chosen = options.findLast((option) => has(option, 'selected'));
  const rows = Number.parseInt(select.attribs['size'] ?? '', 10);
  if (chosen !== undefined || rows > 1) return chosen;
  return options.find((option) => !cannotBeChosen(option));
}
