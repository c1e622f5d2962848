import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { type Answer, follow } from '../cli/call-cli.ts';
import { projectRoot } from './cached-install.ts';
import { type Skipped, startMinistack } from './emulators.ts';
import { type FaultProxy, openFaultProxy } from './fault-proxy.ts';

const execute = promisify(execFile);

/** The real app, deployed by the real `cdk deploy` into an account of its own on ministack. */
export interface Deployment {
  /** Of the project that was deployed. */
  path: string;
  /** What a tool of AWS finds the account by. */
  env: NodeJS.ProcessEnv;
  endpoint: string;
  /** All calls of the functions pass through it. */
  faults: FaultProxy;
  write(file: string, text: string): void;
  read(file: string): string;
  /** The command line, in the project's folder. */
  call(...args: string[]): Promise<Answer>;
  cdk(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

/** Short times, so that what was killed comes back while a test waits. */
export const deployedSettings = `processes: 1
aws:
  stack: Books
  workerTimeoutMs: 30000
  maxConcurrency: 3
  allowPrivate: true
  deleteData: true
`;

/** What deploys, and from where. */
export interface DeployedProject {
  path: string;
  /** The command line, as a program and its first arguments. */
  command: string[];
  /** Of cdk.json. */
  app: string;
  /** Folder of the programs `cdk` and `esbuild`. */
  bin: string;
  remove(): void;
}

/** The clone, from a folder of its own. */
function deployedClone(): DeployedProject {
  return {
    ...temporaryFolder(),
    command: [process.execPath, join(projectRoot, 'cli/spinneret.js')],
    app: `${process.execPath} ${join(projectRoot, 'infra/app.ts')}`,
    bin: join(projectRoot, 'node_modules/.bin'),
  };
}

export async function openDeployment(
  openProject: () => Promise<DeployedProject> = async () => deployedClone(),
): Promise<Deployment | Skipped> {
  const faults = await openFaultProxy();
  const emulator = await startMinistack({ AWS_ENDPOINT_URL: faults.endpoint });
  if ('skipped' in emulator) {
    await faults.close();
    return emulator;
  }
  const { endpoint } = emulator;
  faults.forwardTo(endpoint);
  const { path, command, app, bin, remove } = await openProject();
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    // What the project calls `node` is the one of the tests, whichever the machine has.
    PATH: [bin, dirname(process.execPath), process.env['PATH']].join(delimiter),
  };
  const calls: ChildProcess[] = [];
  const deployment: Deployment = {
    path,
    env,
    endpoint,
    faults,
    write(file, text) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), text);
    },
    read: (file) => readFileSync(join(path, file), 'utf8'),
    call(...args) {
      const [program = '', ...first] = command;
      const child = spawn(program, [...first, ...args], { cwd: path, env });
      calls.push(child);
      return follow(child).done;
    },
    async cdk(...args) {
      const { stdout, stderr } = await execute(join(bin, 'cdk'), [...args, '--ci', '--no-notices'], {
        cwd: path,
        env,
        maxBuffer: 10_000_000,
      });
      return stdout + stderr;
    },
    async close() {
      for (const child of calls) {
        if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
      }
      await emulator.stop();
      await faults.close();
      remove();
    },
  };
  deployment.write('cdk.json', JSON.stringify({ app, output: 'cdk.out' }));
  deployment.write('config/settings.yaml', deployedSettings);
  return deployment;
}
