import type { z } from 'zod';
import { formatPath, quote } from '../schema/format-path.ts';
import { speaksOfSecret } from '../schema/secrets.ts';
import { joinOr } from './expectations.ts';
import { answerForeignKey } from './foreign-keys.ts';
import { describeValue, suggestNearest, suggestValue, withUnit } from './found-value.ts';
import { nearest } from './nearest.ts';
import type { YamlFinding } from './problems.ts';
import type { YamlDocument } from './read-yaml.ts';
import type { NodeLocation } from './yaml-locations.ts';

type Issue = z.core.$ZodIssue;
type Path = PropertyKey[];

/** A file with more errors is of another kind altogether, and explaining them all would take seconds. */
const maxIssues = 1_000;
const maxUnknownKeys = 100;

/**
 * zod's issues about a document, made with `expectation` as the error map, as messages with locations: the first
 * 1,000, and of one mapping's unknown keys the first 100.
 */
export function explainIssues(issues: readonly Issue[], document: YamlDocument, text: string): YamlFinding[] {
  const explained = issues.slice(0, maxIssues).flatMap((issue) => explain(issue, [], { document, text }));
  // A misspelt key is also a missing one, and may break a rule of its mapping: one message is enough.
  const meant = new Set(explained.map(({ corrects }) => corrects));
  const misspelt = new Set(explained.map(({ within }) => within));
  const isConsequence = ({ kind, path }: Explained) =>
    (kind === 'missing' && meant.has(path)) || (kind === 'rule' && misspelt.has(path));
  return explained
    .filter((finding) => !isConsequence(finding))
    .map(({ kind: _, corrects: __, within: ___, ...finding }) => finding);
}

/** The offset of the value at a path, or of its key; for a missing value, of the position where it belongs. */
export function offsetOf(root: NodeLocation, path: Path, at: 'key' | 'value'): number {
  let location = root;
  let keyOffset = root.offset;
  for (const [depth, key] of path.entries()) {
    const entry = location.entries?.get(String(key));
    const next = entry?.value ?? (typeof key === 'number' ? location.items?.[key] : undefined);
    if (next === undefined) return depth === 0 ? root.offset : keyOffset;
    keyOffset = entry?.keyOffset ?? next.offset;
    location = next;
  }
  return at === 'key' ? keyOffset : location.offset;
}

interface Explained extends YamlFinding {
  kind?: 'missing' | 'rule';
  /** For an unknown key: the path of the key that was meant, and of its mapping. */
  corrects?: string;
  within?: string;
}

interface Context {
  document: YamlDocument;
  text: string;
}

function explain(issue: Issue, base: Path, context: Context): Explained[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const valid = issue.message.split(', ');
    return issue.keys.slice(0, maxUnknownKeys).map((key) => unknownKey([...path, key], valid, context));
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1));
    const expected = issue.issues[0]?.message ?? 'another key';
    return [
      at(path, 'key', context, { message: `expected ${expected} as the key, found ${quote(key)}`, expected }),
    ];
  }
  if (issue.code === 'invalid_union') return explainUnion(issue, path, context);
  const wrong = wrongValue(issue, path, context);
  return [issue.code === 'custom' ? { ...wrong, kind: wrong.kind ?? 'rule' } : wrong];
}

function unknownKey(path: Path, valid: string[], context: Context): Explained {
  const key = String(path.at(-1));
  const suggestion = nearest(key, valid);
  const within = formatPath(path.slice(0, -1));
  const isCloseCase = suggestion !== undefined && nearest(key, [suggestion], 0) !== undefined;
  const answer = isCloseCase ? undefined : answerForeignKey(key);
  if (answer !== undefined)
    return { ...at(path, 'key', context, { message: `unknown key; ${answer}` }), within };
  if (suggestion === undefined) {
    const keys =
      valid.length === 1 ? `the only key here is ${valid[0]}` : `the keys here are ${valid.join(', ')}`;
    return { ...at(path, 'key', context, { message: `unknown key; ${keys}` }), within };
  }
  return {
    ...at(path, 'key', context, { message: `unknown key; did you mean ${quote(suggestion)}?`, suggestion }),
    within,
    corrects: formatPath([...path.slice(0, -1), suggestion]),
  };
}

