import { eitherCommandNames, stackCommandNames } from './aws/aws-commands.ts';

/**
 * The remedy of the error catalogue, without the advice to call the command that was just called. `''` where
 * nothing else was advised.
 */
export function remedyWithin(command: string, remedy: string): string {
  const parts = remedy.split(/(?<=[.;:])\s+/u);
  const own = new RegExp(`\\bspinneret ${command}\\b`);
  if (!parts.some((part) => own.test(part))) return remedy;
  const kept = parts.filter((part) => !own.test(part)).join(' ');
  const text = kept.replace(/[;:]$/u, '.').trim();
  return text === '' ? '' : text.charAt(0).toUpperCase() + text.slice(1);
}

/** Commands that without `--aws` are about another store. */
const eitherStore = eitherCommandNames.join('|');

/** Commands that are always about AWS. */
const onAwsAlone: ReadonlySet<string> = new Set(stackCommandNames);

/**
 * The remedy with the options of the call that failed: on AWS, advice without them would be about this machine's
 * runs.
 */
export function remedyWhere(args: string[], remedy: string): string {
  const [command = ''] = args;
  if (!args.includes('--aws') && !onAwsAlone.has(command)) return remedy;
  const flags = ['--aws', ...['region', 'profile', 'stack'].flatMap((name) => givenOption(args, name))].join(
    ' ',
  );
  // A command in the catalogue may have the option already.
  const named = new RegExp(`\\bspinneret (${eitherStore})((?: RUN)?)(?![^.;]*--aws)\\b`, 'g');
  return remedy.replaceAll(named, (_, name: string, run: string) => `spinneret ${name}${run} ${flags}`);
}

function givenOption(args: string[], name: string): string[] {
  const joined = args.find((arg) => arg.startsWith(`--${name}=`));
  if (joined !== undefined) return [joined];
  const at = args.indexOf(`--${name}`);
  const value = at < 0 ? undefined : args[at + 1];
  return value === undefined ? [] : [`--${name} ${value}`];
}
