/** What somebody else's code threw: anything at all, even a value that throws when it is looked at. */
export interface Thrown {
  /** The message of an error, or what the value is. */
  message: string;
  /** The frames of that code, one a line; none where the value has no stack. */
  frames: string;
  /** The value, where it is an error that can be read. */
  cause?: Error;
}

const maxFrames = 5;
const maxChars = 2_000;

/**
 * Describes a thrown value. Never throws: proxies that are revoked, objects without a prototype and
 * properties that throw are described by what can be said of them.
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

/** What was thrown by something that is no error: `throw "text"`, `throw undefined`, or worse. */
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

/** This project's own code, as a frame names it: in a clone the files beside this one, in the package its chunks. */
const ownFolders = [import.meta.dirname, new URL('.', import.meta.url).href];

/** Of the thrower alone: frames below the call of this project say nothing to him. */
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
