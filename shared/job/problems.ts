import { HaltError } from '../errors.ts';
import { unprintable } from '../schema/format-path.ts';

/** A mistake in a YAML text, by offset. */
export interface YamlFinding {
  /** UTF-16 offset into the text. */
  offset: number;
  /** 1-based. */
  document: number;
  /** Such as `pages.product.fields.price`; `''` for the document itself. */
  path: string;
  /** A clause without the path: "unknown key; did you mean …". */
  message: string;
  /** What would have been right, in words. */
  expected?: string;
  /** What to write instead. */
  suggestion?: string;
  /** A secret is written there, which no message shows. */
  isSecret?: true;
}

/** A mistake in a file, with its location for people and editors. Line and column are 1-based. */
export interface Problem extends Omit<YamlFinding, 'offset' | 'isSecret'> {
  file: string;
  line: number;
  /** In UTF-16 code units. */
  column: number;
  /** The source line and a caret below it, two lines of text. */
  excerpt: string;
}

/** A job or settings file with errors: all of them at once, in file order. */
export class InvalidFileError extends HaltError {
  readonly problems: Problem[];

  constructor(code: 'JOB_INVALID' | 'SETTINGS_INVALID', problems: Problem[]) {
    super(code, describeProblems(problems));
    this.problems = problems;
  }
}

/**
 * Findings of one text, sorted by location: one per location and path, and each message once per location, since a
 * mistake in an anchor is repeated by every alias.
 */
export function locate(findings: YamlFinding[], text: string, file: string): Problem[] {
  const lines = lineStarts(text);
  const seen = new Set<string>();
  const problems: Problem[] = [];
  const secretsOf = secretColumns(findings, lines);
  for (const finding of findings.toSorted((a, b) => a.offset - b.offset)) {
    const keys = [`${finding.offset} at ${finding.path}`, `${finding.offset} says ${finding.message}`];
    if (keys.some((key) => seen.has(key))) continue;
    for (const key of keys) seen.add(key);
    const { offset, isSecret: _, ...rest } = finding;
    const { line, column } = lineAndColumn(offset, lines);
    problems.push({
      file,
      ...rest,
      line,
      column,
      excerpt: excerptOf(text, lines[line - 1] ?? 0, column, secretsOf.get(line)),
    });
  }
  return problems;
}

/** `file:line:column (document n) path: message`, on one line. */
function describeProblem(problem: Problem, oneDocument = false): string {
  const document = oneDocument ? '' : ` (document ${problem.document})`;
  const path = problem.path === '' ? '' : ` ${problem.path}`;
  return `${problem.file}:${problem.line}:${problem.column}${document}${path}: ${problem.message}`;
}

/** 1-based line of an offset. */
export function lineOf(offset: number, text: string): number {
  return lineAndColumn(offset, lineStarts(text)).line;
}

const shown = 50;
const excerptWidth = 100;

function describeProblems(problems: Problem[]): string {
  const oneDocument = problems.every((problem) => problem.document === 1);
  const texts = problems
    .slice(0, shown)
    .map((problem) => `${describeProblem(problem, oneDocument)}\n${problem.excerpt}`);
  if (problems.length > shown) texts.push(`… and ${problems.length - shown} more`);
  return texts.join('\n');
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return starts;
}

function lineAndColumn(offset: number, starts: number[]): { line: number; column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** By line, the column from which it shows a secret. */
function secretColumns(findings: YamlFinding[], lines: number[]): Map<number, number> {
  const columns = new Map<number, number>();
  for (const { offset, isSecret } of findings) {
    if (isSecret !== true) continue;
    const { line, column } = lineAndColumn(offset, lines);
    columns.set(line, Math.min(column, columns.get(line) ?? column));
  }
  return columns;
}

function excerptOf(text: string, start: number, column: number, secretAt?: number): string {
  const whole = /^[^\r\n]*/.exec(text.slice(start, start + column + excerptWidth))?.[0] ?? '';
  const line = secretAt === undefined ? whole : `${whole.slice(0, secretAt - 1).padEnd(column - 1)}***`;
  const cut = Math.max(0, column - 1 - excerptWidth / 2);
  const visible = line.slice(cut, cut + excerptWidth).replace(unprintable, ' ');
  return `    ${visible}\n    ${' '.repeat(column - 1 - cut)}^`;
}
