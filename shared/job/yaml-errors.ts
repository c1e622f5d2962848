import { YAMLException } from 'js-yaml';
import { quote } from '../schema/format-path.ts';
import { explainOpenAbove, findOpening, unclosed } from './yaml-openings.ts';

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
  [/^missed comma/, missedComma],
  [/^bad indentation|^end of the stream or|^a line break is expected/, badIndentation],
  [/implicit key|expected ':'/, 'a key without its colon; write key: value'],
  [/whitespace character is expected after/, 'a space is missing after the colon'],
  [/directive|YAML version/, 'a line that begins with % is a directive in YAML; remove it'],
];

/** Within brackets YAML ends a plain text at one more: `{ path: items[0].price }`. */
function missedComma(_: RegExpExecArray, text: string, offset: number): string {
  const isInText = /[[{]/.test(text[offset] ?? '') && /[^\s,:[{]/.test(text[offset - 1] ?? '');
  return isInText
    ? `a bracket in a text within [ … ] or { … }, such as items[0]; ${needsQuotes}`
    : 'a comma or closing bracket is missing in [ … ] or { … }';
}

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
