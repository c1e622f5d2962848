export type PathStep = { key: string } | { index: number } | 'each';

const maxPathChars = 1_024;
const maxSteps = 64;

const plainKey = /[^.[\]"']+/uy;
const bracket = /\[(?:(-?\d{1,9})|(\*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\]/uy;

/**
 * The steps of a path into JSON, as `compileJsonPath` (extract/json) describes it. Throws SyntaxError with the position of the mistake.
 */
export function parseJsonPath(path: string): PathStep[] {
  if (path.length > maxPathChars) throw new SyntaxError(`longer than ${maxPathChars} characters`);
  const steps: PathStep[] = [];
  let at = 0;
  while (at < path.length) {
    const isBracket = path[at] === '[';
    if (!isBracket && steps.length > 0) {
      if (path[at] !== '.') throw mistake(path, at);
      at++;
    }
    const pattern = isBracket ? bracket : plainKey;
    pattern.lastIndex = at;
    const match = pattern.exec(path);
    if (match === null) throw mistake(path, at);
    steps.push(isBracket ? bracketStep(match) : keyStep(match[0]));
    if (steps.length > maxSteps) throw new SyntaxError(`more than ${maxSteps} steps`);
    at = pattern.lastIndex;
  }
  return steps;
}

function keyStep(key: string): PathStep {
  return key === '*' ? 'each' : { key };
}

function bracketStep(match: RegExpExecArray): PathStep {
  const [, index, star, quoted] = match;
  if (index !== undefined) return { index: Number(index) };
  if (star !== undefined) return 'each';
  return { key: unquote(quoted ?? '') };
}

/** Quoted keys are JSON strings; single quotes may be used as well, and then escape themselves. */
function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  const json = quoted.startsWith("'")
    ? inner.replace(/\\'|"/gu, (part) => (part === '"' ? '\\"' : "'"))
    : inner;
  try {
    return JSON.parse(`"${json}"`) as string;
  } catch (error) {
    throw new SyntaxError(`${quoted} is not a quoted key`, { cause: error });
  }
}

function mistake(path: string, at: number): SyntaxError {
  return new SyntaxError(`"${path}" cannot be read at character ${at + 1}`);
}
