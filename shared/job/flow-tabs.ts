/**
 * The text with a space for each tab between tokens that js-yaml does not take for white space: inside of `{ }`
 * and `[ ]`, where YAML allows tabs even at the beginning of a line (YAML 1.2.2, 6.2), and after a token
 * elsewhere. No offset changes.
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

/** Quoted text and comments are one token; everything else is read character by character. */
const tokens = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^']|'')*'|(?<=^|\s)#[^\r\n]*|[\s\S]/g;
