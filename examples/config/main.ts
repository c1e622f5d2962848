/** `node examples/config/main.ts [file]`: a YAML file of two documents, loaded and printed. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reportError } from '../../cli/report-error.ts';
import { usageError } from '../../cli/usage-error.ts';
import { formatTable } from '../../shared/text/format.ts';
import { type Config, loadConfig } from './load-config.ts';

const help = `Loads a YAML file of two documents and prints them.

Usage: node examples/config/main.ts [file]

  file    the first document has rest: with url and port, the second prime_numbers:
          (default: the config.yaml beside this program)
  --help  show this`;

try {
  const { values, positionals } = readArguments();
  if (values.help) console.log(help);
  else print(loadConfig(positionals[0] ?? join(import.meta.dirname, 'config.yaml')));
} catch (error) {
  process.exitCode = reportError(error, false);
}

function readArguments() {
  try {
    const parsed = parseArgs({ options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
    if (parsed.positionals.length > 1) throw new Error('one file at a time');
    return parsed;
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error));
  }
}

function print({ rest, prime_numbers: primes }: Config): void {
  const rows = [
    ['rest.url', rest.url],
    ['rest.port', String(rest.port)],
    ['prime_numbers', primes.join(', ')],
  ];
  for (const line of formatTable(rows)) console.log(line);
}
