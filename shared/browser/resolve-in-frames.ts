import { type DomNode, nodesOf } from './serialise-tree.ts';

/** Attributes of HTML that hold one URL (HTML Standard, "Attributes"). */
const urlAttributes = new Set(
  'action background cite data formaction href itemid longdesc poster src xlink:href'.split(' '),
);

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
        const value = attributes[index + 1] ?? '';
        if (!urlAttributes.has(attributes[index] ?? '') || value.trim() === '') continue;
        attributes[index + 1] = URL.parse(value, base)?.href ?? value;
      }
    }
  }
}
