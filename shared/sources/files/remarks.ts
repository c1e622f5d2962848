import type { Json } from '../../model.ts';
import { formatNoun } from '../../text/format.ts';

declare module '../reports.ts' {
  interface ItemRemarks {
    /** Items with a file that was not kept. */
    lackFiles: number;
  }
}

/** What the reader of a file reads of as many items. */
export const filesRemarks = {
  lackFiles: (count: number) =>
    `${formatNoun(count, 'item names a file', 'items name files')} that the run has not kept: _files has the code in its place`,
};

/** Whether the record of an item has a code in place of a file. */
export function lacksFile({ _files: files }: Record<string, Json>): boolean {
  return files !== undefined && hasCode(files);
}

function hasCode(value: Json): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some(hasCode);
  return typeof value['code'] === 'string' || Object.values(value).some(hasCode);
}
