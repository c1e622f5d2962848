/** A key of a TypeScript interface, as its file says it. */
export interface Member {
  name: string;
  type: string;
  /** Its docstring, on one line. */
  text: string;
  isOptional: boolean;
}

/**
 * The keys of an exported interface, read from the text of its file as the formatter leaves it: each member begins on a line
 * of its own, indented by two blanks, and ends with a semicolon.
 */
export function membersOf(source: string, name: string): Member[] {
  const [, body] = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n(.*?)^\\}`, 'ms').exec(source) ?? [];
  if (body === undefined) throw new Error(`no interface ${name}`);
  const member = /^(?: {2}\/\*\* ?(?<text>.*?) ?\*\/\n)? {2}(?<name>\w+)(?<optional>\??): (?<type>.*?);$/gms;
  return [...body.matchAll(member)].map(({ groups = {} }) => ({
    name: groups['name'] ?? '',
    type: oneLine(groups['type'] ?? ''),
    text: oneLine((groups['text'] ?? '').replaceAll(/^ *\* ?/gm, '')),
    isOptional: groups['optional'] === '?',
  }));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
