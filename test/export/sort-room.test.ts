import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { finishLimits } from '../../functions/finish/limits.ts';
import { finishTmpMib } from '../../shared/deployment/function-limits.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

const execute = promisify(execFile);

/** Exports so many records of a kilobyte, sorted, where no file may grow beyond `maxMb`; its report. `before` is run first. */
async function exportWith(
  maxMb: number,
  records: number,
  before = '',
): Promise<{ first: number; remarks: object }> {
  const folder = temporaryFolder();
  const module = (path: string) => JSON.stringify(join(import.meta.dirname, '../..', path));
  const code = `
    const { exportRun } = await import(${module('shared/export/export-run.ts')});
    const { Writable } = await import('node:stream');
    ${before}
    const outcomes = { async *list() {
      for (let n = 0; n < ${records}; n += 1)
        yield { pages: [], items: [{ item: 'p', url: 'https://x/' + n, fields: { n: -n, text: 'x'.repeat(930) } }] };
    } };
    let first = '';
    const to = new Writable({ write(chunk, _, done) { first ||= chunk.toString(); done(); } });
    const { remarks = {} } = await exportRun({ outcomes, run: 'r', what: 'items', format: 'jsonl', to, sort: 'n' });
    console.log(JSON.stringify({ first: JSON.parse(first.split('\\n')[0]).n, remarks }));`;
  // In blocks of 512 bytes (POSIX, "ulimit").
  const limited = `ulimit -f ${maxMb * 2_048} && exec "$0" --input-type=module -e "$1"`;
  const env = { ...process.env, TMPDIR: folder.path };
  try {
    const { stdout } = await execute('sh', ['-c', limited, process.execPath, code], { env });
    return JSON.parse(stdout);
  } finally {
    folder.remove();
  }
}

describe('an export that is to be sorted', () => {
  it('is sorted where there is room', async () => {
    expect(await exportWith(64, 20_000)).toEqual({ first: -19_999, remarks: {} });
  });

  it('comes as it is where there is not, and says so', async () => {
    expect(await exportWith(16, 40_000)).toEqual({ first: 0, remarks: { tooManyToSort: 40_000 } });
  });

  it('does so too where no temporary file can be opened', async () => {
    const takeAllFiles =
      "const { openSync } = await import('node:fs'); try { for (;;) openSync('/dev/null'); } catch {}";
    expect(await exportWith(64, 20_000, takeAllFiles)).toEqual({
      first: 0,
      remarks: { tooManyToSort: 20_000 },
    });
  });
});

it('the finish function has room for what it sorts in one go', () => {
  const { bytes, records } = finishLimits.part;
  // A key is 200 characters at most, each four bytes at most; it stands in the table and in its index.
  const keyBytes = 2 * 200 * 4;
  expect(bytes + records * keyBytes).toBeLessThanOrEqual(finishTmpMib * 1024 ** 2);
});
