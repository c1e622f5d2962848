import { type AnyNode, type Document, type Element, isTag, isText } from 'domhandler';
import { HaltError } from '../../errors.ts';
import type { PageContent } from '../../extract/page-content.ts';
import { formOf, has, isDisabled, isOneOf, typeOf } from '../../extract/selector/form-controls.ts';
import { visitInside } from '../../extract/selector/walk.ts';
import { compileQuery } from '../../extract/tree/query.ts';
import { writeMultipart } from '../../schema/multipart.ts';
import { shownUrl, type WireRequest } from './wire-request.ts';

export interface FormFilling {
  select: string;
  /** By name, as they are sent. */
  fields: Readonly<Record<string, string>>;
  /** Name of the button. @default the first */
  submit?: string | undefined;
}

/** `fields`: names of all that is sent, hidden fields and the button among them, each once. */
export interface FilledForm {
  request: WireRequest;
  fields: string[];
}

interface Entry {
  name: string;
  value: string;
}

/**
 * The request that a browser sends for a form of the page: its hidden fields and tokens, the values that are there, and
 * those that are filled in (HTML Standard, "form submission"). Throws `HaltError` LOGIN_INVALID for a form, field or
 * button that the page lacks; the message names those that it has, never a value, nor what stands in the query of `pageUrl`.
 */
export function fillForm(content: PageContent, pageUrl: string, filling: FormFilling): FilledForm {
  const document = content.document();
  const form = compileQuery(filling.select).first(document);
  if (form === undefined || !isOneOf(form, 'form')) {
    const found = form === undefined ? 'finds nothing' : `finds a <${form.name}>`;
    throw invalid(`${shownUrl(pageUrl)}: ${JSON.stringify(filling.select)} ${found}; expected a form`);
  }
  const controls = controlsOf(document, form);
  const button = buttonOf(controls, filling.submit, pageUrl);
  const entries = fill(controls, entriesOf(controls, button), filling.fields, pageUrl);
  const said = (name: string) => button?.attribs[`form${name}`] ?? form.attribs[name];
  const base = content.base();
  const target = URL.parse(said('action') || pageUrl, said('action') ? base.url : pageUrl);
  if (target === null || !/^https?:$/.test(target.protocol))
    throw invalid(`${shownUrl(pageUrl)}: the form has no usable action`);
  target.hash = '';
  checkCharset(content.charset(), entries, pageUrl);
  const method = (said('method') ?? 'get').toLowerCase();
  const fields = [...new Set(entries.map(({ name }) => name))];
  if (method !== 'post') {
    target.search = new URLSearchParams(pairs(entries)).toString();
    return { request: { url: target.href, method: 'GET', headers: {} }, fields };
  }
  const isMultipart = (said('enctype') ?? '').toLowerCase() === 'multipart/form-data';
  const { contentType, body } = isMultipart ? writeMultipart(pairs(entries)) : urlEncoded(entries);
  const headers = { 'content-type': contentType };
  return { request: { url: target.href, method: 'POST', headers, body }, fields };
}

function controlsOf(document: Document, form: Element): Element[] {
  const controls: Element[] = [];
  visitInside(
    [document as AnyNode].flatMap((root) => ('children' in root ? root.children : [])),
    (element) => {
      const isControl = isOneOf(element, 'input', 'button', 'select', 'textarea');
      if (isControl && formOf(element) === form && !isDisabled(element)) controls.push(element);
      return false;
    },
  );
  return controls;
}

function isButton(element: Element): boolean {
  if (isOneOf(element, 'button')) return !/^(button|reset)$/i.test(element.attribs['type'] ?? '');
  return isOneOf(element, 'input') && /^(submit|image)$/.test(typeOf(element));
}

/** The first is the default button, which the Enter key presses. */
function buttonOf(controls: Element[], name: string | undefined, pageUrl: string): Element | undefined {
  const buttons = controls.filter(isButton);
  if (name === undefined) return buttons[0];
  const found = buttons.find(({ attribs }) => attribs['name'] === name);
  if (found !== undefined) return found;
  throw invalid(`${shownUrl(pageUrl)}: the form has no button ${name}; it has ${namesOf(buttons)}`);
}

