import { z } from 'zod';

/** How the rows of a table file are read, where that is not to be found out from the file. */
export const tableSchema = z
  .strictObject({
    delimiter: z
      .string()
      .length(1, 'one character, such as ";" or "\\t"')
      .refine((mark) => !'"\r\n'.includes(mark), 'a character that is neither a quote nor a line break')
      .optional()
      .describe('Of CSV: what separates cells. Default: found out from the first rows: , ; | or a tab.'),
    quote: z
      .enum(['"', "'"])
      .optional()
      .describe('Of CSV: what cells with a delimiter in them stand in. Default: found out.'),
    sheet: z
      .union([z.string().min(1).max(31), z.int().min(1).max(1_000)])
      .optional()
      .describe(
        'Of XLSX: the name of the sheet, or its number among those that are shown. Default: the first.',
      ),
    header: z
      .union([z.int().min(1).max(1_000), z.literal(false)])
      .optional()
      .describe(
        'The number of the row with the names of the columns, blank ones not counted; false: there is none, and columns are column1, column2 … Default: the first row as wide as most, unless a cell of it is a number or a date, or empty and not the first.',
      ),
  })
  .describe('How a table (CSV, XLSX) is read, where that cannot be found out from its first rows.');

export type TableOptions = z.output<typeof tableSchema>;
