import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { formatPath } from '../schema/format-path.ts';
import { findPlaceholders } from '../schema/secrets.ts';
import { expectation } from './expectations.ts';
import { explainIssues, offsetOf } from './explain-issues.ts';
import { withItemSchemas } from './item-schemas.ts';
import { withNamedAreas } from './named-areas.ts';
import { InvalidFileError, lineOf, locate, type YamlFinding } from './problems.ts';
import { readText } from './read-text.ts';
import { readYaml, type YamlDocument } from './read-yaml.ts';
import { type Job, jobSchema } from './schema.ts';
import { type Settings, settingsSchema } from './settings-schema.ts';
import { collectShared, isShared, sharedSchema, withSharedFields } from './shared-fields.ts';

/** A job, and where it was written. */
export interface LoadedJob {
  /** With defaults filled in; secrets are still `${env:NAME}`. */
  job: Job;
  /** Absolute folder that the job's relative paths are resolved against. */
  baseDir: string;
  /** The path as given. */
  file: string;
  /** 1-based position in the file. */
  document: number;
}

/**
 * Reads a job file: at least one job, one per YAML document, beside documents of shared fields. Throws `HaltError` JOB_UNREADABLE, or
 * `InvalidFileError` JOB_INVALID with every problem of the file.
 */
export async function loadJobs(file: string): Promise<LoadedJob[]> {
  return parseJobs(readText(file, 'JOB_UNREADABLE'), file);
}

/** `loadJobs` for a text; `file` is used in messages, and its folder is the base of relative paths. */
export function parseJobs(source: string, file: string): LoadedJob[] {
  const text = withoutMark(source);
  const { documents, findings } = readYaml(text);
  const baseDir = dirname(resolve(file));
  const jobs: { job: Job; document: YamlDocument }[] = [];
  const sharing = documents.filter(isShared).map((document) => {
    const { findings: mistakes } = check(sharedSchema, document, text);
    findings.push(...mistakes);
    return { document, isFaulty: mistakes.length > 0 };
  });
  const { shared, findings: repeated } = collectShared(sharing, text);
  findings.push(...repeated);
  const written = documents.filter((document) => !isShared(document));
  for (const one of written) {
    const { document, findings: unknown } = withSharedFields(one, shared);
    findings.push(...unknown);
    const checked = check(jobSchema, document, text);
    findings.push(...checked.findings);
    if (checked.value === undefined) continue;
    const whole = withItemSchemas(checked.value, document, baseDir);
    const placed = withNamedAreas(whole.job, document, baseDir);
    findings.push(...whole.findings, ...placed.findings);
    jobs.push({ job: placed.job, document });
  }
  findings.push(...repeatedNames(written, text));
  if (written.length === 0 && findings.length === 0) {
    const message = 'the file holds no job; write at least name, sources and pages';
    findings.push({ offset: 0, document: 1, path: '', message });
  }
  if (findings.length > 0) throw new InvalidFileError('JOB_INVALID', locate(findings, text, file));
  return jobs.map(({ job, document }) => ({ job, baseDir, file, document: document.number }));
}

/**
 * Reads the settings file; the defaults when there is none. Throws `HaltError` SETTINGS_INVALID, with
 * every problem of the file.
 */
export function loadSettings(file?: string): Settings {
  if (file === undefined || !existsSync(file)) return settingsSchema.parse({});
  return parseSettings(readText(file, 'SETTINGS_INVALID'), file);
}

/** `loadSettings` for a text; an empty one gives the defaults. */
export function parseSettings(source: string, file: string): Settings {
  const text = withoutMark(source);
  const { documents, findings } = readYaml(text);
  const [first, second] = documents;
  if (second) {
    const message = 'settings are one document; remove this one';
    findings.push({ offset: second.root.offset, document: second.number, path: '', message });
  }
  const checked = first
    ? check(settingsSchema, first, text)
    : { value: settingsSchema.parse({}), findings: [] };
  findings.push(...checked.findings);
  if (findings.length > 0 || checked.value === undefined) {
    throw new InvalidFileError('SETTINGS_INVALID', locate(findings, text, file));
  }
  return checked.value;
}

function check<Schema extends z.ZodType>(
  schema: Schema,
  document: YamlDocument,
  text: string,
): { value?: z.output<Schema>; findings: YamlFinding[] } {
  const parsed = schema.safeParse(document.value, { error: expectation });
  const findings = malformedPlaceholders(document);
  if (!parsed.success) findings.push(...explainIssues(parsed.error.issues, document, text));
  return parsed.success ? { value: parsed.data, findings } : { findings };
}

function malformedPlaceholders({ value, root, number }: YamlDocument): YamlFinding[] {
  return findPlaceholders(value)
    .filter(({ valid }) => !valid)
    .map(({ name, path }) => ({
      offset: offsetOf(root, path, 'value'),
      document: number,
      path: formatPath(path),
      message: `"\${env:${name}}" names no environment variable; write \${env:NAME}, or $\${env:… for the text itself`,
    }));
}

/** Run ids begin with the job's name, so two jobs of one file cannot share it. */
function repeatedNames(documents: YamlDocument[], text: string): YamlFinding[] {
  const first = new Map<string, YamlDocument>();
  return documents.flatMap((document) => {
    const { name } = (document.value ?? {}) as { name?: unknown };
    if (typeof name !== 'string') return [];
    const earlier = first.get(name);
    if (!earlier) {
      first.set(name, document);
      return [];
    }
    const line = lineOf(offsetOf(earlier.root, ['name'], 'value'), text);
    const message = `the name ${JSON.stringify(name)} is taken by document ${earlier.number}, on line ${line}`;
    return [
      {
        offset: offsetOf(document.root, ['name'], 'value'),
        document: document.number,
        path: 'name',
        message,
      },
    ];
  });
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
