import { Command } from 'commander';
import { outlineCommand } from './command.ts';
import { type CommandName, commandNames } from './command-list.ts';
import { readVersion } from './read-version.ts';

/** Each command brings what it works with: loading all of them takes longer than most commands do. */
const loadCommand: Record<CommandName, () => Promise<Command>> = {
  run: async () => (await import('./commands/run.ts')).runCommand,
  try: async () => (await import('./commands/try.ts')).tryCommand,
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  init: async () => (await import('./commands/init.ts')).initCommand,
  validate: async () => (await import('./commands/validate.ts')).validateCommand,
  test: async () => (await import('./commands/test.ts')).testCommand,
  types: async () => (await import('./commands/types.ts')).typesCommand,
  keys: async () => (await import('./commands/keys.ts')).keysCommand,
  area: async () => (await import('./commands/area.ts')).areaCommand,
  login: async () => (await import('./commands/login.ts')).loginCommand,
  status: async () => (await import('./commands/status.ts')).statusCommand,
  resume: async () => (await import('./commands/resume.ts')).resumeCommand,
  pause: async () => (await import('./commands/pause.ts')).pauseCommand,
  cancel: async () => (await import('./commands/cancel.ts')).cancelCommand,
  export: async () => (await import('./commands/export.ts')).exportCommand,
  diff: async () => (await import('./commands/diff.ts')).diffCommand,
  extract: async () => (await import('./commands/extract.ts')).extractCommand,
  coverage: async () => (await import('./commands/coverage.ts')).coverageCommand,
  forget: async () => (await import('./commands/forget.ts')).forgetCommand,
  enqueue: async () => (await import('./commands/enqueue.ts')).enqueueCommand,
  estimate: async () => (await import('./commands/estimate.ts')).estimateCommand,
  redrive: async () => (await import('./commands/redrive.ts')).redriveCommand,
};

/**
 * The command line. `args`: what it is called with; of other commands than the one named there nothing is loaded but
 * what the help of all shows. Without them, all are whole. Throws `CommanderError` where commander would end the process.
 */
export async function makeProgram(args?: readonly string[]): Promise<Command> {
  const program = new Command('spinneret')
    .description('A web scraper in one YAML file. Every command has --help with examples.')
    .version(readVersion())
    .helpCommand(false)
    .addHelpText('after', `\n${firstSteps}`);
  const called = args?.find((arg) => !arg.startsWith('-'));
  for (const name of commandNames) {
    const isWhole = args === undefined || name === called;
    program.addCommand(isWhole ? await loadCommand[name]() : outlineCommand(name));
  }
  for (const command of [program, ...program.commands]) {
    // Errors are printed once, by main.ts, as text or JSON.
    command.exitOverride().configureOutput({ outputError: () => undefined });
  }
  return program;
}

const firstSteps = `First steps:
  $ spinneret init --url https://example.com      write a job file
  $ spinneret try https://example.com/            see what it takes from one page
  $ spinneret run example-com.yaml                scrape the site

Exit codes: 0 done, 1 an error with a code or a run with nothing in hand, 2 wrong usage, 70 a fault of Spinneret, 130 interrupted.`;
