/** Of equal formatting elements the list keeps so many (HTML Standard, "push onto the list"). */
const maxEqual = 3;

/**
 * The list of active formatting elements: those that an end tag has not ended yet, whether their elements
 * are still open or wait to be opened again. Markers keep what is inside of a cell apart from what is
 * around it.
 */
export class ActiveFormatting {
  count = 0;
  /** Has an element to be opened again before the next text? */
  isPending = false;
  /** 0 for a marker. */
  readonly names: number[] = [];
  /** Where the name ends in the tag. */
  readonly nameEnds: number[] = [];
  /** Of the element; 0 while it is not open. */
  readonly depths: number[] = [];

  startPage(): void {
    this.count = 0;
    this.isPending = false;
  }

  /** Notes that the list has changed. */
  update(): void {
    const newest = this.count - 1;
    this.isPending = newest >= 0 && this.depths[newest] === 0 && this.names[newest] !== 0;
  }

  /** Returns `false` where it would have to know whether elements are equal. */
  push(name: number, nameEnd: number, depth: number): boolean {
    let equal = 0;
    for (let index = this.count - 1; index >= 0 && this.names[index] !== 0; index--) {
      if (this.names[index] === name) equal++;
    }
    this.add(name, nameEnd, depth);
    return equal < maxEqual;
  }

  /** Of one without an equal. */
  pushFirst(name: number, nameEnd: number, depth: number): void {
    this.add(name, nameEnd, depth);
  }

  insertMarker(): void {
    this.add(0, 0, 0);
  }

  clearToMarker(): void {
    while (this.count > 0 && this.names[--this.count] !== 0);
    this.update();
  }

  /** The newest of a name since the last marker; -1 for none. */
  find(name: number): number {
    for (let index = this.count - 1; index >= 0 && this.names[index] !== 0; index--) {
      if (this.names[index] === name) return index;
    }
    return -1;
  }

  /** The one whose element is at `depth`; -1 for none. */
  findAt(depth: number): number {
    for (let index = this.count - 1; index >= 0; index--) if (this.depths[index] === depth) return index;
    return -1;
  }

  remove(index: number): void {
    this.count--;
    for (let at = index; at < this.count; at++) {
      this.names[at] = this.names[at + 1] as number;
      this.nameEnds[at] = this.nameEnds[at + 1] as number;
      this.depths[at] = this.depths[at + 1] as number;
    }
    this.update();
  }

  removeNewest(): void {
    this.count--;
    this.update();
  }

  /** The element at `depth` ends. */
  ended(depth: number): void {
    const index = this.findAt(depth);
    if (index < 0) return;
    this.depths[index] = 0;
    this.update();
  }

  private add(name: number, nameEnd: number, depth: number): void {
    this.names[this.count] = name;
    this.nameEnds[this.count] = nameEnd;
    this.depths[this.count] = depth;
    this.count++;
    this.isPending = false;
  }
}
