import { type DomNode, nodeTypes } from './dom-node.ts';
import type { NodeValues } from './own-world.ts';

/** Elements whose state scripts set by properties, of which their attributes know nothing. */
const controls = new Set(['input', 'option', 'textarea']);

export function isControl({ localName }: DomNode): boolean {
  return controls.has(localName);
}

/** In place of the name of an attribute. */
const text = '#text';

/** Gives controls the states that `findStates` has found, in place. */
export function applyStates(controls: ReadonlyMap<number, DomNode>, states: readonly NodeValues[]): void {
  for (const { backendNodeId, values } of states) {
    const [name, value = null] = values;
    const control = controls.get(backendNodeId);
    if (control === undefined || name == null) continue;
    if (name === text) control.children = value === null || value === '' ? [] : [textNode(value)];
    else control.attributes = withAttribute(control.attributes ?? [], name, value);
  }
}

function textNode(nodeValue: string): DomNode {
  return { nodeType: nodeTypes.text, nodeName: '#text', localName: '', nodeValue, backendNodeId: 0 };
}

function withAttribute(attributes: readonly string[], name: string, value: string | null): string[] {
  const at = attributes.findIndex((part, index) => index % 2 === 0 && part === name);
  if (value === null) return at === -1 ? [...attributes] : attributes.toSpliced(at, 2);
  return at === -1 ? [...attributes, name, value] : attributes.with(at + 1, value);
}

/**
 * The script that finds the controls of its document whose state is another than what their attributes make of them: each is followed by
 * the name and value of what differs (`null`: it has no such attribute). `hasShadows`: open shadow roots are searched as well. It is run
 * in a world of its own, where functions are the browser's, whatever the page has replaced, but where names of controls are properties of
 * their form (`<input name=shadowRoot>`). Passwords and files are left alone.
 */
export const findStates = `function (hasShadows) {
  const found = [];
  const hasOwnValue = new Set('button checkbox file hidden image password radio reset submit'.split(' '));
  const flag = (element, name, is, was) => {
    if (is !== was) found.push(element, name, is ? '' : null);
  };
  const shadowOf = Object.getOwnPropertyDescriptor(Element.prototype, 'shadowRoot').get;
  let blank;
  const valueWithoutScripts = (input) => {
    blank ??= input.ownerDocument.implementation.createHTMLDocument('');
    const other = blank.createElement('input');
    // The type last: what is a valid value depends on all others.
    for (const name of ['min', 'max', 'step', 'multiple', 'value', 'type']) {
      const value = input.getAttribute(name);
      if (value !== null) other.setAttribute(name, value);
    }
    return other.value;
  };
  const readInput = (input, groups) => {
    const { type, value } = input;
    if (type === 'checkbox') flag(input, 'checked', input.checked, input.defaultChecked);
    if (type === 'radio') {
      const names = groups.get(input.form) ?? new Map();
      groups.set(input.form, names);
      const key = input.name === '' ? input : input.name;
      if (names.has(key)) names.get(key).push(input);
      else names.set(key, [input]);
    }
    if (hasOwnValue.has(type) || value === (input.getAttribute('value') ?? '')) return;
    if (value !== valueWithoutScripts(input)) found.push(input, 'value', value);
  };
  const readGroup = (radios) => {
    const chosen = radios.findLast((radio) => radio.defaultChecked);
    if (radios.find((radio) => radio.checked) === chosen) return;
    for (const radio of radios) flag(radio, 'checked', radio.checked, radio.defaultChecked);
  };
  const readSelect = (select) => {
    const options = [...select.options];
    if (!select.multiple) {
      const first = select.size > 1 ? undefined : options.find((option) => !option.matches(':disabled'));
      const chosen = options.findLast((option) => option.defaultSelected) ?? first;
      if (options.find((option) => option.selected) === chosen) return;
    }
    for (const option of options) flag(option, 'selected', option.selected, option.defaultSelected);
  };
  const roots = [this];
  for (const root of roots) {
    for (const element of hasShadows ? root.querySelectorAll('*') : []) {
      const shadow = shadowOf.call(element);
      if (shadow !== null) roots.push(shadow);
    }
    const groups = new Map();
    for (const control of root.querySelectorAll('input, select, textarea')) {
      if (control.namespaceURI !== 'http://www.w3.org/1999/xhtml') continue;
      if (control.localName === 'input') readInput(control, groups);
      else if (control.localName === 'select') readSelect(control);
      else if (control.value !== control.defaultValue.replace(/\\r\\n?/g, '\\n')) found.push(control, '${text}', control.value);
    }
    for (const names of groups.values()) for (const radios of names.values()) readGroup(radios);
  }
  return found;
}`;
