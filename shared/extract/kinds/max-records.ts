import { formatCount } from '../../text/format.ts';
import type { Page } from '../types.ts';
import { unreadable } from '../unreadable.ts';

/** The items of one page that are read: more would not fit an outcome, and small ones fill the memory. */
const maxRecords = 1_000_000;

/** Throws `EXTRACT_FAILED` for a page with more. `others`: records at most that may turn out to be none, such as a header. */
export function checkRecords(page: Page, count: number, others = 0): void {
  if (count <= maxRecords + others) return;
  throw unreadable(
    page,
    `holds more than ${formatCount(maxRecords)} items, which is more than is read of one page`,
  );
}
