import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './cached-install.ts';

/** The quickstart job for a shop elsewhere, with fetches short enough for the functions of the tests. */
export function quickstartFor(origin: string): string {
  const text = readFileSync(join(projectRoot, 'config/quickstart.yaml'), 'utf8');
  return text.replaceAll('http://127.0.0.1:8377', origin).replace('fetch:\n', 'fetch:\n  timeoutMs: 10000\n');
}

/**
 * Lines of a JSON Lines text, sorted: what two exports must agree on. Of the addresses of one page, which differ in what
 * they are tracked by, whichever is found first is asked.
 */
export function sortedLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(/\?utm_[^"]*/g, ''))
    .sort();
}
