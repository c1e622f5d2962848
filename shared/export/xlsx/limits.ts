/** The limits of Excel: "Excel specifications and limits", support.microsoft.com. */
export interface SheetLimits {
  /** Rows with the header. */
  rows: number;
  columns: number;
  links: number;
  /** Length of a cell's text in UTF-16 code units. */
  textChars: number;
}

export const excelLimits: SheetLimits = {
  rows: 1_048_576,
  columns: 16_384,
  links: 65_530,
  textChars: 32_767,
};
