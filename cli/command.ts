import { Command, InvalidArgumentError } from 'commander';
import { type CommandName, commandList } from './command-list.ts';
import { type Output, openOutput } from './output.ts';

/** Options that every command takes. */
export interface CommonOptions {
  json?: boolean;
  settings?: string;
}

export interface CommandText {
  name: CommandName;
  description: string;
  /** Command lines with their purpose. */
  examples: [command: string, purpose: string][];
}

/** A command with its help and the common options. */
export function makeCommand({ name, description, examples }: CommandText): Command {
  return outlineCommand(name)
    .description(description)
    .addHelpText('after', `\n${examplesText(examples)}`);
}

/** A command as far as the help of all commands shows it. */
export function outlineCommand(name: CommandName): Command {
  const { usage, group, summary } = commandList[name];
  const command = new Command(name)
    .helpGroup(group)
    .summary(summary)
    .option('--json', 'print JSON, for machines')
    .option('--settings <file>', 'settings of the engine (default: config/settings.yaml, if it is there)');
  for (const argument of usage.split(' ').slice(1)) command.argument(argument);
  return command;
}

/** Wraps an action: its exit code becomes that of the process. */
export function act<Options extends CommonOptions>(
  body: (output: Output, options: Options, ...args: string[]) => Promise<number>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const options = command.opts<Options>();
    process.exitCode = await body(
      openOutput(options.json === true, options.settings),
      options,
      ...command.args,
    );
  };
}

function examplesText(examples: CommandText['examples']): string {
  const lines = examples.flatMap(([command, purpose]) => [`  $ spinneret ${command}`, `      ${purpose}`]);
  return ['Examples:', ...lines].join('\n');
}

/** Parses an option that is a whole number. */
export function wholeNumber(smallest: number, largest = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text);
    const isInRange = value >= smallest && value <= largest;
    if (/^\d+$/.test(text) && isInRange) return value;
    const bounds =
      largest === Number.MAX_SAFE_INTEGER ? `${smallest} or more` : `from ${smallest} to ${largest}`;
    throw new InvalidArgumentError(`It is a whole number, ${bounds}.`);
  };
}

/** Parses `--processes`. */
export function processCount(text: string): number | 'auto' {
  if (text === 'auto') return text;
  return wholeNumber(1, 256)(text);
}

/** Parses an absolute http or https URL. */
export function httpUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  throw new InvalidArgumentError('It is an absolute http or https URL, such as https://example.com/.');
}
