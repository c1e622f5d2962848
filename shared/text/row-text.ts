/** What is odd about a row of a table, as the rest of "its row …". */
export const rowOddities = {
  short: 'has fewer cells than there are columns',
  long: 'has more cells than there are columns',
  quotes: 'has quotes that do not end, or something behind them',
} as const;

export type RowOddity = keyof typeof rowOddities;

/** What is odd about the headings of a table, as the rest of "… has …". */
export const headingOddities = {
  repeated: 'headings that occur more than once, told apart by numbers',
  unnamed: 'columns without a heading, named by their position',
} as const;

export type HeadingOddity = keyof typeof headingOddities;
