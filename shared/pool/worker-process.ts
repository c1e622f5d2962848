import { type ChildProcess, fork } from 'node:child_process';
import { ownModule } from '../own-files.ts';
import type { FromProcess, ToProcess } from './messages.ts';

export interface ProcessOptions {
  /** Arguments of node, after those of this process. */
  execArgv: string[];
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
  /** Whether this process stays alive for it (`ref`). */
  hold(isHeld: boolean): void;
}

const main = ownModule('shared/pool/process-main');

/** An idle process ends at once, unless a function has left something running. */
const endWithinMs = 2_000;

/** Starts one process of a pool and supervises it. */
export function startProcess(options: ProcessOptions, events: ProcessEvents): WorkerProcess {
  const child = fork(main, options.watchParent ? [String(process.pid)] : [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [...process.execArgv, ...options.execArgv],
    // Not JSON: arguments and results are cloned.
    serialization: 'advanced',
  });
  let isAsked = false;
  const kill = () => child.kill('SIGKILL');
  const silence = watchSilence(options.stuckAfterMs, kill);
  child.on('message', (message: FromProcess) => {
    silence.end();
    events.onMessage(message);
  });
  onceExited(child, (reason) => {
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
    hold: (isHeld) => hold(child, isHeld),
  };
}

function send(child: ChildProcess, message: ToProcess): void {
  if (child.connected) child.send(message, () => undefined);
}

/** Not 'exit': messages that the process sent before may still be under way. */
function onceExited(child: ChildProcess, onEnd: (reason: string) => void): void {
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure ??= error;
  });
  child.once('close', (code, signal) => {
    const whyNotStarted = child.pid === undefined ? failure?.message : undefined;
    onEnd(whyNotStarted ?? signal ?? `exit code ${code}`);
  });
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
