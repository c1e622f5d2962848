/** What Excel takes: "Excel specifications and limits", support.microsoft.com. */
export interface SheetLimits {
  /** The header's included. */
  rows: number;
  columns: number;
  links: number;
  /** Of a cell, in UTF-16 code units. */
  textChars: number;
}

export const excelLimits: SheetLimits = {
  rows: 1_048_576,
  columns: 16_384,
  links: 65_530,
  textChars: 32_767,
};
