import { isShallow } from '../handlers/plain-json.ts';
import { JsCursor } from './js-cursor.ts';
import { type JsValue, readJsValue, shownCode } from './js-literal.ts';

/** What scripts do with a variable. */
export interface ScriptFindings {
  /** What is assigned to it, and what is pushed into it, in the order of the scripts. */
  values: JsValue[];
  /** The beginning of the first code that is assigned: it is not run, so that its value is not known. */
  code: string | undefined;
}

/** The names of a variable and of what it is in: `window.App.state` is `App.state`, as scripts of a page share one scope. */
export function variablePath(name: string): string[] {
  const [first = '', ...rest] = name.split('.');
  return rest.length > 0 && globals.has(first) ? rest : [first, ...rest];
}

const globals = new Set(['window', 'self', 'globalThis', 'top', 'parent', 'this']);

/** Finds what scripts assign to a variable, or push into it, without running them. */
export function findInScripts(texts: readonly string[], path: readonly string[]): ScriptFindings {
  const found: ScriptFindings = { values: [], code: undefined };
  const last = path.at(-1) ?? '';
  for (const text of texts) if (text.includes(last)) new ScriptReader(text, path, found).read();
  return found;
}

class ScriptReader {
  private readonly cursor: JsCursor;
  private readonly wanted: string;
  private readonly found: ScriptFindings;

  constructor(text: string, path: readonly string[], found: ScriptFindings) {
    this.cursor = new JsCursor(text);
    this.wanted = path.join('.');
    this.found = found;
  }

  read(): void {
    const { cursor } = this;
    let isMember = false;
    while (cursor.peek() !== '') {
      const token = cursor.next();
      if (isMember || !/^[\p{ID_Start}$_]/u.test(token)) {
        isMember = token === '.';
        continue;
      }
      const name = variablePath([token, ...this.members()].join('.')).join('.');
      if (name === this.wanted) this.readAssigned();
      else if (name === `${this.wanted}.push`) this.readPushed();
    }
  }

  /** `.name` and `["name"]`. */
  private members(): string[] {
    const { cursor } = this;
    const names: string[] = [];
    for (;;) {
      const start = cursor.at;
      let name: string | undefined;
      if (cursor.skip('.') || cursor.skip('?.')) name = cursor.identifier();
      else if (cursor.skip('[')) {
        name = cursor.string();
        if (!cursor.skip(']')) name = undefined;
      }
      if (name === undefined) {
        cursor.at = start;
        return names;
      }
      names.push(name);
    }
  }

  private readAssigned(): void {
    const { cursor } = this;
    if (!this.skipAssignment()) return;
    this.skipNames();
    const start = cursor.at;
    const value = readJsValue(cursor);
    if (value === undefined) this.noteCode(start);
    else this.add(value);
    // (self.chunks = self.chunks || []).push([…])
    const end = cursor.at;
    if (cursor.skip(')') && cursor.skip('.') && cursor.identifier() === 'push') this.readPushed();
    else cursor.at = end;
  }

  private skipAssignment(): boolean {
    const { cursor } = this;
    const start = cursor.at;
    if (cursor.skip('=') && !/^[=>]/.test(cursor.text.slice(cursor.at, cursor.at + 1))) return true;
    cursor.at = start;
    return false;
  }

  /** `a = b = {…}` and `a = a || {…}`, up to what is assigned. */
  private skipNames(): void {
    const { cursor } = this;
    for (;;) {
      const start = cursor.at;
      const isName = cursor.identifier() !== undefined;
      if (isName) this.members();
      if (isName && (this.skipAssignment() || cursor.skip('||') || cursor.skip('??'))) continue;
      cursor.at = start;
      return;
    }
  }

  private readPushed(): void {
    const { cursor } = this;
    const start = cursor.at;
    if (!cursor.skip('(')) return;
    while (!cursor.skip(')')) {
      const value = readJsValue(cursor);
      if (value === undefined) {
        this.noteCode(start);
        return;
      }
      this.add(value);
      if (!cursor.skip(',') && cursor.peek() !== ')') return;
    }
  }

  private add(value: JsValue): void {
    if (isShallow(value.value)) this.found.values.push(value);
  }

  private noteCode(start: number): void {
    this.found.code ??= this.cursor.text.slice(start, start + shownCode).trim();
    this.cursor.at = Math.max(start, this.cursor.at);
  }
}

/** The value of a script that is JSON, or of a text that holds some; `undefined` for another one. */
export function readWhole(text: string): JsValue | undefined {
  const cursor = new JsCursor(text);
  const read = readJsValue(cursor);
  cursor.skip(';');
  return cursor.peek() === '' && read !== undefined && isShallow(read.value) ? read : undefined;
}
