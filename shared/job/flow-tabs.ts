/**
 * The text with a space for each tab that stands between tokens, as far as js-yaml does not take it for white
 * space itself: inside of `{ }` and `[ ]`, where YAML allows tabs even at the beginning of a line (YAML 1.2.2,
 * 6.2), and after a token elsewhere. Nothing moves, so that places in it are places in `text`.
 */
export function withSpacesForTabs(text: string): string {
  let depth = 0;
  let isLeading = true;
  return text.replace(tokens, (token) => {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth = Math.max(0, depth - 1);
    const isTab = token === '\t';
    const isSpace = isTab && (depth > 0 || !isLeading);
    if (token === '\n' || token === '\r') isLeading = true;
    else if (token !== ' ' && !isTab) isLeading = false;
    return isSpace ? ' ' : token;
  });
}

/** Quoted text and comments are one token; what is neither, a character at a time. */
const tokens = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^']|'')*'|(?<=^|\s)#[^\r\n]*|[\s\S]/g;
