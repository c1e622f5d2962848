import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText } from '../../../shared/fetch/charset/charset.ts';
import type { CorpusResult } from '../corpus-result.ts';

/** Where a page declares nothing, UTF-8 is taken here if its bytes are that: with this letter behind them they are not. */
const noUtf8 = '\n\xe9';

/** The encoding that a page declares, or has without a word (html5lib-tests, `encoding/*.dat`). */
export function checkDeclaredEncodings(folder: string): CorpusResult {
  const cases = globSync('encoding/*.dat', { cwd: folder })
    .sort()
    .flatMap((file) => {
      // Bytes one by one.
      const text = readFileSync(join(folder, file), 'latin1');
      return `\n${text}`
        .split('\n#data\n')
        .slice(1)
        .map((part, index) => ({ name: `${file}:${index + 1}`, part }));
    });
  const misses = cases.flatMap(({ name, part }) => {
    const [data = '', label = ''] = part.split('\n#encoding\n');
    const expected = new TextDecoder(label.trim().split('\n')[0]).encoding;
    const { charset } = decodeText(Buffer.from(`${data}${noUtf8}`, 'latin1'), 'text/html');
    return charset === expected ? [] : [`${name}: ${charset}, not ${expected}: ${JSON.stringify(data)}`];
  });
  return { cases: cases.length, misses };
}
