/** `npm run hostile`: what comes of each attack at each door, with the time and the memory that it took. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attacks } from './attacks.ts';
import type { CaseLine } from './case.ts';
import { doors } from './doors.ts';

const help = `npm run hostile -- [--door TEXT] [--attack TEXT]

Plays every attack of docs/hostile-input.md at every door, each attack in a process of its own, and prints the table of that page:
the code at each door, and the longest time and the most memory of the process over all doors. The options choose those
whose name has the text.`;

const { values } = parseArgs({
  options: {
    door: { type: 'string', default: '' },
    attack: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(help);
else printTable();

function printTable(): void {
  const names = doors.map(({ name }) => name).filter((name) => name.includes(values.door));
  console.log(`| what | ${names.join(' | ')} | at most |`);
  console.log(`| --- |${' --- |'.repeat(names.length + 1)}`);
  for (const { name } of attacks.filter((attack) => attack.name.includes(values.attack))) {
    const lines = playAll(name);
    const codes = names.map((door) => {
      const line = lines.find((one) => one.door === door);
      return line === undefined ? '' : (line.fault ?? `\`${line.code}\``);
    });
    const longest = Math.max(...lines.map(({ ms }) => ms)) / 1_000;
    const most = Math.max(...lines.map(({ peakMb = 0 }) => peakMb));
    console.log(`| ${name} | ${codes.join(' | ')} | ${longest.toFixed(1)} s, ${most} MB |`);
  }
}

function playAll(attack: string): CaseLine[] {
  const script = join(import.meta.dirname, 'case.ts');
  const printed = execFileSync(process.execPath, [script, attack, values.door], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return printed
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as CaseLine);
}
