import { lookForColumns } from '../../shared/export/columns.ts';
import type { FoundColumns } from '../../shared/export/format.ts';
import type { ExportRecord } from '../../shared/export/records.ts';

/** Of records that are lines of JSON. */
export function columnsIn(lines: string[]): FoundColumns {
  const { add, found } = lookForColumns();
  for (const line of lines) add(JSON.parse(line) as ExportRecord);
  return found();
}
