import { parseEvents, YAMLException } from 'js-yaml';
import { quote } from '../schema/format-path.ts';

/** An error of js-yaml in plain words, at its location. Takes anything, since js-yaml throws other errors too. */
export function explainYamlError(error: unknown, text: string): { offset: number; message: string } {
  if (!(error instanceof YAMLException)) {
    const message = `not readable as YAML (${error instanceof Error ? error.message : String(error)})`;
    return { offset: 0, message };
  }
  const offset = Math.min(error.mark?.position ?? 0, text.length);
  if (error.reason === 'deficient indentation') return explainOpenAbove(text, offset);
  const opening = unclosed.find((kind) => kind.reason.test(error.reason));
  if (opening) return { offset: findOpening(text, opening) ?? offset, message: opening.message };
  for (const [reason, message] of explanations) {
    const match = reason.exec(error.reason);
    if (match === null) continue;
    const isAlias = text[offset - 1] === '*';
    const said = typeof message === 'string' ? message : message(match, text, offset);
    return { offset: isAlias ? offset - 1 : offset, message: said };
  }
  return { offset, message: `not valid YAML: ${error.reason}` };
}

type Explanation = string | ((match: RegExpExecArray, text: string, offset: number) => string);

const needsQuotes = 'put the whole value in quotes';

const explanations: [RegExp, Explanation][] = [
  [/^tab characters/, 'a tab in the indentation; YAML allows spaces only'],
  [/^null byte/, 'a NUL character; is this a text file, saved as UTF-8?'],
  [
    /non-printable|valid JSON character/,
    'a control character; remove it, or write it as \\x… in double quotes',
  ],
  [/^unidentified alias "(.*)"/s, (match) => unknownAlias(match[1] ?? '')],
  [/^name of an alias node/, `a value that begins with * is an alias in YAML; ${needsQuotes}`],
  [/^unknown (?:scalar|sequence|mapping) tag !<(.*)>/s, (match) => unknownTag(match[1] ?? '')],
  [
    /tag name cannot|tag suffix|tag handle|verbatim tag/,
    `a value that begins with ! is a tag in YAML; ${needsQuotes}`,
  ],
  [/^cannot resolve a node/, 'the value does not fit its tag; remove the tag'],
  [/^aliases exceeded maxAliases \((\d+)\)/, (match) => `more than ${match[1]} aliases in one document`],
  [/^nesting exceeded maxDepth \((\d+)\)/, (match) => `nested more than ${match[1]} levels deep`],
  [/complex keys/, `a list or mapping cannot be a key; if it is text, ${needsQuotes}`],
  [/^cannot merge/, '<< takes an alias of a mapping, such as <<: *common'],
  [/^duplicated mapping key/, 'the key is written twice'],
  [/^unknown escape sequence/, 'an unknown escape; in double quotes write \\\\ for \\, or use single quotes'],
  [/hexadecimal character/, 'an incomplete escape; in double quotes write \\\\ for \\, or use single quotes'],
  [/^missed comma/, 'a comma or closing bracket is missing in [ … ] or { … }'],
  [/^bad indentation|^end of the stream or|^a line break is expected/, badIndentation],
  [/implicit key|expected ':'/, 'a key without its colon; write key: value'],
  [/whitespace character is expected after/, 'a space is missing after the colon'],
  [/directive|YAML version/, 'a line that begins with % is a directive in YAML; remove it'],
];

function unknownAlias(name: string): string {
  return `no value is anchored as &${name.slice(0, 60)}; if ${quote(`*${name}`)} is meant as text, ${needsQuotes}`;
}

function unknownTag(tag: string): string {
  const written = tag.replace(/^tag:yaml\.org,2002:/, '!!');
  return `the tag ${quote(written)} is not supported; write plain values, or put a value that begins with ! in quotes`;
}

function badIndentation(_: RegExpExecArray, text: string, offset: number): string {
  const lineStart = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  const before = text.slice(lineStart, offset);
  const here = text[offset] ?? '';
  if (/^\s*\t/.test(before)) return 'a tab in the indentation; YAML allows spaces only';
  if (/^[@`%]/.test(here) && /[:-]\s+$/.test(before))
    return `a value cannot begin with ${here}; ${needsQuotes}`;
  if (/^\s*[^\s:]+:[^\s:]/.test(text.slice(previousLine(text, lineStart), lineStart))) {
    return 'the line above is not a key and its value; is a space missing after its colon?';
  }
  if (here === ':') return `a second colon in the line; ${needsQuotes}`;
  if (/[\]}"']\s*$/.test(before)) return `text after a closing quote or bracket; ${needsQuotes}`;
  if (/[>|][^\s]*\s+$/.test(before))
    return `a value that begins with > or | is a text block in YAML; ${needsQuotes}`;
  if (here === '-' && /:\s+$/.test(before)) return 'a list begins on the line after its key';
  return 'the indentation does not fit the lines above';
}

function previousLine(text: string, lineStart: number): number {
  return text.lastIndexOf('\n', Math.max(0, lineStart - 2)) + 1;
}

interface Opening {
  reason: RegExp;
  character: RegExp;
  message: string;
}

const unclosed: Opening[] = [
  {
    reason: /within a double quoted scalar/,
    character: /(?<=^|[\s,[{])"/,
    message: 'the double quote opened here is never closed',
  },
  {
    reason: /within a single quoted scalar/,
    character: /(?<=^|[\s,[{])'/,
    message: "the single quote opened here is never closed; write '' for a quote inside one",
  },
  {
    reason: /within a flow collection/,
    character: /[[{]/,
    message: 'the bracket opened here is never closed',
  },
];

/** A quote or bracket was still open where a line began too far to the left; up to there, it is never closed. */
function explainOpenAbove(text: string, offset: number): { offset: number; message: string } {
  const above = text.slice(0, offset).trimEnd();
  const opening = unclosed.find((kind) => failsLike(kind, above));
  const opener = opening && findOpening(above, opening);
  if (opening && opener !== undefined) return { offset: opener, message: opening.message };
  return { offset, message: 'a quote or bracket opened above is not closed before this line' };
}

/**
 * js-yaml reports the end of the text. Every beginning of the text that reaches past the opening line
 * fails in the same way, and the one that stops before it does not: so the line is found by halving.
 */
function findOpening(text: string, opening: Opening): number | undefined {
  const lines = text.slice(0, 200_000).split('\n');
  if (text.length > 200_000) return undefined;
  let low = 1;
  let high = lines.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (failsLike(opening, lines.slice(0, middle).join('\n'))) high = middle;
    else low = middle + 1;
  }
  const column = lines[low - 1]?.search(opening.character) ?? -1;
  return column < 0 ? undefined : lines.slice(0, low - 1).join('\n').length + (low > 1 ? 1 : 0) + column;
}

function failsLike(opening: Opening, text: string): boolean {
  try {
    parseEvents(text, {});
    return false;
  } catch (error) {
    return error instanceof YAMLException && opening.reason.test(error.reason);
  }
}
