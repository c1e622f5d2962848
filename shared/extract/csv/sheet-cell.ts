/** A cell of a workbook whose formula no program has computed. */
export interface LostCell {
  formula: string;
}

/** A cell of a table: its value, or what it lacks. */
export type SheetCell = string | number | boolean | null | LostCell;
