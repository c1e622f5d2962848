import type { ScanMatch } from './scan-match.ts';

/**
 * Collects the text inside of findings while they are open. What one holds of another is kept once, as
 * a part of a common list.
 */
export class TextRecorder {
  /** How many findings are being recorded here. */
  open = 0;
  private parts: string[] = [];
  private starts: number[] = [];
  private readonly outer: { open: number; parts: string[]; starts: number[] }[] = [];

  startPage(): void {
    this.open = 0;
    this.parts = [];
    this.starts = [];
    this.outer.length = 0;
  }

  begin(): void {
    this.starts.push(this.parts.length);
    this.open++;
  }

  /** Ends what was begun last. */
  end(finding: ScanMatch): void {
    const start = this.starts.pop() ?? 0;
    const { parts } = this;
    if (parts.length === start + 1) finding.text = parts[start] ?? '';
    else if (parts.length > start) finding.text = parts.slice(start).join('');
    this.open--;
    if (this.open === 0) parts.length = 0;
  }

  add(text: string): void {
    this.parts.push(text);
  }

  /** Nothing of what comes belongs to the findings that are open. */
  leave(): void {
    this.outer.push({ open: this.open, parts: this.parts, starts: this.starts });
    this.open = 0;
    this.parts = [];
    this.starts = [];
  }

  comeBack(): void {
    const outer = this.outer.pop();
    if (outer === undefined) return;
    this.open = outer.open;
    this.parts = outer.parts;
    this.starts = outer.starts;
  }
}
