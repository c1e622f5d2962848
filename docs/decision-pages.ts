import { globSync, readFileSync } from 'node:fs';

/** A page of docs/decisions, as its head says. */
export interface DecisionPage {
  file: string;
  title: string;
  /** YYYY-MM-DD. */
  date: string;
  /** Such as `in force`. */
  status: string;
  text: string;
}

/** Below the title `*2026-11-28. Status: in force.*`; the same after the word Decision, in brackets, is as good. */
const head =
  /^# (.+)\n\n(?:\*\*Decision\*\* \(|\*)?(\d{4}-\d\d-\d\d)(?:\. Status: |[ ,;·]+)([^*\n)]+?)\.?[*)\n]/;

/** All of them, newest first. Throws an `Error` that names a page without title, date or status. */
export function readDecisions(): DecisionPage[] {
  const folder = new URL('decisions/', import.meta.url);
  const files = globSync('*.md', { cwd: folder }).filter((file) => file !== 'README.md');
  return files
    .map((file) => readPage(file, readFileSync(new URL(file, folder), 'utf8')))
    .sort((a, b) => b.date.localeCompare(a.date) || a.title.localeCompare(b.title));
}

function readPage(file: string, text: string): DecisionPage {
  const [, title, date, status] = head.exec(text) ?? [];
  if (title === undefined || date === undefined || status === undefined) {
    const wanted = '# Title, an empty line, *YYYY-MM-DD. Status: in force.*';
    throw new Error(`docs/decisions/${file} does not begin as it should: ${wanted}`);
  }
  return { file, title, date, status, text };
}
