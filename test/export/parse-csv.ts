/** A reader of RFC 4180 for the tests: strict, and independent of the writer. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { cell, next } = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
    row.push(cell);
    at = next;
    if (text[at] === ',') {
      at += 1;
      if (at === text.length) row.push('');
    } else if (text.startsWith('\r\n', at)) {
      at += 2;
      rows.push(row);
      row = [];
    } else {
      throw new Error(`neither comma nor line end at ${at}`);
    }
  }
  if (row.length > 0) throw new Error('the last line has no end');
  return rows;
}

function readQuoted(text: string, start: number): { cell: string; next: number } {
  let cell = '';
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] !== '"') cell += text[at];
    else if (text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else return { cell, next: at + 1 };
  }
  throw new Error(`quotes opened at ${start} are not closed`);
}

function readPlain(text: string, start: number): { cell: string; next: number } {
  const match = /^[^",\r\n]*/.exec(text.slice(start));
  const cell = match?.[0] ?? '';
  return { cell, next: start + cell.length };
}
