/** `pages.product.follow[0]`; keys that are no plain word are in brackets and quotes. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (/^[\w-]+$/.test(String(key))) text += `${text === '' ? '' : '.'}${String(key)}`;
    else text += `[${quote(String(key))}]`;
  }
  return text;
}

/** A string in double quotes, shortened, without control characters for a terminal. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text).replace(unprintable, '?');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that must not reach a terminal.
export const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
