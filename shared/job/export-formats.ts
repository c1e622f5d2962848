/** The properties of a file format that are needed where nothing is written. */
export interface ExportFormatFacts {
  /** For docs/jobs.md. */
  about: string;
  /** Endings of file names that also mean it, besides its own name; `''` is no ending. */
  otherEndings: readonly string[];
  /** The format is readable on a terminal. */
  isText: boolean;
  /** Every place in it needs a location. */
  needsLocation: boolean;
}

const text = { otherEndings: [], isText: true, needsLocation: false };

/**
 * The file formats of exports, and the one list of their names, which are also the endings of the files. How each
 * is written is in `shared/export/formats.ts`, which does not compile without an entry for every name. Exports in
 * parts write them in this order, also across versions: new ones come last.
 */
const formats = {
  jsonl: { ...text, about: 'a JSON object a line', otherEndings: ['', 'ndjson', 'txt'] },
  json: { ...text, about: 'one list' },
  csv: { ...text, about: 'a table' },
  xlsx: { ...text, about: 'a spreadsheet', isText: false },
  geojson: { ...text, about: 'for maps', needsLocation: true },
} satisfies Record<string, ExportFormatFacts>;

export type ExportFormat = keyof typeof formats;

export const exportFormats = Object.keys(formats) as ExportFormat[];

export function exportFormatFacts(name: ExportFormat): ExportFormatFacts {
  return formats[name];
}

/** The format that the ending of a file's name means, such as `csv`. */
export function exportFormatOfEnding(ending: string): ExportFormat | undefined {
  return exportFormats.find(
    (name) => name === ending || exportFormatFacts(name).otherEndings.includes(ending),
  );
}

/** One phrase for each format. */
export function describeExportFormats(): string {
  return exportFormats.map((name) => `${name}: ${exportFormatFacts(name).about}`).join('; ');
}
