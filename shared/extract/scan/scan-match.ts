import { Document, type Element } from 'domhandler';
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
  /** The text as `markedTextOf` has it, where that is wanted and there is something to be marked. */
  marked: string | undefined = undefined;
  /** Where it is a scope: what was found in it, by slot. */
  slots: ScanMatch[][] = none;
  /** Its copy, where what its slot asks is evaluated on that. */
  element: Element | undefined = undefined;
  /** Where it is a scope: copies of what was found in it, by slot. */
  copies: Copy[] | undefined = undefined;

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

/** Copies of the elements that one selector has found in one scope, each with all that is in it; of what is in another it is a part. */
export class Copy {
  readonly document = new Document([]);
  /** Depth of the outermost element that is open and copied. */
  depth = 0;
  /** It, and the open elements in it, by how much deeper they are. */
  readonly open: Element[] = [];
  /** The elements that were found, by their copies. */
  readonly found = new Map<Element, ScanMatch>();

  holderAt(depth: number): Element | undefined {
    return depth < this.depth ? undefined : this.open[depth - this.depth];
  }
}

/** What a link rule found: places in the document's order, and the references there. */
export interface References {
  at: number[];
  found: Reference[];
  /** Of a rule whose links bear a number each: that of each, where it is readable. */
  priorities?: (number | undefined)[];
}
