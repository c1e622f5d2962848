import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { formatBytes, formatNoun } from '../../../shared/observe/format.ts';
import { localProcesses } from '../../local-limits.ts';
import { readSettings } from '../../project.ts';
import { type Check, look, ok, type Place, wrong } from '../check.ts';

/** What a worker process takes besides its pages, and what it needs to be of use. */
const bytesPerProcess = 200e6;

const settingsOf = ({ settingsFile }: Place) =>
  readSettings(settingsFile === undefined ? {} : { settings: settingsFile });

/** Node, cores, memory and settings. */
export const machineChecks: Check[] = [
  {
    id: 'node',
    title: 'Node',
    group: 'machine',
    async run() {
      const wanted = wantedNode();
      const [major = 0] = process.versions.node.split('.').map(Number);
      const says = `Node ${process.versions.node} on ${process.platform} ${process.arch}`;
      if (major >= Number(wanted.split('.')[0])) return ok(says);
      return wrong(
        `${says}; Spinneret is made for ${wanted}`,
        'Run npm ci: the package brings its own Node.',
      );
    },
  },
  {
    id: 'settings',
    title: 'settings',
    group: 'machine',
    async run(place) {
      const { aws } = settingsOf(place);
      return ok(`${place.settingsFile ?? 'config/settings.yaml, or its defaults'}; stack ${aws.stack}`);
    },
  },
  {
    id: 'cores',
    title: 'cores',
    group: 'machine',
    async run(place) {
      const cores = availableParallelism();
      const processes = localProcesses(settingsOf(place));
      const says = `${formatNoun(cores, 'core')}, ${formatNoun(processes, 'worker process', 'worker processes')}`;
      if (processes <= 2 * cores) return ok(says);
      return look(says, 'More processes than cores wait for each other: processes: auto in the settings.');
    },
  },
  {
    id: 'memory',
    title: 'memory',
    group: 'machine',
    async run(place) {
      const free = process.availableMemory();
      const needed = bytesPerProcess * localProcesses(settingsOf(place));
      const says = `${formatBytes(free)} free, of which the workers take ${formatBytes(needed)} and what their pages need`;
      if (free >= needed) return ok(says);
      return look(
        says,
        'End other programs, or lower processes in the settings: a worker without memory is killed.',
      );
    },
  },
];

/** The version that the package pins. */
function wantedNode(): string {
  const file = join(import.meta.dirname, '../../../package.json');
  const { dependencies }: { dependencies: { node: string } } = JSON.parse(readFileSync(file, 'utf8'));
  return dependencies.node;
}