/** HTML Standard, "constructing the entry list". */
function entriesOf(controls: Element[], button: Element | undefined): Entry[] {
  return controls.flatMap((control): Entry[] => {
    const { name = '', value = '' } = control.attribs;
    if (name === '' || (isAnyButton(control) && control !== button)) return [];
    if (isOneOf(control, 'select'))
      return chosenOf(control).map((option) => ({ name, value: optionValue(option) }));
    if (isOneOf(control, 'textarea')) return [{ name, value: textOf(control) }];
    if (!isOneOf(control, 'input')) return [{ name, value }];
    const type = typeOf(control);
    if (type === 'checkbox' || type === 'radio') {
      return has(control, 'checked') ? [{ name, value: control.attribs['value'] ?? 'on' }] : [];
    }
    if (type === 'image')
      return [
        { name: `${name}.x`, value: '0' },
        { name: `${name}.y`, value: '0' },
      ];
    if (type === 'file') return [];
    return [{ name, value: name === '_charset_' && type === 'hidden' ? 'UTF-8' : value }];
  });
}

function isAnyButton(element: Element): boolean {
  return (
    isOneOf(element, 'button') ||
    (isOneOf(element, 'input') && /^(submit|image|button|reset)$/.test(typeOf(element)))
  );
}

function chosenOf(select: Element): Element[] {
  const options: Element[] = [];
  visitInside(select.children, (one) => {
    if (isOneOf(one, 'option') && !isDisabled(one)) options.push(one);
    return false;
  });
  const selected = options.filter((option) => has(option, 'selected'));
  if (has(select, 'multiple')) return selected;
  return (selected.length > 0 ? selected.slice(-1) : options.slice(0, 1)).slice(0, 1);
}

function optionValue(option: Element): string {
  return (
    option.attribs['value'] ??
    textOf(option)
      .replace(/[\t\n\f\r ]+/g, ' ')
      .trim()
  );
}

function textOf(element: Element): string {
  return element.children
    .map((node) => (isText(node) ? node.data : isTag(node) ? textOf(node) : ''))
    .join('');
}

/** A field that the form has no control for is a mistake: most often its name is spelt otherwise. */
function fill(
  controls: Element[],
  entries: Entry[],
  fields: Readonly<Record<string, string>>,
  pageUrl: string,
): Entry[] {
  const filled = entries.map((entry) => ({ ...entry }));
  const known = new Set(controls.map(({ attribs }) => attribs['name'] ?? ''));
  for (const [name, value] of Object.entries(fields)) {
    if (!known.has(name))
      throw invalid(`${shownUrl(pageUrl)}: the form has no field ${name}; it has ${namesOf(controls)}`);
    const entry = filled.find((one) => one.name === name);
    if (entry === undefined) filled.push({ name, value });
    else entry.value = value;
  }
  return filled;
}

function namesOf(controls: Element[]): string {
  const names = [...new Set(controls.flatMap(({ attribs }) => attribs['name'] || []))];
  return names.length === 0 ? 'none' : names.slice(0, 20).join(', ');
}

/** Browsers encode a form in the encoding of its page; ASCII is the same in all that the web uses for forms. */
function checkCharset(charset: string, entries: Entry[], pageUrl: string): void {
  if (
    charset === 'utf-8' ||
    pairs(entries)
      .flat()
      .every((text) => !/[^ -~\s]/.test(text))
  )
    return;
  throw invalid(`${shownUrl(pageUrl)} is encoded in ${charset}, in which only ASCII can be filled in`);
}

function pairs(entries: Entry[]): [string, string][] {
  return entries.map(({ name, value }) => [name, value.replace(/\r?\n|\r/g, '\r\n')]);
}

function urlEncoded(entries: Entry[]): { contentType: string; body: string } {
  const body = new URLSearchParams(pairs(entries)).toString();
  return { contentType: 'application/x-www-form-urlencoded', body };
}

function invalid(message: string): HaltError {
  return new HaltError('LOGIN_INVALID', message);
}
