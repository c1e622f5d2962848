import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { ownFile } from '../shared/own-files.ts';
import { cancelCommand } from './commands/cancel.ts';
import { coverageCommand } from './commands/coverage.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { enqueueCommand } from './commands/enqueue.ts';
import { estimateCommand } from './commands/estimate.ts';
import { exportCommand } from './commands/export.ts';
import { forgetCommand } from './commands/forget.ts';
import { initCommand } from './commands/init.ts';
import { pauseCommand } from './commands/pause.ts';
import { redriveCommand } from './commands/redrive.ts';
import { resumeCommand } from './commands/resume.ts';
import { runCommand } from './commands/run.ts';
import { statusCommand } from './commands/status.ts';
import { tryCommand } from './commands/try.ts';
import { validateCommand } from './commands/validate.ts';

const commands = [
  runCommand,
  tryCommand,
  demoCommand,
  doctorCommand,
  initCommand,
  validateCommand,
  statusCommand,
  resumeCommand,
  pauseCommand,
  cancelCommand,
  exportCommand,
  coverageCommand,
  forgetCommand,
  enqueueCommand,
  estimateCommand,
  redriveCommand,
];

/** The whole command line. Throws `CommanderError` where commander would end the process. */
export function makeProgram(): Command {
  const program = new Command('spinneret')
    .description('A web scraper in one YAML file. Every command has --help with examples.')
    .version(readVersion())
    .helpCommand(false)
    .addHelpText('after', `\n${firstSteps}`);
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) {
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

function readVersion(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(ownFile('package.json'), 'utf8'));
  return version;
}
