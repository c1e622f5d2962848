import { type DomNode, nodesOf } from './dom-node.ts';

/** Attributes of HTML that hold one URL (HTML Standard, "Attributes"). */
const urlAttributes = new Set(
  'action background cite data formaction href itemid longdesc poster src xlink:href'.split(' '),
);

/**
 * A candidate (HTML Standard, "parse a srcset attribute"): its URL ends before white space, or before commas at its end, and what is said
 * of it before the next comma that is in no parentheses.
 */
const candidate = /([^\t\n\f\r ,](?:[^\t\n\f\r ]*[^\t\n\f\r ,])?)(?:\([^)]*(?:\)|$)|[^,(])*/g;
/** Those that hold several, and how each of them begins with its URL. */
const listAttributes: ReadonlyMap<string, RegExp> = new Map([
  ['imagesrcset', candidate],
  ['ping', /([^\t\n\f\r ]+)/g],
  ['srcset', candidate],
]);

/**
 * Makes the references in frames absolute, in place: what a frame shows stands in the page that holds it, and that has another base.
 * Those that are none stay what they are. `frames`: where frames are, by their addresses in the browser.
 */
export function resolveInFrames(document: DomNode, frames: ReadonlyMap<string, string> = new Map()): void {
  for (const { contentDocument: frame } of nodesOf(document)) {
    if (frame?.baseURL === undefined) continue;
    const { baseURL, documentURL = '' } = frame;
    // One that names a base of its own has it resolved by the browser.
    const base = baseURL === documentURL ? (frames.get(documentURL) ?? baseURL) : baseURL;
    if (base === document.baseURL) continue;
    for (const { attributes = [] } of nodesOf(frame, { withFrames: false })) {
      for (let index = 0; index < attributes.length; index += 2) {
        const resolved = resolvedValue(attributes[index] ?? '', attributes[index + 1] ?? '', base);
        if (resolved !== undefined) attributes[index + 1] = resolved;
      }
    }
  }
}

/** `undefined`: the attribute holds no reference. */
function resolvedValue(name: string, value: string, base: string): string | undefined {
  const resolve = (reference: string) => URL.parse(reference, base)?.href ?? reference;
  if (urlAttributes.has(name)) return value.trim() === '' ? undefined : resolve(value);
  const each = listAttributes.get(name);
  return each && value.replace(each, (whole, url: string) => resolve(url) + whole.slice(url.length));
}
