import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One case of html5lib-tests, `tree-construction/` (its README says what the parts are). */
export interface TreeCase {
  /** File and number in it, such as `tests1.dat:12`. */
  name: string;
  data: string;
  /** Is it about the content of an element, and not a page? */
  isFragment: boolean;
  /** Whether scripts run; `undefined`: it is the same. */
  scripts: boolean | undefined;
  /** The tree, as lines. */
  tree: string;
}

export function readTreeCases(folder: string): TreeCase[] {
  return globSync('**/*.dat', { cwd: folder })
    .sort()
    .flatMap((file) => readFile(file, readFileSync(join(folder, file), 'utf8')));
}

function readFile(file: string, text: string): TreeCase[] {
  return `\n${text}`
    .split('\n#data\n')
    .slice(1)
    .map((part, index) => readCase(`${file}:${index + 1}`, part));
}

function readCase(name: string, text: string): TreeCase {
  const [data = '', rest = ''] = splitAt(
    text,
    '\n#errors\n',
    text.startsWith('#errors\n') ? '#errors\n' : '',
  );
  const [head = '', tree = ''] = splitAt(`\n${rest}`, '\n#document\n');
  return {
    name,
    data,
    isFragment: head.includes('\n#document-fragment\n'),
    scripts: head.includes('\n#script-on') ? true : head.includes('\n#script-off') ? false : undefined,
    tree: tree.replace(/\n*$/, ''),
  };
}

function splitAt(text: string, mark: string, first = ''): [string, string] {
  if (first !== '') return ['', text.slice(first.length)];
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}
