import { type AnyNode, type Element, isTag } from 'domhandler';
import { isHtmlElement } from '../tree/html-nodes.ts';
import { ancestorOf, parentOf, visitInside } from './walk.ts';

/** Is it an element of HTML of one of these names? */
export function isOneOf(element: Element, ...names: string[]): boolean {
  return names.includes(element.name) && isHtmlElement(element);
}

export function has({ attribs }: Element, name: string): boolean {
  return Object.hasOwn(attribs, name);
}

const inputTypes: ReadonlySet<string> = new Set(
  (
    'button checkbox color date datetime-local email file hidden image month number password radio range reset ' +
    'search submit tel text time url week'
  ).split(' '),
);

/** The state of the `type` of an `input`. */
export function typeOf({ attribs }: Element): string {
  const type = (attribs['type'] ?? '').toLowerCase();
  return inputTypes.has(type) ? type : 'text';
}

export function isInput(element: Element, types: ReadonlySet<string>): boolean {
  return isOneOf(element, 'input') && types.has(typeOf(element));
}

export function rootOf(element: Element): AnyNode {
  let root: AnyNode = element;
  while (root.parent !== null) root = root.parent;
  return root;
}

/** HTML Standard, "form owner", for static pages: by the attribute `form`, or an ancestor. */
export function formOf(element: Element): Element | undefined {
  const id = element.attribs['form'];
  if (id === undefined) return ancestorOf(element, (one) => isOneOf(one, 'form'));
  let owner: Element | undefined;
  const root = rootOf(element);
  visitInside('children' in root ? root.children : [], (one) => {
    if (one.attribs['id'] !== id) return false;
    owner = isOneOf(one, 'form') ? one : undefined;
    return true;
  });
  return owner;
}

/** HTML Standard, "disabled" of form controls, options and fieldsets, and of the options of a disabled `select`. */
export function isDisabled(element: Element): boolean {
  if (isOneOf(element, 'optgroup', 'option')) {
    const select = ancestorOf(element, (one) => isOneOf(one, 'select'));
    return cannotBeChosen(element) || (select !== undefined && isDisabled(select));
  }
  const isControl = isOneOf(element, 'button', 'input', 'select', 'textarea', 'fieldset');
  return isControl && (has(element, 'disabled') || isInDisabledFieldset(element));
}

/** Is it an option or a group that is disabled itself or by its group? */
export function cannotBeChosen(element: Element): boolean {
  if (has(element, 'disabled')) return true;
  const parent = parentOf(element);
  return parent !== undefined && isOneOf(parent, 'optgroup') && has(parent, 'disabled');
}

/** Controls in the first `legend` of a fieldset are not disabled by it. */
function isInDisabledFieldset(element: Element): boolean {
  let below = element;
  const around = ancestorOf(element, (one) => {
    const isOff = isOneOf(one, 'fieldset') && has(one, 'disabled') && firstLegendOf(one) !== below;
    below = one;
    return isOff;
  });
  return around !== undefined;
}

function firstLegendOf({ children }: Element): Element | undefined {
  return children.filter(isTag).find((child) => isOneOf(child, 'legend'));
}
