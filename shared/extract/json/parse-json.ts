import type { Json } from '../../model.ts';
import { isShallow } from '../handlers/plain-json.ts';
import type { Page } from '../types.ts';
import { unreadable } from '../unreadable.ts';
import { parseNotedJson } from './repeated-keys.ts';

/** Throws `unreadableCodeOf` the page. */
export function parseJson(page: Page, text: string): Json {
  let value: Json;
  try {
    value = parseNotedJson(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unreadable(page, `is not JSON${likelyForm(text)}: ${reason}`);
  }
  if (!isShallow(value)) throw unreadable(page, 'is JSON nested beyond all reason');
  return value;
}

/** What the body is instead, where that can be recognised: a login page, an answer of one value per line. */
function likelyForm(text: string): string {
  if (/^\s*</.test(text)) return ' but HTML or XML';
  const [first = '', second = ''] = text.trimStart().split(/\r?\n/, 2);
  return isJson(first) && /^\s*[[{]/.test(second) ? ' but JSON Lines, one value a line (as: jsonl)' : '';
}

/** Whether all of the text is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
