import { deepestElement } from './element-stack.ts';
import type { State } from './program.ts';

/**
 * Which steps of selectors the elements around the one that opens are in: of its ancestors, its parent,
 * the element before it or all before it, as the next step asks. One row per open element, one column
 * per step. A step is written down as the depth of the element that its selector began at, 0 for none:
 * the selector lies in a scope when it began deeper than that, and the deepest beginning decides for all.
 * What comes later, inside or beside, never began less deep, so that the last one written is that.
 */
export class StateRows {
  private readonly columns: number;
  private readonly rows: Uint16Array;
  /** Columns that rows inherit: their next step may be anywhere inside. */
  private readonly inherited: number[] = [];
  /** Columns that only the element before fills. */
  private readonly passing: number[] = [];
  private readonly kept: number[] = [];
  private keptCount = 0;

  constructor(states: State[], columns: number) {
    this.columns = columns;
    this.rows = new Uint16Array((deepestElement + 2) * columns);
    for (const { column, next } of states) {
      if (column < 0) continue;
      if (next === 'inside') this.inherited.push(column);
      if (next === 'next') this.passing.push(column);
    }
  }

  startPage(): void {
    this.rows.fill(0, 0, this.columns);
  }

  /** Makes the row of an element that opens. */
  startRow(depth: number): void {
    const from = depth * this.columns;
    this.rows.fill(0, from, from + this.columns);
    for (const column of this.inherited) {
      this.rows[from + column] = this.rows[from - this.columns + column] as number;
    }
  }

  /** Where the selector began of which the step at `column` is true around an element at `depth`. */
  beginning(column: number, depth: number): number {
    return this.rows[(depth - 1) * this.columns + column] as number;
  }

  /** Notes that the element at `depth` is in a state. It shows after `endElement`. */
  keep(state: State, depth: number, beginning: number): void {
    const isForSiblings = state.next === 'next' || state.next === 'after';
    this.kept[this.keptCount++] = (isForSiblings ? depth - 1 : depth) * this.columns + state.column;
    this.kept[this.keptCount++] = beginning;
  }

  /** All states of the element at `depth` are known. */
  endElement(depth: number): void {
    const from = (depth - 1) * this.columns;
    for (const column of this.passing) this.rows[from + column] = 0;
    for (let index = 0; index < this.keptCount; index += 2) {
      this.rows[this.kept[index] as number] = this.kept[index + 1] as number;
    }
    this.keptCount = 0;
  }
}
