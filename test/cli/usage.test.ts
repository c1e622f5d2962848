import { spawnSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsCommandNames, eitherCommandNames } from '../../cli/aws/aws-commands.ts';
import { makeProgram } from '../../cli/program.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { type CliFolder, openCliFolder } from './call-cli.ts';

let folder: CliFolder;
beforeAll(() => {
  folder = openCliFolder();
});
afterAll(() => folder[Symbol.dispose]());

const root = join(import.meta.dirname, '../..');

function takes(command: Command, flag: string): boolean {
  return command.options.some(({ long }) => long === flag);
}

const quickstart = join(import.meta.dirname, '../../config/quickstart.yaml');

describe('the command line', () => {
  it.concurrent.each<[what: string, args: string[], code: number, text: string]>([
    ['an unknown command', ['rnu'], 2, "unknown command 'rnu'; did you mean run?"],
    ['an unknown option', ['status', '--jsn'], 2, 'did you mean --json?'],
    ['a missing argument', ['run'], 2, "missing required argument 'file'"],
    [
      'a number that is none',
      ['run', 'x.yaml', '--max-pages', 'many'],
      2,
      'It is a whole number, 1 or more.',
    ],
    ['a missing job file', ['run', 'x.yaml'], 1, 'error JOB_UNREADABLE: x.yaml'],
    ['a missing settings file', ['status', '--settings', 'x.yaml'], 1, 'error SETTINGS_INVALID: x.yaml'],
    ['a run where nothing was run', ['resume', '--last'], 1, 'error RUN_UNKNOWN'],
    ['a URL that is none', ['try', 'ftp://example'], 2, 'absolute http or https URL'],
    ['a URL without scheme', ['try', 'example.com', '--file', quickstart], 2, "'example.com' is not the URL"],
    ['no URL to try', ['try', '--file', quickstart], 2, 'the URL of a page is missing'],
  ])('refuses %s', async (_what, args, code, text) => {
    const { code: found, stdout, stderr } = await folder.call(...args);
    expect({ code: found, stdout, stderr }).toEqual({
      code,
      stdout: '',
      stderr: expect.stringContaining(text),
    });
    expect(stderr).toContain('what to do: ');
  });

  it('tells errors as JSON with --json', async () => {
    const { stderr } = await folder.call('run', 'x.yaml', '--json');
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'JOB_UNREADABLE',
        message: expect.stringContaining('x.yaml'),
        remedy: 'Check the path.',
      },
    });
  });

  it('leaves no store behind in a folder where nothing was run', async () => {
    expect(await folder.call('status')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing was run'),
    });
    expect(() => folder.read('.spinneret/store.db')).toThrow('ENOENT');
  });

  it('starts by the launcher', () => {
    const launcher = join(import.meta.dirname, '../../cli/spinneret.js');
    const { status, stdout } = spawnSync(process.execPath, [launcher, '--version'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

/** Of every option that is a number: the least it takes, and the most where there is one. */
const bounds: Record<string, [least: number, most?: number]> = {
  'run --processes': [1, 256],
  'run --max-pages': [1],
  'run --max-items': [1],
  'extract --processes': [1, 256],
  'extract --max-items': [1],
  'resume --processes': [1, 256],
  'try --limit': [0],
  'demo --port': [1, 65_535],
  'estimate --pages': [1],
  'estimate --sample': [1, 1_000],
  'estimate --max-seconds': [1, 3_600],
  'forget --older-than': [0],
};

describe('an option that is a number', async () => {
  const numeric = (await makeProgram()).commands.flatMap((command) =>
    command.options
      .filter(({ flags }) => /<(n|days|n\|auto)>/.test(flags))
      .map((option) => [`${command.name()} ${option.long}`, option] as const),
  );

  it('is known here with its bounds', () => {
    expect(numeric.map(([name]) => name).sort()).toEqual(Object.keys(bounds).sort());
  });

  it.each(numeric)('%s takes what lies within its bounds, and nothing else', (name, { parseArg }) => {
    const [least, most] = bounds[name] ?? [Number.NaN];
    const parse = (text: string) => parseArg?.(text, undefined);
    expect(parse(String(least))).toBe(least);
    const refused = [
      String(least - 1),
      '-1',
      `${least}.5`,
      '1e1',
      '0x10',
      ` ${least}`,
      '',
      'many',
      '٣',
      '9'.repeat(17),
    ];
    if (most !== undefined) {
      expect(parse(String(most))).toBe(most);
      refused.push(String(most + 1));
    }
    for (const text of refused) {
      expect(() => parse(text), text).toThrow('It is a whole number');
    }
  });
});

/** Paths of the modules that a call of the command line loads. */
function modulesOf(args: string[]): string[] {
  const covered = temporaryFolder();
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: covered.path };
    spawnSync(process.execPath, [join(root, 'cli/spinneret.js'), ...args], { env });
    return readdirSync(covered.path).flatMap((file) => {
      const { result }: { result: { url: string }[] } = JSON.parse(
        readFileSync(join(covered.path, file), 'utf8'),
      );
      return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
    });
  } finally {
    covered.remove();
  }
}

describe('what a call loads', () => {
  it.each([
    ['the help of all commands', ['--help']],
    ['the version', ['--version']],
    ['a mistake', ['rnu']],
  ])('is for %s no command, and no library but that of the command line', (_what, args) => {
    const modules = modulesOf(args);
    expect(modules.some((url) => url.endsWith('/cli/command-list.ts'))).toBe(true);
    const packages = modules.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]);
    expect([...new Set(packages)].filter((name) => name !== undefined)).toEqual(['commander']);
    expect(modules.filter((url) => url.includes('/cli/commands/'))).toEqual([]);
  });

  it('is for the help of a command that command alone', () => {
    const commands = modulesOf(['pause', '--help']).filter((url) => url.includes('/cli/commands/'));
    expect(commands.map((url) => url.split('/').at(-1))).toEqual(['pause.ts']);
  });
});

describe('makeProgram', async () => {
  const { commands } = await makeProgram();

  it('shows of all commands what it shows of each, whichever is called', async () => {
    const called = await makeProgram(['pause', 'books']);
    expect(called.helpInformation()).toBe((await makeProgram()).helpInformation());
  });

  it('has each command of cli/commands', () => {
    const files = globSync('*.ts', { cwd: join(import.meta.dirname, '../../cli/commands') });
    expect(commands.map((command) => command.name()).sort()).toEqual(
      files.map((file) => file.slice(0, -3)).sort(),
    );
  });

  it('knows of each command that looks for a stack which stores it works on', () => {
    // It asks for prices and concurrency, and for no stack.
    const onStack = commands.filter((command) => takes(command, '--stack') && command.name() !== 'estimate');
    expect(onStack.map((command) => command.name()).sort()).toEqual(awsCommandNames.toSorted());
    const onEither = onStack.filter((command) => takes(command, '--aws')).map((command) => command.name());
    expect(onEither.sort()).toEqual(eitherCommandNames.toSorted());
  });

  it.each(commands.map((command) => [command.name(), command] as const))(
    'has help with an example for %s',
    (_name, command) => {
      let help = '';
      command.configureOutput({
        writeOut: (text) => {
          help += text;
        },
      });
      command.outputHelp();
      expect(help).toContain('Examples:');
      expect(help).toContain('--json');
      expect(help).toContain('--settings');
    },
  );
});
