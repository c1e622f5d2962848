import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

function call(...args: string[]) {
  const main = join(import.meta.dirname, '../../examples/config/main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** As `call`, with a file of that text. */
function callWith(text: string) {
  const { path, remove } = temporaryFolder();
  const file = join(path, 'config.yaml');
  writeFileSync(file, text);
  const answer = call(file);
  remove();
  return answer;
}

const rest = 'rest:\n  url: https://shop.example\n  port: 443\n';

describe('examples/config', () => {
  it('prints both documents of its own file', () => {
    expect(call()).toEqual({
      status: 0,
      stdout: [
        'rest.url       http://127.0.0.1',
        'rest.port      8377',
        'prime_numbers  2, 3, 5, 7, 11, 13, 17, 19, 23, 29',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it('prints those of another file', () => {
    expect(callWith(`${rest}---\nprime_numbers:\n  - 2\n  - 3\n`)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /^rest\.url +https:\/\/shop\.example\nrest\.port +443\nprime_numbers +2, 3\n$/,
      ),
    });
  });

  it.each([
    ['one document', rest, 'two documents are expected, rest: and prime_numbers:'],
    ['three documents', `${rest}---\nprime_numbers: [2]\n---\na: 1\n`, 'here are 3'],
    ['nothing', '', 'here are 0'],
    [
      'wrong values',
      `${rest}---\nprime_numbers: [2, x]\n`,
      ':5:20 (document 2) prime_numbers[1]: expected a whole',
    ],
    ['a wrong key', `${rest}  post: 1\n---\nprime_numbers: [2]\n`, 'rest.post: unknown key'],
    ['broken YAML', `${rest}---\nprime_numbers: [2, 3\n`, 'never closed'],
  ])('tells what is wrong with a file of %s, and where', (_what, text, message) => {
    const { status, stdout, stderr } = callWith(text);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^error SETTINGS_INVALID: .*config\.yaml:\d+:\d+/);
    expect(stderr).toContain(message);
  });

  it.each([
    [['none.yaml'], 1, 'none.yaml: there is no such file'],
    [['a.yaml', 'b.yaml'], 2, 'one file at a time'],
    [['--bogus'], 2, "Unknown option '--bogus'"],
  ])('refuses %j', (args, status, message) => {
    expect(call(...args)).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('has help', () => {
    expect(call('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('[file]') });
  });
});
