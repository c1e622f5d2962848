import { HaltError } from '../errors.ts';
import { formatPath } from './format-path.ts';

/** Environment variables by name, as `process.env`. */
export type Env = Record<string, string | undefined>;

/** A `${env:NAME}` in a value. */
export interface Placeholder {
  name: string;
  path: PropertyKey[];
  /** Whether NAME can be the name of an environment variable. */
  valid: boolean;
}

/**
 * A copy of the value with every `${env:NAME}` in its strings replaced; keys are unchanged. `$${env:NAME}` stands
 * for the text `${env:NAME}`, and in a row of dollars before `{env:` two make one. Throws `HaltError` ENV_MISSING
 * that names every missing variable and where it is used.
 */
export function resolveSecrets<T>(value: T, env: Env): T {
  const missing = new Map<string, string[]>();
  for (const { name, path } of findPlaceholders(value)) {
    if (env[name] === undefined) missing.set(name, [...(missing.get(name) ?? []), formatPath(path)]);
  }
  if (missing.size > 0) throw envMissing(missing);
  return mapStrings(value, (text) => replace(text, (name) => env[name] ?? '')) as T;
}

/**
 * The values of the job's placeholders, as written and in their form in a URL, longest first: what a logger must
 * redact, as far as they are long enough for it (`isRedactable`).
 */
export function secretValues(job: unknown, env: Env): string[] {
  const values = findPlaceholders(job).map(({ name }) => env[name] ?? '');
  const forms = values.flatMap((value) => [value, encodeURIComponent(value.toWellFormed())]);
  return [...new Set(forms)].filter(isRedactable).sort((a, b) => b.length - a.length);
}

/** Whether a secret is long enough to be redacted wherever it stands: shorter ones would garble all other text. */
export function isRedactable(text: string): boolean {
  return text.length >= 4;
}

/** Every placeholder in the strings of a value, in order. */
export function findPlaceholders(value: unknown, path: PropertyKey[] = []): Placeholder[] {
  if (typeof value === 'string') {
    const found: Placeholder[] = [];
    replace(value, (name) => {
      found.push({ name, path, valid: validName.test(name) });
      return '';
    });
    return found;
  }
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((entry, index) => findPlaceholders(entry, [...path, index]));
  return Object.entries(value).flatMap(([key, entry]) => findPlaceholders(entry, [...path, key]));
}

/** The text with stand-ins for its placeholders, to check the syntax where the value is known only at run time. */
export function withStandIns(text: string, first: string, others: string): string {
  let count = 0;
  return replace(text, () => (count++ === 0 ? first : others));
}

const validName = /^[A-Za-z_][A-Za-z0-9_]*$/;

function replace(text: string, lookUp: (name: string) => string): string {
  return text.replace(/(\$+)\{env:([^{}]*)\}/g, (_, dollars: string, name: string) => {
    const literal = '$'.repeat(Math.floor(dollars.length / 2));
    return dollars.length % 2 === 1 ? literal + lookUp(name) : `${literal}{env:${name}}`;
  });
}

/** A copy of the value with all of its texts changed; keys stay. */
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => mapStrings(entry, change));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapStrings(entry, change)]));
}

function envMissing(missing: Map<string, string[]>): HaltError {
  const lines = [...missing].map(([name, paths]) => `${name} (used in ${[...new Set(paths)].join(', ')})`);
  const noun = missing.size === 1 ? 'environment variable is' : 'environment variables are';
  return new HaltError('ENV_MISSING', `${missing.size} ${noun} not set: ${lines.join('; ')}`);
}

const reason = 'since a run keeps a copy of its job';

/** What is expected where a secret is written out, as the text of an error. */
export function hiddenText(what: string, name = 'NAME'): string {
  return `${what} as \${env:${name}}, ${reason}`;
}

/** Whether a text of an error is one of those: what was found is a secret, then. */
export function speaksOfSecret(message: string): boolean {
  return message.endsWith(reason);
}
