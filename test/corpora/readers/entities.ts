import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTag } from 'domhandler';
import { parseHtml } from '../../../shared/extract/tree/parse-html.ts';
import { compileQuery } from '../../../shared/extract/tree/query.ts';
import { rawTextOf } from '../../../shared/extract/values/text.ts';
import { compileBoth, ruleOf } from '../../extract/scan/both-ways.ts';
import type { CorpusResult } from '../corpus-result.ts';

interface TokenizerCase {
  description: string;
  input: string;
  output: unknown[][];
  initialStates?: string[];
}

/** Character references in texts and attributes (html5lib-tests, `tokenizer/*ntities.test`), by the tree and in one pass. */
export function checkEntities(folder: string): CorpusResult {
  const files = globSync('tokenizer/*ntities.test', { cwd: folder }).sort();
  const all = files.flatMap((file) => {
    const { tests } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { tests: TokenizerCase[] };
    return tests.map((test) => ({ file, ...test }));
  });
  const cases = all.filter(({ output, initialStates }) => initialStates === undefined && expectedOf(output));
  const read = compileBoth(ruleOf({ fields: { text: 'body', title: { select: 'i', attr: 'title' } } }));
  const misses = cases.flatMap(({ file, description, input, output }) => {
    const name = `${file}: ${description}`;
    const [wanted, found] = [expectedOf(output), foundIn(input)];
    try {
      read(`<!doctype html><body><i title="${input}">${input}</i>`);
    } catch (error) {
      return [`${name}, in one pass: ${String(error)}`];
    }
    return wanted === found ? [] : [`${name}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`];
  });
  return { cases: cases.length, misses, notes: [`${all.length - cases.length} not asked: of other states`] };
}

/** The text, or the attributes of the one start tag. */
function expectedOf(output: unknown[][]): string | undefined {
  if (output.every(([kind]) => kind === 'Character')) return output.map(([, text]) => text).join('');
  const [[kind, , attributes] = []] = output;
  return output.length === 1 && kind === 'StartTag' ? JSON.stringify(attributes) : undefined;
}

function foundIn(input: string): string | undefined {
  const body = compileQuery('body').first(parseHtml(`<!doctype html><body>${input}`));
  const [first] = body?.children ?? [];
  if (input.startsWith('<') && first !== undefined && isTag(first)) return JSON.stringify(first.attribs);
  return body && rawTextOf(body);
}
