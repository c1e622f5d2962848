import { filesRemarks } from '../sources/files/remarks.ts';
import type { ItemRemarks } from '../sources/reports.ts';
import { itemsOfSources } from '../sources/sources.ts';
import { formatNoun } from '../text/format.ts';

/** What the reader of an exported file must know, as counts: of the items of sources, and of the file. */
export interface Remarks extends ItemRemarks {
  /** Records in no order, since none of them has the field to sort by. */
  unsorted: number;
  /** Records in no order, since there are too many to be sorted. */
  tooManyToSort: number;
  /** XLSX: records left out, since a larger workbook could not be made in one call. */
  lostRows: number;
  /** XLSX: cells cut to the longest text that a cell can hold. */
  cutCells: number;
  /** CSV: cells that are longer than a cell of a spreadsheet. */
  longCells: number;
  /** CSV: cells with half of a surrogate pair, which has no UTF-8. */
  brokenCells: number;
  /** XLSX: URLs that are plain text, since the number of links in a sheet is limited. */
  plainUrls: number;
  /** XLSX, and CSV of a large run: columns left out, since their number is limited. */
  lostColumns: number;
}

export function noRemarks(): Remarks {
  return {
    ...noItemRemarks(),
    ...{ unsorted: 0, tooManyToSort: 0 },
    ...{ lostRows: 0, cutCells: 0, plainUrls: 0, lostColumns: 0 },
    ...{ longCells: 0, brokenCells: 0 },
  };
}

const remarksOfItems = [...itemsOfSources.map(({ remarks }) => remarks), filesRemarks];

const lineOf = Object.assign({}, ...remarksOfItems) as {
  [Name in keyof ItemRemarks]: (count: number) => string;
};

/** What is counted of the items of sources. */
export const itemRemarkNames = Object.keys(lineOf) as (keyof ItemRemarks)[];

export function noItemRemarks(): ItemRemarks {
  return Object.fromEntries(itemRemarkNames.map((name) => [name, 0])) as Record<keyof ItemRemarks, number>;
}

/** The remarks that are not 0, if any. */
export function foundRemarks(remarks: Remarks): { remarks?: Partial<Remarks> } {
  const found = Object.entries(remarks).filter(([, count]) => count > 0);
  return found.length === 0 ? {} : { remarks: Object.fromEntries(found) };
}

/** The remarks that are not 0, one line of text each. */
export function remarkLines(remarks: Partial<Remarks>): string[] {
  const { unsorted = 0, tooManyToSort = 0 } = remarks;
  const { lostRows = 0, cutCells = 0, plainUrls = 0, lostColumns = 0 } = remarks;
  const { longCells = 0, brokenCells = 0 } = remarks;
  const lines: [number, string][] = [
    ...itemRemarkNames.map((name): [number, string] => {
      const count = remarks[name] ?? 0;
      return [count, lineOf[name](count)];
    }),
    [
      unsorted,
      `not sorted: none of ${formatNoun(unsorted, 'record')} has the field to sort by; is its name right?`,
    ],
    [
      tooManyToSort,
      `not sorted: ${formatNoun(tooManyToSort, 'record')}, more than there is room to sort (SORT_NO_ROOM)`,
    ],
    [
      lostRows,
      `${formatNoun(lostRows, 'record')} left out: a spreadsheet of so many cannot be made; JSONL has all of them`,
    ],
    [
      cutCells,
      `${formatNoun(cutCells, 'cell')} cut at 32,767 characters, the most that one holds; JSONL has all of it`,
    ],
    [
      longCells,
      `${formatNoun(longCells, 'cell')} longer than 32,767 characters: spreadsheets cut them when they open the file; other programs do not`,
    ],
    [
      brokenCells,
      `${formatNoun(brokenCells, 'cell')} with half of a character, written as U+FFFD; JSONL has it as it was`,
    ],
    [plainUrls, `${formatNoun(plainUrls, 'URL')} not clickable: a sheet has at most 65,530 links`],
    [lostColumns, `${formatNoun(lostColumns, 'column')} left out: a sheet has at most 16,384`],
  ];
  return lines.filter(([found]) => found > 0).map(([, line]) => line);
}
