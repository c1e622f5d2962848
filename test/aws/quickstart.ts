import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLines } from '../cli/call-cli.ts';
import { projectRoot } from './cached-install.ts';
import type { Deployment } from './deployment.ts';

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

/** Deploys the app, with the quickstart of this shop as `books.yaml` beside it. */
export async function deployQuickstart(deployment: Deployment, origin: string): Promise<void> {
  deployment.write('books.yaml', quickstartFor(origin));
  await deployment.cdk('bootstrap');
  await deployment.cdk('deploy', '--require-approval', 'never');
}

/** Ids of the runs that `enqueue --json` says it has started. */
export function startedRuns(stdout: string): string[] {
  return parseLines(stdout).flatMap(({ type, runs }) => (type === 'started' ? (runs as string[]) : []));
}
