/** A call in the text of a Python file. */
export interface PythonCall {
  arguments: PythonArgument[];
  /** The offset behind its closing parenthesis. */
  end: number;
}

export interface PythonArgument {
  name?: string;
  source: string;
  /** Of string literals, adjacent ones joined; not of bytes and formatted ones. */
  text?: string;
}

/** The calls of a name in Python source, in its order: enough for lists of test cases, no more. */
export function pythonCalls(source: string, callee: string): PythonCall[] {
  const calls: PythonCall[] = [];
  for (const { index, 0: opening } of source.matchAll(new RegExp(`(?<![\\w.])${callee}\\(`, 'g'))) {
    if (/^\s*#/.test(source.slice(source.lastIndexOf('\n', index) + 1))) continue;
    const { parts, end } = splitList(source, index + opening.length);
    calls.push({ arguments: parts.map(readArgument), end });
  }
  return calls;
}

/** The string that adjacent literals at the start of the text make. */
export function pythonString(source: string): string | undefined {
  const literals = /^\s*\(?\s*((?:[ru]?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*)+)/is.exec(source)?.[1];
  return literals && [...literals.matchAll(literal)].map(readLiteral).join('');
}

const literal = /(r?)u?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/gis;

function readLiteral([, raw, double, single]: RegExpExecArray): string {
  const body = double ?? single ?? '';
  if (raw) return body;
  return body.replace(/\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\(.)/gis, (_, byte, unit, letter: string) => {
    if (letter !== undefined) return { n: '\n', r: '\r', t: '\t', a: '\x07', '\n': '' }[letter] ?? letter;
    return String.fromCharCode(Number.parseInt(byte ?? unit, 16));
  });
}

function readArgument(part: string): PythonArgument {
  const [, name, value = ''] = /^\s*(?:(\w+)\s*=(?!=)\s*)?([\s\S]*)$/.exec(part) ?? [];
  const source = value.trim();
  const text = pythonString(source);
  const isWhole = text !== undefined && source.replace(literal, '').trim() === '';
  return { source, ...(name !== undefined && { name }), ...(isWhole && { text }) };
}

/** The parts between commas, without comments, up to the parenthesis that closes the list. */
function splitList(source: string, start: number): { parts: string[]; end: number } {
  const token = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#[^\n]*|[([{\])},]/gs;
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  let from = start;
  token.lastIndex = start;
  for (let found = token.exec(source); found !== null; found = token.exec(source)) {
    const [mark] = found;
    const endsPart = depth === 0 && ',)]}'.includes(mark);
    if (mark.startsWith('#') || endsPart) {
      part += source.slice(from, found.index);
      from = token.lastIndex;
    }
    if (endsPart) {
      if (part.trim() !== '') parts.push(part);
      if (mark !== ',') return { parts, end: token.lastIndex };
      part = '';
    } else if ('([{'.includes(mark)) depth += 1;
    else if (')]}'.includes(mark)) depth -= 1;
  }
  return { parts, end: source.length };
}