/** Reports the branch for the kind of value that was written; if there is none, all kinds. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path, context: Context): Explained[] {
  const value = valueAt(context.document.value, path);
  const branches = issue.errors;
  if (branches.length === 0) {
    const { options = [] } = issue as { options?: unknown[] };
    const expected = `one of ${options.map((option) => JSON.stringify(option)).join(', ')}`;
    return [wrongValue({ message: expected, values: options }, path, context)];
  }
  const meant = branches.filter((issues) => !issues.some((inner) => isOtherKind(inner, value)));
  const [best] = meant.toSorted((a, b) => a.length - b.length);
  if (best) return best.flatMap((inner) => explain(inner, path, context));
  const expected = [
    ...new Set(branches.flatMap((issues) => issues.slice(0, 1).map((inner) => inner.message))),
  ];
  return [wrongValue({ message: joinOr(expected) }, path, context)];
}

/** Whether a branch was refused for the kind of the value, rather than for its content. */
function isOtherKind(issue: Issue, value: unknown): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_type') return !(typeof value === 'number' && issue.expected === 'int');
  if (issue.code === 'invalid_value') return issue.values.every((allowed) => typeof allowed !== typeof value);
  return (
    issue.code === 'invalid_union' &&
    issue.errors.every((issues) => issues.some((inner) => isOtherKind(inner, value)))
  );
}

interface Wrong {
  message: string;
  values?: readonly unknown[];
  params?: Record<string, unknown> | undefined;
}

/** The parts of `Wrong` come from an issue, or from `params` of the schema's own checks (check-syntax.ts). */
function wrongValue(wrong: Wrong, path: Path, context: Context): Explained {
  const key = String(path.findLast((step) => typeof step === 'string') ?? '');
  const expected = withUnit(wrong.message, key);
  const value = valueAt(context.document.value, path);
  if (value === undefined) {
    return {
      ...at(path, 'key', context, { message: `missing; expected ${expected}`, expected }),
      kind: 'missing',
    };
  }
  const candidates = (wrong.params?.['candidates'] ?? wrong.values ?? []) as unknown[];
  const near = suggestNearest(value, candidates);
  const written = wrong.params?.['suggestion'] ?? suggestValue(value, expected, key);
  const hint = wrong.params?.['hint'] || hintAt(value, expected, path, context);
  const isSecret = speaksOfSecret(wrong.message);
  const found = isSecret ? 'a value that is not shown here' : describeValue(value);
  const parts = [`expected ${expected}, found ${found}`];
  if (near !== undefined) parts.push(`did you mean ${quote(near)}?`);
  else if (written !== undefined) parts.push(`write ${written}`);
  if (hint) parts.push(String(hint));
  const suggestion = near ?? (written === undefined ? undefined : String(written));
  const said = { message: parts.join('; '), expected, ...(isSecret ? { isSecret } : {}) };
  return at(path, 'value', context, suggestion === undefined ? said : { ...said, suggestion });
}

/** YAML that is read differently than it looks: a comment, or a list, where text was meant. */
function hintAt(
  value: unknown,
  expected: string,
  path: Path,
  { document, text }: Context,
): string | undefined {
  const line = /^[^\r\n]*/.exec(text.slice(offsetOf(document.root, path, 'key')))?.[0] ?? '';
  if (value === null && /^[^\s:]+:\s+#\S/.test(line))
    return 'what follows # is a comment: put the value in quotes';
  if (value === null && /^[^\s:]+:\s*$/.test(line)) return 'write a value, or remove the key';
  if (Array.isArray(value) && /^(text|a CSS selector)/.test(expected) && /^[^\s:]+:\s+\[/.test(line))
    return 'for text that begins with [, put it in quotes';
  return undefined;
}

function at(
  path: Path,
  where: 'key' | 'value',
  { document }: Context,
  said: Pick<YamlFinding, 'message' | 'expected' | 'suggestion' | 'isSecret'>,
): YamlFinding {
  return {
    offset: offsetOf(document.root, path, where),
    document: document.number,
    path: formatPath(path),
    ...said,
  };
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}
