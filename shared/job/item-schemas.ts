import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatPath } from '../schema/format-path.ts';
import { findSchemaMistakes, type ItemSchema } from '../schema/json-schema.ts';
import { offsetOf } from './explain-issues.ts';
import type { YamlFinding } from './problems.ts';
import type { YamlDocument } from './read-yaml.ts';
import type { Job } from './schema.ts';

const maxSchemaBytes = 1_048_576;

/**
 * The job with the schemas of its items in place of the files that have them: a run keeps them with its job, so that all of
 * its processes check by the same. And the mistakes in them.
 */
export function withItemSchemas(
  job: Job,
  document: YamlDocument,
  baseDir: string,
): { job: Job; findings: YamlFinding[] } {
  const findings: YamlFinding[] = [];
  const pages = { ...job.pages };
  for (const [label, rule] of Object.entries(pages)) {
    const { schema } = rule;
    if (schema === undefined) continue;
    const path = ['pages', label, 'schema'];
    const note = (within: (string | number)[], message: string) =>
      findings.push({
        offset: offsetOf(document.root, [...path, ...within], 'value'),
        document: document.number,
        path: formatPath([...path, ...within]),
        message,
      });
    const read = typeof schema === 'string' ? readSchema(resolve(baseDir, schema)) : { schema };
    if ('fault' in read) {
      note([], `expected a file with a JSON Schema, found ${JSON.stringify(schema)}, which ${read.fault}`);
      continue;
    }
    for (const { path: within, expected } of findSchemaMistakes(read.schema)) {
      if (typeof schema === 'string') note([], `${schema}: ${formatPath(within)}: expected ${expected}`);
      else note(within, `expected ${expected}`);
    }
    pages[label] = { ...rule, schema: read.schema as Extract<typeof schema, object> };
  }
  return { job: { ...job, pages }, findings };
}

function readSchema(file: string): { schema: ItemSchema } | { fault: string } {
  try {
    if (statSync(file).size > maxSchemaBytes) return { fault: 'is larger than 1 MiB' };
    return { schema: JSON.parse(readFileSync(file, 'utf8')) as ItemSchema };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { fault: error instanceof SyntaxError ? `is no JSON (${reason})` : `cannot be read (${reason})` };
  }
}
