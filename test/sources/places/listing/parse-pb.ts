import type { PbToken } from '../../../../shared/sources/places/listing/pb.ts';

/** A message whose tokens are still to come. */
interface Open {
  tokens: PbToken[];
  /** Index of the first token that is not in it. */
  end: number;
}

/** What `writePb` has written. Throws for a text that is none, or counts wrong. */
export function parsePb(text: string): PbToken[] {
  const [beginning, ...parts] = text.split('!');
  if (beginning !== '') throw new Error('A pb begins with !');
  const root: Open = { tokens: [], end: parts.length };
  const open = [root];
  for (const [index, part] of parts.entries()) {
    while (open.length > 1 && open.at(-1)?.end === index) open.pop();
    const parent = open.at(-1) ?? root;
    const message = take(part, index, parent);
    if (message !== undefined) open.push(message);
  }
  return root.tokens;
}

function take(part: string, index: number, parent: Open): Open | undefined {
  const [, digits, type, value] = /^([1-9]\d{0,8})([a-z])(.*)$/s.exec(part) ?? [];
  if (type === undefined || value === undefined) throw new Error(`!${part} is no token`);
  const field = Number(digits);
  if (type !== 'm') {
    parent.tokens.push({ field, type, value: unescapeValue(value) });
    return undefined;
  }
  const message: Open = { tokens: [], end: index + 1 + Number(value) };
  if (!(message.end <= parent.end)) throw new Error(`!${part} counts more tokens than there are`);
  parent.tokens.push({ field, tokens: message.tokens });
  return message;
}

function unescapeValue(value: string): string {
  return value.replaceAll(/\*(21|2A)/g, (_, code: string) => (code === '21' ? '!' : '*'));
}
