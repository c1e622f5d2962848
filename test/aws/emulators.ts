import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { installOnce, projectRoot, run } from './cached-install.ts';
import { type Emulator, startServer } from './guarded-process.ts';

export type { Emulator };

/** Why there is no emulator on this machine. */
export interface Skipped {
  skipped: string;
}

const ministackVersion = '1.5.33';
const dynamoDbLocalVersion = '3.1.0';
const motoVersion = '5.2.5';

/**
 * ministack, from a Python environment of its own: most of AWS, Lambda included, on one port. Its
 * functions see `env`, by which their calls can be led elsewhere.
 */
export async function startMinistack(env: NodeJS.ProcessEnv = {}): Promise<Emulator | Skipped> {
  return orSkipped('ministack', async () => {
    await need('Python 3.10 or newer', 'python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 10))');
    const environment = await installOnce(`ministack-${ministackVersion}`, (folder) =>
      buildPython(folder, `ministack==${ministackVersion}`),
    );
    return await startServer('/_ministack/health', (port, folder) => ({
      // Not bin/ministack: scripts of an environment name the folder it was made in.
      command: join(environment, 'bin/python'),
      args: ['-m', 'ministack'],
      env: {
        ...emulatorEnv(folder),
        ...env,
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        LAMBDA_EXECUTOR: 'local',
        LOG_LEVEL: 'WARNING',
        S3_DATA_DIR: join(folder, 's3'),
        STATE_DIR: join(folder, 'state'),
      },
    }));
  });
}

/** moto, from a Python environment of its own: a third reading of what AWS does, by others. */
export async function startMoto(): Promise<Emulator | Skipped> {
  return orSkipped('moto', async () => {
    await need('Python 3.10 or newer', 'python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 10))');
    const environment = await installOnce(`moto-${motoVersion}`, (folder) =>
      buildPython(folder, `moto[server]==${motoVersion}`),
    );
    return await startServer('/moto-api/', (port, folder) => ({
      command: join(environment, 'bin/python'),
      args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
      env: emulatorEnv(folder),
    }));
  });
}

/** Amazon's own DynamoDB Local, in memory. */
export async function startDynamoDbLocal(): Promise<Emulator | Skipped> {
  return orSkipped('DynamoDB Local', async () => {
    const version = await need('Java 17 or newer', 'java', '-version');
    if (Number(/version "(\d+)/.exec(version)?.[1]) < 17) throw new Error('needs Java 17 or newer');
    const lib = await installOnce(`dynamodb-local-${dynamoDbLocalVersion}`, buildDynamoDbLocal);
    const main = 'software.amazon.dynamodb.services.local.main.ServerRunner';
    return await startServer('/', (port, folder) => ({
      command: 'java',
      args: [
        '-Xmx256m',
        `-Djava.library.path=${lib}`,
        ...['-cp', join(lib, '*'), main, '-inMemory', '-sharedDb', '-port', String(port)],
      ],
      env: { ...emulatorEnv(folder), DDB_LOCAL_TELEMETRY: '0' },
    }));
  });
}

/** The Python of an environment that holds a tool of PyPI, such as `cfn-lint==1.58.0`. */
export async function pythonWith(requirement: string): Promise<string | Skipped> {
  return orSkipped(requirement, async () => {
    await need('Python 3.10 or newer', 'python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 10))');
    const environment = await installOnce(requirement.replace('==', '-'), (folder) =>
      buildPython(folder, requirement),
    );
    return join(environment, 'bin/python');
  });
}

async function buildPython(folder: string, requirement: string): Promise<void> {
  await need('the venv module of Python', 'python3', '-m', 'venv', folder);
  // How long to wait for an index, and how often to ask it again, is pip's own to know, by its configuration: a slow one is no missing one.
  const quiet = ['-q', '--no-input', '--disable-pip-version-check'];
  const python = join(folder, 'bin/python');
  await need('PyPI', python, '-m', 'pip', 'install', ...quiet, requirement);
}

async function buildDynamoDbLocal(folder: string): Promise<void> {
  await need('Maven', 'mvn', '-v');
  const project = temporaryFolder();
  try {
    const file = join(project.path, 'pom.xml');
    await writeFile(file, pom);
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
    const options = ['-q', '-B', '-f', file, `-DoutputDirectory=${folder}`, '-DincludeScope=runtime'];
    await need('Maven Central', 'mvn', ...options, goal);
  } finally {
    project.remove();
  }
}

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>spinneret</groupId>
  <artifactId>dynamodb-local</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>software.amazon.dynamodb</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>${dynamoDbLocalVersion}</version>
    </dependency>
  </dependencies>
</project>
`;

/** Lambda functions run on the `node` of the PATH, which must be the project's own. */
function emulatorEnv(folder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|NODE_OPTIONS$|PYTHON|VITEST)/.test(name),
  );
  return {
    ...Object.fromEntries(own),
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    PATH: `${join(projectRoot, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
    TMPDIR: folder,
  };
}

async function need(what: string, command: string, ...args: string[]): Promise<string> {
  try {
    return await run(command, ...args);
  } catch (cause) {
    throw new Error(`needs ${what}: ${oneLine(cause)}`, { cause });
  }
}

async function orSkipped<T>(name: string, start: () => Promise<T>): Promise<T | Skipped> {
  try {
    return await start();
  } catch (error) {
    const skipped = `${name} ${oneLine(error)}`;
    console.log(`skipped: what runs against ${name}, as it ${oneLine(error)}`);
    return { skipped };
  }
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, 200);
}
