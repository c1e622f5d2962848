import { readFileSync } from 'node:fs';
import { ownFile } from '../shared/own-files.ts';

/** Of the product that runs. */
export function readVersion(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(ownFile('package.json'), 'utf8'));
  return version;
}
