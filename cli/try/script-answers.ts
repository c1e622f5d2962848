import type { ScriptAnswer } from '../../shared/browser/types.ts';
import { parseExactJson } from '../../shared/exact-json.ts';
import { joinPath } from '../../shared/extract/json/json-path.ts';
import type { Item, Json } from '../../shared/model.ts';

/** What a page's scripts asked for, and which values of the page's items the answer holds. */
export interface TriedAnswer extends Omit<ScriptAnswer, 'kept'> {
  /** Paths by field; absent where the answer holds none of the values. */
  holds?: Record<string, string>;
}

/** Shorter texts are found in any answer. */
const minChars = 3;

/** Those that hold the most first, then those that are JSON: what they hold, a run can read without a browser. */
export function scriptAnswers(asked: ScriptAnswer[], items: Item[]): TriedAnswer[] {
  const answers = asked.map(({ kept, ...answer }): TriedAnswer => {
    const value = kept === undefined || !isJson(answer) ? undefined : parsed(kept.body);
    const holds = value === undefined ? {} : pathsOfValues(value, items);
    return Object.keys(holds).length === 0 ? answer : { ...answer, holds };
  });
  const rank = (answer: TriedAnswer) => Object.keys(answer.holds ?? {}).length * 2 + (isJson(answer) ? 1 : 0);
  return answers.sort((one, other) => rank(other) - rank(one));
}

function isJson({ contentType }: Pick<ScriptAnswer, 'contentType'>): boolean {
  return /json/i.test(contentType);
}

function parsed(body: Uint8Array): Json | undefined {
  try {
    return parseExactJson(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}

/** The path of the first place where a value of each field stands, with `[*]` for the places of lists. */
function pathsOfValues(answer: Json, items: Item[]): Record<string, string> {
  const wanted = new Map<string, string>();
  for (const { fields } of items) {
    for (const [field, value] of Object.entries(fields)) {
      const text = textOf(value);
      if (text !== undefined && text.length >= minChars) wanted.set(text, field);
    }
  }
  const found: Record<string, string> = {};
  visitScalars(answer, '', (text, path) => {
    const field = wanted.get(text);
    if (field !== undefined) found[field] ??= path;
  });
  return found;
}

function visitScalars(value: Json, path: string, meet: (text: string, path: string) => void): void {
  if (Array.isArray(value)) {
    for (const inner of value) visitScalars(inner, `${path}[*]`, meet);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) visitScalars(inner, joinPath(path, key), meet);
  } else {
    const text = textOf(value);
    if (text !== undefined) meet(text, path);
  }
}

/** Numbers and texts of pages and of their data are compared as people read them. */
function textOf(value: Json): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.trim().replace(/\s+/g, ' ') : undefined;
}
