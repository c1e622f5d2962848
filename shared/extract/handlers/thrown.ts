/** A value that foreign code threw, which may even throw when it is read. */
export interface Thrown {
  /** The message of an error, or a description of the value. */
  message: string;
  /** The stack frames of that code, one per line; empty where the value has no stack. */
  frames: string;
  /** The value, if it is a readable error. */
  cause?: Error;
}

const maxFrames = 5;
const maxChars = 2_000;

/**
 * Describes a thrown value. Never throws: revoked proxies, objects without a prototype and properties that throw
 * are described as far as possible.
 */
export function describeThrown(thrown: unknown): Thrown {
  const error = attempt(() => (thrown instanceof Error ? thrown : undefined));
  if (error === undefined) return { message: describeValue(thrown), frames: '' };
  const message = attempt(() => String(error.message));
  const stack = attempt(() => String(error.stack));
  const frames = framesOf(stack ?? '');
  if (message === undefined || stack === undefined) {
    return { message: message ?? 'an error whose message cannot be read', frames };
  }
  return { message: message.slice(0, maxChars) || error.constructor.name, frames, cause: error };
}

/** Describes a thrown value that is no error: `throw "text"`, `throw undefined`, or the like. */
function describeValue(thrown: unknown): string {
  const type = typeof thrown;
  if (type === 'object' || type === 'function') {
    const name = attempt(() => (thrown === null ? 'null' : Object.prototype.toString.call(thrown)));
    const text = attempt(() => JSON.stringify(thrown)?.slice(0, maxChars));
    return `threw ${name ?? `a ${type} that cannot be read`}, which is no Error${text === undefined ? '' : `: ${text}`}`;
  }
  const text = attempt(() => String(thrown)) ?? type;
  return type === 'string' ? text.slice(0, maxChars) : `threw ${text.slice(0, maxChars)}, which is no Error`;
}

/**
 * The folders of this project's own code in stack frames: in a clone those of this file, in the package its
 * chunks.
 */
const ownFolders = [import.meta.dirname, new URL('.', import.meta.url).href];

/** The frames of the handler alone: frames of this project below it do not help its author. */
function framesOf(stack: string): string {
  const lines = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const isOurs = (line: string) => ownFolders.some((folder) => line.includes(folder));
  const ours = lines.findIndex((line) => isOurs(line) || line.includes('node:internal'));
  return lines
    .slice(0, ours < 0 ? undefined : ours)
    .slice(0, maxFrames)
    .map((line) => `    ${line.trim().slice(0, maxChars)}`)
    .join('\n');
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
