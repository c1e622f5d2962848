import type { Json } from '../../model.ts';
import { isShallow } from '../handlers/plain-json.ts';
import { checkRecords } from '../kinds/max-records.ts';
import type { KindInput, Records } from '../kinds/page-kind.ts';
import { unreadable } from '../unreadable.ts';
import { parseNotedJson } from './repeated-keys.ts';

/**
 * JSON Lines: a value a line, blank lines left out, as a list. A line that is no JSON costs no other: it is left out and reported
 * as a fault of the page. Throws `EXTRACT_FAILED` where no line is JSON.
 */
export function readJsonLines({ page, text }: KindInput): Records {
  const values: Json[] = [];
  const broken: { line: number; reason: string }[] = [];
  for (const [index, line] of text().split('\n').entries()) {
    if (line.trim() === '') continue;
    const value = readLine(line);
    if ('reason' in value) broken.push({ line: index + 1, reason: value.reason });
    else values.push(value.value);
    checkRecords(page, values.length);
  }
  const [first] = broken;
  if (first === undefined) return { value: values };
  const where = `line ${first.line}: ${first.reason}`;
  if (values.length === 0) throw unreadable(page, `no line of it is JSON; ${where}`);
  const message = `${page.url}: ${broken.length} of ${values.length + broken.length} lines are not JSON and were left out; ${where}`;
  return { value: values, faults: [{ code: 'LINES_BROKEN', message }] };
}

function readLine(line: string): { value: Json } | { reason: string } {
  try {
    const value = parseNotedJson(line);
    return isShallow(value) ? { value } : { reason: 'nested beyond all reason' };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
