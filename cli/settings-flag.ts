import { commandNames } from './command-list.ts';

const printedCommand = new RegExp(`\\bnpx spinneret (${commandNames.join('|')})(?![\\w-])`, 'g');

/**
 * A text whose commands find what this command has found: called with settings of another place, it names them in every
 * command that it prints. In one place for all of them, so that none is forgotten.
 */
export function carrySettings(text: string, settings: string | undefined): string {
  if (settings === undefined) return text;
  const file = /^[\w./@%+=:-]+$/.test(settings) ? settings : `'${settings.replaceAll("'", `'\\''`)}'`;
  return text.replace(printedCommand, (command) => `${command} --settings ${file}`);
}
