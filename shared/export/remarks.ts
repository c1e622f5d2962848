/** What the reader of an exported file must know, as counts. */
export interface Remarks {
  /** Places that were read from Google's API. */
  apiPlaces: number;
  /** Places that lost fields because they may be kept no longer. */
  expiredPlaces: number;
  /** Records that are in no order, because none of them has the field to sort by. */
  unsorted: number;
  /** Records that are in no order, because there are more than there is room to sort. */
  tooManyToSort: number;
  /** XLSX: records left out, because a spreadsheet of so many could not be made in one go. */
  lostRows: number;
  /** XLSX: cells cut to the longest text that a cell holds. */
  cutCells: number;
  /** CSV: cells that are longer than a spreadsheet's cell holds. */
  longCells: number;
  /** CSV: cells with half of a surrogate pair, which UTF-8 has no bytes for. */
  brokenCells: number;
  /** XLSX: URLs that are mere text, because a sheet can have no more links. */
  plainUrls: number;
  /** XLSX, and CSV of a large run: columns left out, because a sheet can have no more of them. */
  lostColumns: number;
}

export function noRemarks(): Remarks {
  return {
    ...{ apiPlaces: 0, expiredPlaces: 0, unsorted: 0, tooManyToSort: 0 },
    ...{ lostRows: 0, cutCells: 0, plainUrls: 0, lostColumns: 0 },
    ...{ longCells: 0, brokenCells: 0 },
  };
}

/** Those that there are, if any. */
export function foundRemarks(remarks: Remarks): { remarks?: Partial<Remarks> } {
  const found = Object.entries(remarks).filter(([, count]) => count > 0);
  return found.length === 0 ? {} : { remarks: Object.fromEntries(found) };
}

/** The remarks that there are, one plain line each. */
export function remarkLines(remarks: Partial<Remarks>): string[] {
  const { apiPlaces = 0, expiredPlaces = 0, unsorted = 0, tooManyToSort = 0 } = remarks;
  const { lostRows = 0, cutCells = 0, plainUrls = 0, lostColumns = 0 } = remarks;
  const { longCells = 0, brokenCells = 0 } = remarks;
  const lines: [number, string][] = [
    [
      apiPlaces,
      'Google’s terms for what its API gave: place ids may be kept for ever, locations for 30 days; nothing grants keeping the rest',
    ],
    [
      expiredPlaces,
      `${noun(expiredPlaces, 'place')} lost fields that may be kept no longer; a new run reads them again`,
    ],
    [
      unsorted,
      `not sorted: none of ${noun(unsorted, 'record')} has the field to sort by; is its name right?`,
    ],
    [
      tooManyToSort,
      `not sorted: ${noun(tooManyToSort, 'record')}, more than there is room to sort (SORT_NO_ROOM)`,
    ],
    [
      lostRows,
      `${noun(lostRows, 'record')} left out: a spreadsheet of so many cannot be made; JSONL has all of them`,
    ],
    [
      cutCells,
      `${noun(cutCells, 'cell')} cut at 32,767 characters, the most that one holds; JSONL has all of it`,
    ],
    [
      longCells,
      `${noun(longCells, 'cell')} longer than 32,767 characters: spreadsheets cut them when they open the file; other programs do not`,
    ],
    [
      brokenCells,
      `${noun(brokenCells, 'cell')} with half of a character, written as U+FFFD; JSONL has it as it was`,
    ],
    [plainUrls, `${noun(plainUrls, 'URL')} not clickable: a sheet has at most 65,530 links`],
    [lostColumns, `${noun(lostColumns, 'column')} left out: a sheet has at most 16,384`],
  ];
  return lines.filter(([found]) => found > 0).map(([, line]) => line);
}

function noun(count: number, word: string): string {
  return `${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : 's'}`;
}
