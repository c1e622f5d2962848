/** The result of reading an answer up to its body. */
export type Head =
  /** The end of the head has not arrived yet. */
  | { state: 'incomplete' }
  /** Valid, or repaired; `bytes` is the length of the original, `length` what the head says of that of the body. */
  | ({ state: 'read'; text: string; bytes: number; isRepaired: boolean } & Framing)
  /** The head contradicts itself, or is no answer of HTTP. */
  | { state: 'wrong'; reason: string };

/** Where the body ends: one of both, or with the connection. */
export interface Framing {
  isChunked: boolean;
  length: number | undefined;
}

const strictHead =
  /^HTTP\/1\.[01] \d{3}(?: [\t\x20-\x7e\x80-\xff]*)?\r\n(?:[\w!#$%&'*+.^`|~-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;
const framingLine = /\n(?:content-length|transfer-encoding):[\t ]*([^\r\n]*)/gi;

/**
 * Reads the head of an HTTP/1 answer as curl and browsers do: a line may end in LF alone; a line without a colon,
 * or with an invalid name, is ignored; white space before the colon and folded lines are read (RFC 9112 §2.2, §5);
 * equal lengths count as one (RFC 9110 §8.6), and chunked coding takes precedence over a length (RFC 9112 §6.3).
 * Lengths that contradict each other are `wrong`: the end of such an answer is unknown.
 */
export function readHead(bytes: Buffer): Head {
  const end = bytes.indexOf('\r\n\r\n');
  if (end !== -1) {
    const text = bytes.toString('latin1', 0, end + 4);
    const framing = strictHead.test(text) ? framingOf(text) : undefined;
    if (framing !== undefined) {
      return { state: 'read', text, bytes: end + 4, isRepaired: false, ...framing };
    }
  }
  return repairHead(bytes);
}

/** `undefined`: more than one statement, or an invalid one. */
function framingOf(text: string): Framing | undefined {
  framingLine.lastIndex = 0;
  const first = framingLine.exec(text);
  if (first === null) return { isChunked: false, length: undefined };
  if (framingLine.exec(text) !== null) return undefined;
  const value = first[1]?.trim() ?? '';
  if (/^\d+$/.test(value)) return { isChunked: false, length: Number(value) };
  return /^chunked$/i.test(value) ? { isChunked: true, length: undefined } : undefined;
}

/** The number of characters that are quoted of an answer that is not HTTP. */
const shownLength = 60;

function repairHead(bytes: Buffer): Head {
  // Blank lines before the status line are the late end of an earlier answer (RFC 9112 §2.2).
  let start = 0;
  while (bytes[start] === 0x0d || bytes[start] === 0x0a) start += 1;
  const all = bytes.toString('latin1', start);
  if (!/^(H(T(T(P\/?)?)?)?)?$/i.test(all.slice(0, 5))) {
    return { state: 'wrong', reason: `it begins with ${JSON.stringify(all.slice(0, shownLength))}` };
  }
  const blank = /\n\r*\n/.exec(all);
  if (blank === null) return { state: 'incomplete' };
  const length = blank.index + blank[0].length;
  const [statusLine = '', ...lines] = all.slice(0, blank.index).split('\n').map(withoutCr);
  const status = readStatusLine(statusLine);
  if (status === undefined) {
    return {
      state: 'wrong',
      reason: `its first line is ${JSON.stringify(statusLine.slice(0, shownLength))}`,
    };
  }
  const headers = frame(readLines(lines));
  if (typeof headers === 'string') return { state: 'wrong', reason: headers };
  const text = [status, ...headers.map(({ name, value }) => `${name}: ${value}`), '', ''].join('\r\n');
  const isChunked = headers.some(({ name, value }) => name === 'Transfer-Encoding' && value === 'chunked');
  const stated = headers.find(({ name }) => name === 'Content-Length')?.value;
  return {
    state: 'read',
    text,
    bytes: start + length,
    isRepaired: true,
    isChunked,
    length: stated === undefined ? undefined : Number(stated),
  };
}

function withoutCr(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end -= 1;
  return line.slice(0, end);
}

function readStatusLine(line: string): string | undefined {
  const found = /^HTTP\/(\d)(?:\.(\d))?[\t ]+(\d{3})(?!\d)(.*)$/is.exec(line);
  if (found === null) return undefined;
  const [, major, minor, status, reason = ''] = found;
  const version = major === '1' && minor === '0' ? '1.0' : '1.1';
  return `HTTP/${version} ${status} ${printable(reason).trim()}`;
}

interface Header {
  name: string;
  value: string;
}

function readLines(lines: string[]): Header[] {
  const headers: Header[] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (/^[\t ]/.test(line)) {
      if (last !== undefined) last.value = `${last.value} ${printable(line).trim()}`.trim();
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trimEnd();
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) continue;
    headers.push({ name, value: printable(line.slice(colon + 1)).trim() });
  }
  return headers;
}

function printable(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ');
}

/**
 * The headers with one statement at most of where the body ends, or what is wrong with them. The connection of a
 * repaired answer is not used again, since the server may mean something else by what follows.
 */
function frame(headers: Header[]): Header[] | string {
  const valuesOf = (wanted: string) =>
    headers
      .filter(({ name }) => name.toLowerCase() === wanted)
      .flatMap(({ value }) => value.split(',').map((part) => part.trim().toLowerCase()))
      .filter((value) => value !== '');
  const lengths = [...new Set(valuesOf('content-length'))];
  const codings = [...new Set(valuesOf('transfer-encoding'))].filter((coding) => coding !== 'identity');
  const rest = headers.filter(
    ({ name }) => !/^(content-length|transfer-encoding|connection|keep-alive)$/i.test(name),
  );
  const framed = [...rest, { name: 'Connection', value: 'close' }];
  if (codings.length > 0) return [...framed, { name: 'Transfer-Encoding', value: codings.join(', ') }];
  const [length, other] = lengths;
  if (other !== undefined) return `it has two lengths, ${length} and ${other}`;
  if (length === undefined) return framed;
  if (!/^\d{1,15}$/.test(length)) return `its Content-Length is ${JSON.stringify(length)}`;
  return [...framed, { name: 'Content-Length', value: length }];
}
