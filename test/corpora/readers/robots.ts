import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAllowed, parseRobots } from '../../../shared/fetch/robots/robots-rules.ts';
import type { CorpusResult } from '../corpus-result.ts';

/** The questions of google/robotstxt's `robots_test.cc`, taken from its text. */
export function checkGoogleRobots(folder: string): CorpusResult {
  const text = readFileSync(join(folder, 'robots_test.cc'), 'utf8');
  return runTests(text, {
    assignment: /(?:absl::string_view|std::string)\s+(\w+)(?:\s*=|\()\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)?;/g,
    question:
      /EXPECT_(TRUE|FALSE)\(\s*IsUserAgentAllowed\(\s*(\w+|(?:"(?:[^"\\]|\\.)*"\s*)+),\s*(\w+|"[^"]*"),\s*(\w+|"[^"]*")\)\)/g,
    ask: ([, truth, robots, agent, url]) => ({ isAllowed: truth === 'TRUE', robots, agent, url }),
  });
}

/** The questions of Protego's `tests/test_protego.py` and `test_on_google_spec.py`, taken from their text. */
export function checkProtego(folder: string): CorpusResult {
  const files = ['test_protego.py', 'test_on_google_spec.py'];
  const text = files.map((file) => readFileSync(join(folder, 'tests', file), 'utf8')).join('\n');
  return runTests(text, {
    assignment: /\b(\w+)\s*=\s*\(?\s*((?:f?(?:"""[\s\S]*?"""|"(?:[^"\\]|\\.)*")\s*)+)\)?/g,
    question: /assert (not )?rp\.can_fetch\(\s*("[^"]*"),\s*("[^"]*")\s*\)/g,
    ask: ([, not, url, agent]) => ({ isAllowed: not === undefined, robots: lastAssigned, agent, url }),
  });
}

/** A name that no variable has. */
const lastAssigned = '=';

interface Question {
  isAllowed: boolean;
  robots: string | undefined;
  agent: string | undefined;
  url: string | undefined;
}

interface Dialect {
  assignment: RegExp;
  question: RegExp;
  ask(found: RegExpMatchArray): Question;
}

/** Goes through assignments of strings and questions about them, in the order of the text. */
function runTests(text: string, { assignment, question, ask }: Dialect): CorpusResult {
  const values = new Map<string, string>();
  const misses: string[] = [];
  let cases = 0;
  const steps = [...text.matchAll(assignment), ...text.matchAll(question)].sort((a, b) => a.index - b.index);
  const resolve = (word = '') => (word.startsWith('"') ? unquote(word) : values.get(word));
  for (const step of steps) {
    if (assignment.test(step[0])) {
      assignment.lastIndex = 0;
      for (const word of [step[1] ?? '', lastAssigned]) values.set(word, unquote(step[2] ?? ''));
      continue;
    }
    const { isAllowed: expected, ...asked } = ask(step);
    const [robots, agent, url] = [asked.robots, asked.agent, asked.url].map(resolve);
    if (robots === undefined || agent === undefined || url === undefined) continue;
    cases += 1;
    // Protego takes paths as well.
    const absolute = /^[a-z]+:/.test(url) ? url : `http://a.example/${url.replace(/^\//, '')}`;
    if (isAllowed(parseRobots(robots), agent, absolute) === expected) continue;
    const line = text.slice(0, step.index).split('\n').length;
    misses.push(
      `line ${line}: ${agent} ${url} is ${expected ? 'allowed' : 'disallowed'}: ${JSON.stringify(robots)}`,
    );
  }
  return { cases, misses };
}

/** Adjacent literals are one. */
function unquote(literals: string): string {
  const parts = literals.matchAll(/"""([\s\S]*?)"""|"((?:[^"\\]|\\.)*)"/g);
  return [...parts]
    .map(([, long, short = '']) => long ?? short)
    .join('')
    .replace(/\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\(.)/gi, (_, byte, unit, letter) => {
      if (letter !== undefined) return { n: '\n', r: '\r', t: '\t' }[letter as string] ?? letter;
      return String.fromCharCode(Number.parseInt(byte ?? unit, 16));
    });
}
