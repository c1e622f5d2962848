const space = '[\\t\\n\\r ]';
const nameStart = ':A-Z_a-z\\u00C0-\\u{10FFFF}';
const name = `[${nameStart}][${nameStart}\\-.\\d\\u00B7]*`;
const attribute = new RegExp(`${space}+(${name})${space}*=${space}*(?:"([^<"]*)"|'([^<']*)')`, 'uy');
const openTag = new RegExp(`<(${name})`, 'uy');
const openEnd = new RegExp(`${space}*(/?)>`, 'uy');
const closeTag = new RegExp(`</(${name})${space}*>`, 'uy');
const doctype = /<!DOCTYPE[^[>]*(?:\[(?:[^\]"']|"[^"]*"|'[^']*')*\]\s*)?>/y;
const reference = /&(?!#\d+;|#x[\da-f]+;|(?:amp|lt|gt|quot|apos);)(\w*;?)/gi;

/** Public identifiers of the document types of XHTML, which define HTML's named characters (HTML standard, 14.2). */
const xhtmlType = /^[^<]*<!DOCTYPE\s+html\s+PUBLIC\s+["']-\/\/(?:W3C|WAPFORUM)\/\/DTD (?:XHTML|MathML)/i;

/** Does the document's type define names like `&nbsp;`? */
function definesHtmlNames(text: string): boolean {
  const at = text.indexOf('<!DOCTYPE');
  return at !== -1 && xhtmlType.test(text.slice(at, at + 500));
}

/** Why a text is not well-formed XML (XML 1.0), as a message; `undefined` if it is. Linear time. */
export function whyNotWellFormed(text: string): string | undefined {
  const hasNames = definesHtmlNames(text);
  const open: string[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let hasRoot = false;
  const withLine = (what: string) => `${what} (line ${text.slice(0, at).split('\n').length})`;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const between = text.slice(at, next === -1 ? text.length : next);
    if (open.length === 0 && /\S/.test(between)) return withLine('there is text outside of its root');
    const wrong = wrongReference(between, hasNames);
    if (wrong !== undefined) return withLine(wrong);
    if (next === -1) break;
    at = next;
    const skipped = skipMarkup(text, at);
    if (skipped === -1) return withLine('it ends within a comment, CDATA or an instruction');
    if (skipped !== undefined) {
      at = skipped;
      continue;
    }
    const closed = matchAt(closeTag, text, at);
    if (closed !== null) {
      const expected = open.pop();
      if (expected !== closed[1])
        return withLine(`</${closed[1]}> ends ${expected === undefined ? 'nothing' : `<${expected}>`}`);
      at = closeTag.lastIndex;
      continue;
    }
    const opened = readTag(text, at, hasNames);
    if (typeof opened === 'string') return withLine(opened);
    if (open.length === 0 && hasRoot) return withLine('it has a second root');
    hasRoot = true;
    if (!opened.isEmpty) open.push(opened.name);
    at = opened.end;
  }
  if (open.length > 0) return withLine(`it ends before <${open.at(-1)}> does`);
  return hasRoot ? undefined : withLine('it holds no element');
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Where markup that is no element ends; -1 if it does not end, `undefined` for anything else. */
function skipMarkup(text: string, at: number): number | undefined {
  for (const [start, end] of [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
    ['<?', '?>'],
  ] as const) {
    if (!text.startsWith(start, at)) continue;
    const found = text.indexOf(end, at + start.length);
    return found === -1 ? -1 : found + end.length;
  }
  return matchAt(doctype, text, at) === null ? undefined : doctype.lastIndex;
}

function readTag(
  text: string,
  at: number,
  hasNames: boolean,
): { name: string; end: number; isEmpty: boolean } | string {
  const name = matchAt(openTag, text, at)?.[1];
  if (name === undefined) return `${JSON.stringify(text.slice(at, at + 20))} is no tag`;
  const names = new Set<string>();
  let end = openTag.lastIndex;
  for (let found = matchAt(attribute, text, end); found !== null; found = matchAt(attribute, text, end)) {
    const [, key = '', double, single = ''] = found;
    if (names.has(key)) return `<${name}> has ${key} twice`;
    names.add(key);
    const wrong = wrongReference(double ?? single, hasNames);
    if (wrong !== undefined) return wrong;
    end = attribute.lastIndex;
  }
  const closing = matchAt(openEnd, text, end);
  return closing === null
    ? `<${name}> has an attribute that is none`
    : { name, end: openEnd.lastIndex, isEmpty: closing[1] === '/' };
}

function wrongReference(text: string, hasNames: boolean): string | undefined {
  if (!text.includes('&')) return undefined;
  reference.lastIndex = 0;
  for (let found = reference.exec(text); found !== null; found = reference.exec(text)) {
    const [written, rest = ''] = found;
    if (!hasNames || !/^[a-z]\w*;$/i.test(rest)) return `${written} is no character that it defines`;
  }
  return undefined;
}
