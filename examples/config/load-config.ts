import { z } from 'zod';
import { expectation } from '../../shared/job/expectations.ts';
import { explainIssues } from '../../shared/job/explain-issues.ts';
import { InvalidFileError, locate, type YamlFinding } from '../../shared/job/problems.ts';
import { readText } from '../../shared/job/read-text.ts';
import { readYaml } from '../../shared/job/read-yaml.ts';

const restSchema = z.strictObject({
  rest: z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    port: z.int().min(1).max(65_535),
  }),
});

const primesSchema = z.strictObject({ prime_numbers: z.array(z.int().min(2)).min(1) });

export type Config = z.output<typeof restSchema> & z.output<typeof primesSchema>;

/**
 * Reads a file of two YAML documents, of at most 1 MiB. Throws `HaltError` SETTINGS_INVALID with every
 * problem of the file and its place.
 */
export function loadConfig(file: string): Config {
  const text = readText(file, 'SETTINGS_INVALID');
  const { documents, findings } = readYaml(text);
  const [first, second] = documents;
  const rest = restSchema.safeParse(first?.value, { error: expectation });
  const primes = primesSchema.safeParse(second?.value, { error: expectation });
  if (findings.length === 0 && documents.length !== 2) findings.push(wrongCount(documents.length));
  else {
    if (first && rest.error) findings.push(...explainIssues(rest.error.issues, first, text));
    if (second && primes.error) findings.push(...explainIssues(primes.error.issues, second, text));
  }
  if (findings.length > 0 || !rest.success || !primes.success) {
    throw new InvalidFileError('SETTINGS_INVALID', locate(findings, text, file));
  }
  return { ...rest.data, ...primes.data };
}

function wrongCount(count: number): YamlFinding {
  const message = `two documents are expected, rest: and prime_numbers:, with --- between them; here are ${count}`;
  return { offset: 0, document: 1, path: '', message };
}
