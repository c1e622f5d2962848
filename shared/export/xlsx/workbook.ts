import { chunksOf } from '../chunks.ts';
import type { RecordSource } from '../record-source.ts';
import type { ExportRecord } from '../records.ts';
import type { Remarks } from '../remarks.ts';
import { excelLimits, type SheetLimits } from './limits.ts';
import {
  contentTypes,
  packageRelations,
  sheetPath,
  styleSheet,
  workbook,
  workbookRelations,
} from './parts.ts';
import { planSheets, type SheetPlan } from './plan-sheets.ts';
import { linkRelations, openSheet, sheetXml } from './sheet.ts';
import { surveyTables, type TableSurvey, tableOf } from './survey.ts';
import { type ZipPart, zipChunks } from './zip.ts';

export interface WorkbookRequest {
  source: RecordSource;
  /** Name of the sheet of records that are no items, or of an empty one. */
  name: string;
  remarks: Remarks;
  /** Called for each record that is written. */
  onRecord(): void;
  /** @default the limits of Excel */
  limits?: SheetLimits;
}

/**
 * Records as an Office Open XML workbook, a sheet for each kind of item, in constant memory except for the links
 * of one sheet. Reads the records once for columns, widths and counts, and once more per kind.
 */
export async function* workbookChunks(request: WorkbookRequest): AsyncGenerator<Buffer> {
  const { source, name, limits = excelLimits } = request;
  const tables = await surveyTables(source.read(), name);
  if (tables.size === 0) tables.set(name, { rows: 0, columns: new Map() });
  const plans = planSheets(tables, limits);
  countLostColumns(tables, plans, request.remarks);
  await using readings = openReadings(source, name, tables);
  const sheets = plans.flatMap((plan, index) =>
    sheetParts(request, plan, index, () => readings.take(plan.table, plan.rows)),
  );
  yield* zipChunks([...bookParts(plans), ...sheets]);
}

function countLostColumns(tables: Map<string, TableSurvey>, plans: SheetPlan[], remarks: Remarks): void {
  for (const [table, { columns }] of tables) {
    const shown = plans.find((plan) => plan.table === table)?.columns.length ?? 0;
    remarks.lostColumns += columns.size - shown;
  }
}

function bookParts(plans: SheetPlan[]): ZipPart[] {
  const entries = plans.map(({ name, range }) => ({
    name,
    ...(range === undefined ? {} : { filterRange: range }),
  }));
  const part = (path: string, xml: string): ZipPart => ({ path, content: () => chunksOf([xml]) });
  return [
    part('[Content_Types].xml', contentTypes(entries)),
    part('_rels/.rels', packageRelations()),
    part('xl/workbook.xml', workbook(entries)),
    part('xl/_rels/workbook.xml.rels', workbookRelations(entries)),
    part('xl/styles.xml', styleSheet),
  ];
}

function sheetParts(
  { remarks, onRecord, limits = excelLimits }: WorkbookRequest,
  plan: SheetPlan,
  index: number,
  records: () => AsyncIterable<ExportRecord>,
): ZipPart[] {
  const sheet = openSheet(plan, limits, remarks);
  const counted = async function* () {
    for await (const record of records()) {
      onRecord();
      yield record;
    }
  };
  const path = sheetPath(index);
  const content: ZipPart = {
    path: `xl/${path}`,
    content: () => chunksOf(sheetXml(sheet, index === 0, counted())),
  };
  const targets: ZipPart = {
    path: `xl/${path.replace('/', '/_rels/')}.rels`,
    content: () => chunksOf(linkRelations(sheet)),
  };
  return plan.columns.some(({ links }) => links > 0) ? [content, targets] : [content];
}

/** A table whose rows fill several sheets is read once for all of them. */
function openReadings(source: RecordSource, name: string, tables: Map<string, TableSurvey>) {
  const open = new Map<string, AsyncGenerator<ExportRecord>>();
  const reading = async function* (table: string) {
    for await (const record of source.read()) if (tableOf(record, name, tables) === table) yield record;
  };
  return {
    async *take(table: string, count: number): AsyncGenerator<ExportRecord> {
      const records = open.get(table) ?? reading(table);
      open.set(table, records);
      for (let taken = 0; taken < count; taken += 1) {
        const next = await records.next();
        if (next.done === true) return;
        yield next.value;
      }
    },
    async [Symbol.asyncDispose]() {
      for (const records of open.values()) await records.return(undefined);
    },
  };
}
