import type { Reference } from '../links/reference.ts';
import type { ScanScope } from './program.ts';

/** An element that a selector found (or the document), and what the program keeps of it. */
export class ScanMatch {
  /** Of its tag; 0 for the document. */
  readonly serial: number;
  readonly depth: number;
  readonly name: number;
  /** As it stands on the page; `undefined` where there is none, or none is taken. */
  attribute: string | undefined = undefined;
  /** The text inside, not folded yet. */
  text = '';
  /** Where it is a scope: what was found in it, by slot. */
  slots: ScanMatch[][] = none;

  constructor(serial: number, depth: number, name: number) {
    this.serial = serial;
    this.depth = depth;
    this.name = name;
  }

  becomeScope(scope: ScanScope): void {
    this.slots = scope.slots.map(() => []);
  }
}

const none: ScanMatch[][] = [];

/** What a link rule found: places in the document's order, and the references there. */
export interface References {
  at: number[];
  found: Reference[];
  /** Of a rule whose links bear a number each: that of each, where it is readable. */
  priorities?: (number | undefined)[];
}
