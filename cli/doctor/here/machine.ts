import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { localProcesses } from '../../../shared/local-run/local-limits.ts';
import { ownFile } from '../../../shared/own-files.ts';
import { formatBytes, formatNoun } from '../../../shared/text/format.ts';
import { type Check, look, ok, wrong } from '../check.ts';
import { settingsOf } from '../settings-of.ts';

/** The memory of a worker process without its pages, and the least with which it is useful. */
const bytesPerProcess = 200e6;

/** Node, cores, memory and settings. */
export const machineChecks: Check[] = [
  {
    id: 'node',
    title: 'Node',
    group: 'machine',
    async run() {
      const wanted = wantedNode();
      const says = `Node ${process.versions.node} on ${process.platform} ${process.arch}`;
      if (isAtLeast(process.versions.node, wanted)) return ok(says);
      return wrong(`${says}; Spinneret is made for ${wanted}`, 'Install a newer Node, of an even version.');
    },
  },
  {
    id: 'settings',
    title: 'settings',
    group: 'machine',
    async run(target) {
      const { aws } = settingsOf(target);
      return ok(`${target.settingsFile ?? 'config/settings.yaml, or its defaults'}; stack ${aws.stack}`);
    },
  },
  {
    id: 'cores',
    title: 'cores',
    group: 'machine',
    async run(target) {
      const cores = availableParallelism();
      const processes = localProcesses(settingsOf(target));
      const says = `${formatNoun(cores, 'core')}, ${formatNoun(processes, 'worker process', 'worker processes')}`;
      if (processes <= 2 * cores) return ok(says);
      return look(says, 'More processes than cores wait for each other: processes: auto in the settings.');
    },
  },
  {
    id: 'memory',
    title: 'memory',
    group: 'machine',
    async run(target) {
      const free = process.availableMemory();
      const needed = bytesPerProcess * localProcesses(settingsOf(target));
      const says = `${formatBytes(free)} free, of which the workers take ${formatBytes(needed)} and what their pages need`;
      if (free >= needed) return ok(says);
      return look(
        says,
        'End other programs, or lower processes in the settings: a worker without memory is killed.',
      );
    },
  },
];

/** The oldest version that the package supports. */
function wantedNode(): string {
  const { engines }: { engines: { node: string } } = JSON.parse(
    readFileSync(ownFile('package.json'), 'utf8'),
  );
  return engines.node.replace('>=', '');
}

function isAtLeast(version: string, minimum: string): boolean {
  return version.localeCompare(minimum, 'en', { numeric: true }) >= 0;
}
