import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce, projectRoot, run } from './cached-install.ts';
import type { Skipped } from './emulators.ts';
import { type InvocationEnd, openRuntimeApi } from './runtime-api.ts';

const runtime = 'aws-lambda-ric';
const runtimeVersion = '4.0.2';
const bin = join(projectRoot, 'node_modules/.bin');
const logStream = 'stream';

/** One instance of a function: its bundle in a process of its own, under AWS's own runtime client. */
export interface LambdaProcess extends AsyncDisposable {
  /** How it names itself in leases and locks. */
  owner: string;
  /** `trace`: the header that Lambda hands to the function, which its SDK passes on. */
  invoke(event: object, remainingMs: number, trace?: string): Promise<InvocationEnd>;
  /** Standard output so far: the function's log. */
  log(): string;
  /** As Lambda's sandbox dies: at once. What was under way rejects. */
  kill(): Promise<void>;
}

/**
 * Where AWS's runtime client is, installed if need be. No dependency of the project, as it compiles C++
 * when it is installed.
 */
export async function installRuntime(): Promise<string | Skipped> {
  try {
    const folder = await installOnce(`${runtime}-${runtimeVersion}`, buildRuntime);
    return join(folder, 'node_modules', runtime, 'index.mjs');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const skipped = `${runtime} needs npm, cmake and a C++ compiler: ${reason.replaceAll(/\s+/g, ' ').slice(-200)}`;
    console.log(`skipped: the built functions under AWS's runtime client, as ${skipped}`);
    return { skipped };
  }
}

async function buildRuntime(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const manifest = { private: true, allowScripts: { [runtime]: true } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const path = `PATH=${bin}:${process.env['PATH'] ?? ''}`;
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const install = ['npm', 'install', '--prefix', folder, ...quiet, `${runtime}@${runtimeVersion}`];
  // It may be in a project's npm script that this runs, whose settings are not for this folder.
  await run('env', '-u', 'npm_config_local_prefix', path, ...install);
  const addon = join(folder, 'node_modules', runtime, 'rapid-client.node');
  if (!existsSync(addon)) throw new Error('its native part was not built');
}

/** Starts `index.handler` of `folder`, as Lambda does with what was deployed. */
export async function startLambda(
  runtimeClient: string,
  folder: string,
  env: Record<string, string>,
): Promise<LambdaProcess> {
  const api = await openRuntimeApi();
  const child = spawn(process.execPath, [runtimeClient], {
    cwd: folder,
    env: { ...ownEnv(folder), ...env, AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  const closed = once(child, 'close').then(([code, signal]) => {
    api.fail(new Error(`the function's process ended (${signal ?? code}): ${errors.slice(-1_000)}`));
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await closed;
  };
  return {
    owner: `${logStream} ${child.pid}`,
    invoke: api.invoke,
    log: () => log,
    kill,
    async [Symbol.asyncDispose]() {
      await kill();
      await api.close();
    },
  };
}

/** "Defined runtime environment variables", AWS. */
function ownEnv(folder: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: 'index.handler',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'tested',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/tested',
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
  };
}
