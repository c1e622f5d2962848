import type { z } from 'zod';

/**
 * The error map of the project's schemas: the message of a zod issue is what was expected, as a noun phrase ("a
 * whole number"), from which a sentence is made. For unknown keys, it is the valid keys joined by ", ". Messages
 * in a schema follow the same rule.
 */
export function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return shapeKeys(issue.inst).join(', ');
    case 'invalid_type':
      return expectedType(String(issue.expected), issue.inst);
    case 'invalid_value':
      return oneOf((issue.values ?? []) as unknown[]);
    case 'too_small':
      return issue.inclusive === false
        ? `more than ${String(issue.minimum)}`
        : atLeast(String(issue.origin), Number(issue.minimum));
    case 'too_big':
      return issue.inclusive === false
        ? `less than ${String(issue.maximum)}`
        : atMost(String(issue.origin), Number(issue.maximum));
    case 'not_multiple_of':
      return `a multiple of ${String(issue.divisor)}`;
    case 'invalid_format':
      return `text of the form ${String(issue.pattern ?? issue.format)}`;
    default:
      return 'another value';
  }
}

/** `a`, `a or b`, `a, b or c`. */
export function joinOr(words: string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

const typeWords: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  record: 'a mapping',
  null: 'null',
};

function expectedType(type: string, inst: unknown): string {
  if (type === 'object') {
    const keys = shapeKeys(inst);
    return keys.length > 0 && keys.length <= 7 ? `a mapping with ${joinOr(keys)}` : 'a mapping';
  }
  const { format } = definitionOf(inst);
  return type === 'number' && format !== undefined ? 'a whole number' : (typeWords[type] ?? type);
}

function oneOf(values: unknown[]): string {
  const words = values.map((value) => JSON.stringify(value));
  return words.length === 1 ? (words[0] ?? '') : `one of ${words.join(', ')}`;
}

function atLeast(origin: string, minimum: number): string {
  if (origin === 'string') return minimum === 1 ? 'text that is not empty' : `at least ${minimum} characters`;
  if (origin === 'array') return minimum === 1 ? 'at least one entry' : `at least ${minimum} entries`;
  return `at least ${minimum}`;
}

function atMost(origin: string, maximum: number): string {
  if (origin === 'string') return `at most ${maximum} character${maximum === 1 ? '' : 's'}`;
  return origin === 'array' ? `at most ${maximum} entries` : `at most ${maximum}`;
}

function shapeKeys(inst: unknown): string[] {
  return Object.keys(definitionOf(inst).shape ?? {});
}

function definitionOf(inst: unknown): { shape?: object; format?: string } {
  return (inst as { _zod?: { def?: { shape?: object; format?: string } } } | undefined)?._zod?.def ?? {};
}
