import { parseEvents, YAMLException } from 'js-yaml';

/** What is opened and has to be closed: quotes and brackets. */
interface Opening {
  reason: RegExp;
  character: RegExp;
  message: string;
}

export const unclosed: Opening[] = [
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
export function explainOpenAbove(text: string, offset: number): { offset: number; message: string } {
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
export function findOpening(text: string, opening: Opening): number | undefined {
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
