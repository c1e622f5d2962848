import type { Json } from '../model.ts';
import type { ExportRecord } from './records.ts';

/** The value of one cell of a table. */
export type Cell = string | number | boolean | null;

/**
 * A record as cells by column: nested objects as `a.b`, lists of scalars joined by "; ", other lists as JSON,
 * empty objects and lists as empty text. Two values for one column are also joined by "; ".
 */
export function cellsOf(record: ExportRecord): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  const put = (column: string, value: Json) => {
    if (isObject(value) && Object.keys(value).length > 0) {
      for (const [key, inner] of Object.entries(value)) put(`${column}.${key}`, inner);
      return;
    }
    const earlier = cells.get(column) ?? '';
    const cell = toCell(value);
    cells.set(column, earlier === '' ? cell : `${earlier}; ${cell ?? ''}`);
  };
  for (const [key, value] of Object.entries(record)) put(key, value);
  return cells;
}

function toCell(value: Json): Cell {
  if (Array.isArray(value)) {
    const isFlat = value.every((entry) => entry === null || typeof entry !== 'object');
    return isFlat ? value.map((entry) => String(entry ?? '')).join('; ') : JSON.stringify(value);
  }
  return isObject(value) ? '' : value;
}

export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
