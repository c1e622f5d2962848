import { type ChildProcess, fork } from 'node:child_process';
import { ownModule } from '../own-files.ts';
import { endUnlessCalled, type FromProcess, type ToProcess } from './messages.ts';

export interface ProcessOptions {
  /** Arguments of node, after those of this process. */
  execArgv: string[];
  /** Besides the environment of this process. */
  env: Record<string, string>;
  /** A process that sends nothing for this long counts as stuck, and is killed. */
  stuckAfterMs: number;
  /** The process ends with this one even while a function blocks it. */
  watchParent: boolean;
}

export interface ProcessEvents {
  onMessage(message: FromProcess): void;
  /** Called once, after the last message. `crashed`: the process was not asked to end. */
  onEnd(end: { crashed: boolean; reason: string }): void;
}

export interface WorkerProcess {
  pid: number | undefined;
  /** Throws what `structuredClone` throws. A process that has died does not get the message: `onEnd` follows. */
  send(message: ToProcess): void;
  /** Asks an idle process to end, and kills it if it does not. */
  end(): void;
  kill(): void;
  /** Ends it at once if it is still loading what it is to call. */
  endUnlessCalled(): void;
  /** Whether this process stays alive for it (`ref`). */
  hold(isHeld: boolean): void;
  /** Gives an idle process away: no event of it is reported any more. */
  release(): IdleProcess;
}

/** A process that waits for a call, and that nobody supervises until a pool takes it. */
export type IdleProcess = ChildProcess;

const main = ownModule('shared/pool/process-main');

/** An idle process ends at once, unless a function has left something running. */
const endWithinMs = 2_000;

/** Supervises one process of a pool: `idle`, if that is still alive, or else a new one. */
export function startProcess(
  options: ProcessOptions,
  events: ProcessEvents,
  idle?: IdleProcess,
): WorkerProcess {
  const child = idle?.exitCode === null && idle.signalCode === null ? idle : forkProcess(options);
  let isAsked = false;
  const kill = () => child.kill('SIGKILL');
  const silence = watchSilence(options.stuckAfterMs, kill);
  const onMessage = (message: FromProcess) => {
    silence.end();
    events.onMessage(message);
  };
  child.on('message', onMessage);
  const forgetEnd = onceExited(child, (reason) => {
    silence.stop();
    events.onEnd({ crashed: !isAsked, reason });
  });
  return {
    pid: child.pid,
    send: (message) => send(child, message),
    end() {
      isAsked = true;
      send(child, { type: 'end' });
      const timer = setTimeout(kill, endWithinMs);
      child.once('exit', () => clearTimeout(timer));
    },
    kill() {
      isAsked = true;
      kill();
    },
    endUnlessCalled() {
      // Windows has no such signal: there it ends once it has loaded, when it reads that its call is cancelled.
      if (process.platform === 'win32') return;
      isAsked = true;
      child.kill(endUnlessCalled);
    },
    hold: (isHeld) => hold(child, isHeld),
    release() {
      silence.stop();
      child.off('message', onMessage);
      forgetEnd();
      return child;
    },
  };
}

function forkProcess({ execArgv, env, watchParent }: ProcessOptions): ChildProcess {
  return fork(main, watchParent ? [String(process.pid)] : [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [...process.execArgv, ...execArgv],
    env: { ...process.env, ...env },
    // Not JSON: arguments and results are cloned.
    serialization: 'advanced',
  });
}

function send(child: ChildProcess, message: ToProcess): void {
  if (child.connected) child.send(message, () => undefined);
}

/** Not 'exit': messages that the process sent before may still be under way. Returns what takes the listeners away. */
function onceExited(child: ChildProcess, onEnd: (reason: string) => void): () => void {
  let failure: Error | undefined;
  const onError = (error: Error) => {
    failure ??= error;
  };
  const onClose = (code: number | null, signal: string | null) => {
    const whyNotStarted = child.pid === undefined ? failure?.message : undefined;
    onEnd(whyNotStarted ?? signal ?? `exit code ${code}`);
  };
  child.on('error', onError).once('close', onClose);
  return () => child.off('error', onError).off('close', onClose);
}

function hold(child: ChildProcess, isHeld: boolean): void {
  if (isHeld) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}

/** Calls `onSilence` when `end` was not called for this long. */
function watchSilence(stuckAfterMs: number, onSilence: () => void) {
  if (stuckAfterMs === Infinity) return { end: () => undefined, stop: () => undefined };
  let isSilent = false;
  // After a pause of this very process the timer fires before the messages of the meantime are read.
  const onDue = () => {
    isSilent = true;
    setImmediate(() => {
      if (isSilent) onSilence();
    });
  };
  const timer = setTimeout(onDue, stuckAfterMs).unref();
  return {
    end() {
      isSilent = false;
      timer.refresh();
    },
    stop() {
      isSilent = false;
      clearTimeout(timer);
    },
  };
}
