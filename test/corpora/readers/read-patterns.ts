/** A term of a triple: an IRI, a literal, or a blank node or variable, which stands for any term. */
export type PatternTerm =
  | { iri: string }
  | { literal: string; language: string; datatype: string }
  | { unknown: string };

export type Pattern = [subject: PatternTerm, predicate: PatternTerm, object: PatternTerm];

/** What a Turtle file or a SPARQL query (`ASK WHERE { … }`) asks for: enough of both languages for test suites. */
export interface Patterns {
  triples: Pattern[];
  /** Each of `OPTIONAL { … }`. */
  optional: Pattern[][];
  /** The text of each `FILTER`. */
  filters: string[];
}

const xsd = 'http://www.w3.org/2001/XMLSchema#';
const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

const token =
  /\s+|#[^\n]*|<([^<>]*)>|("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(@[\w-]+)|(\^\^)|([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([?$]\w+)|((?:[\p{L}_][\p{L}\p{N}_.-]*)?:[\p{L}\p{N}_.:%-]*(?<!\.))|(\w+)|([.;,[\](){}])|(.)/gsu;

interface Token {
  kind: 'iri' | 'text' | 'at' | 'type' | 'number' | 'variable' | 'name' | 'word' | 'mark';
  value: string;
}

export function readPatterns(source: string, base: string): Patterns {
  return new PatternReader(source, base).read();
}

class PatternReader {
  private readonly tokens: Token[];
  private readonly prefixes = new Map<string, string>();
  private base: string;
  private at = 0;
  private blankNodes = 0;
  private triples: Pattern[] = [];
  private readonly optional: Pattern[][] = [];
  private readonly filters: string[] = [];

  constructor(source: string, base: string) {
    this.base = base;
    this.tokens = tokensOf(
      source.replaceAll(/\bFILTER\b\s*(\((?:[^()]|\([^()]*\))*\)|\w+\s*\([^()]*\))/g, (_, filter: string) => {
        this.filters.push(filter);
        return '';
      }),
    );
  }

  read(): Patterns {
    while (this.at < this.tokens.length) this.readStatement();
    return { triples: this.triples, optional: this.optional, filters: this.filters };
  }

  private readStatement(): void {
    const { value } = this.peek();
    const keyword = value.replace(/^@/, '').toUpperCase();
    if (keyword === 'PREFIX') {
      this.at += 1;
      const name = this.next().value.replace(/:$/, '');
      this.prefixes.set(name, this.resolve(this.next().value));
    } else if (keyword === 'BASE') {
      this.at += 1;
      this.base = this.resolve(this.next().value);
    } else if (keyword === 'OPTIONAL') this.readOptional();
    else if (['ASK', 'WHERE', '{', '}', '.'].includes(keyword)) this.at += 1;
    else this.readTriples();
  }

  private readOptional(): void {
    const outer = this.triples;
    this.triples = [];
    this.at += 2;
    while (this.peek().value !== '}') this.readStatement();
    this.at += 1;
    this.optional.push(this.triples);
    this.triples = outer;
  }

  private readTriples(): void {
    const isBlank = this.peek().value === '[';
    const subject = this.readTerm();
    if (!(isBlank && ['.', '}', undefined].includes(this.tokens[this.at]?.value)))
      this.readPredicates(subject);
  }

  private readPredicates(subject: PatternTerm): void {
    for (;;) {
      const predicate = this.readTerm();
      do this.triples.push([subject, predicate, this.readTerm()]);
      while (this.skip(','));
      while (this.skip(';'));
      if (['.', ']', '}', undefined].includes(this.tokens[this.at]?.value)) return;
    }
  }

  private readTerm(): PatternTerm {
    const { kind, value } = this.next();
    if (kind === 'iri') return { iri: this.resolve(value) };
    if (kind === 'text') return this.readLiteral(value);
    if (kind === 'number') return literal(value, /[.eE]/.test(value) ? 'decimal' : 'integer');
    if (kind === 'variable') return { unknown: value };
    if (kind === 'word' && value === 'a') return { iri: `${rdf}type` };
    if (kind === 'word') return literal(value, 'boolean');
    if (kind === 'name') return this.expand(value);
    return value === '[' ? this.readBlank() : this.readList();
  }

  private readLiteral(text: string): PatternTerm {
    if (this.tokens[this.at]?.kind === 'at') {
      return { literal: text, language: this.next().value.slice(1).toLowerCase(), datatype: '' };
    }
    if (!(this.tokens[this.at]?.kind === 'type')) return { literal: text, language: '', datatype: '' };
    this.at += 1;
    const type = this.readTerm();
    const datatype = 'iri' in type && type.iri !== `${xsd}string` ? type.iri : '';
    return { literal: text, language: '', datatype };
  }

  private readBlank(): PatternTerm {
    const node = this.newBlank();
    if (this.skip(']')) return node;
    this.readPredicates(node);
    this.at += 1;
    return node;
  }

  private readList(): PatternTerm {
    const entries: PatternTerm[] = [];
    while (!this.skip(')')) entries.push(this.readTerm());
    return entries.reduceRight<PatternTerm>(
      (rest, entry) => {
        const node = this.newBlank();
        this.triples.push([node, { iri: `${rdf}first` }, entry], [node, { iri: `${rdf}rest` }, rest]);
        return node;
      },
      { iri: `${rdf}nil` },
    );
  }

  private newBlank(): PatternTerm {
    return { unknown: `[${this.blankNodes++}]` };
  }

  private expand(name: string): PatternTerm {
    const colon = name.indexOf(':');
    const prefix = name.slice(0, colon);
    if (prefix === '_') return { unknown: name };
    const iri = this.prefixes.get(prefix);
    if (iri === undefined) throw new Error(`no prefix ${prefix}`);
    return { iri: iri + name.slice(colon + 1) };
  }

  private resolve(reference: string): string {
    return /^[a-z][a-z0-9+.-]*:/i.test(reference) ? reference : new URL(reference, this.base).href;
  }

  private skip(mark: string): boolean {
    const isThere = this.tokens[this.at]?.value === mark && this.tokens[this.at]?.kind === 'mark';
    if (isThere) this.at += 1;
    return isThere;
  }

  private peek(): Token {
    const found = this.tokens[this.at];
    if (found === undefined) throw new Error('the text ends too early');
    return found;
  }

  private next(): Token {
    const found = this.peek();
    this.at += 1;
    return found;
  }
}

function literal(value: string, type: string): PatternTerm {
  return { literal: value, language: '', datatype: `${xsd}${type}` };
}

function tokensOf(source: string): Token[] {
  const found: Token[] = [];
  for (const [all, iri, text, at, type, number, variable, name, word, mark, other] of source.matchAll(
    token,
  )) {
    if (iri !== undefined) found.push({ kind: 'iri', value: iri });
    else if (text !== undefined) found.push({ kind: 'text', value: unquoted(text) });
    else if (at !== undefined) found.push({ kind: 'at', value: at });
    else if (type !== undefined) found.push({ kind: 'type', value: type });
    else if (number !== undefined) found.push({ kind: 'number', value: number });
    else if (variable !== undefined) found.push({ kind: 'variable', value: variable });
    else if (name !== undefined) found.push({ kind: 'name', value: name });
    else if (word !== undefined) found.push({ kind: 'word', value: word });
    else if (mark !== undefined) found.push({ kind: 'mark', value: mark });
    else if (other !== undefined) throw new Error(`${JSON.stringify(all)} cannot be read in ${source}`);
  }
  return found;
}

function unquoted(text: string): string {
  const width = /^("""|''')/.test(text) ? 3 : 1;
  return text
    .slice(width, -width)
    .replace(/\\(?:u([\da-f]{4})|U([\da-f]{8})|(.))/gis, (_, short, long, letter) =>
      letter === undefined
        ? String.fromCodePoint(Number.parseInt(short ?? long, 16))
        : ({ n: '\n', r: '\r', t: '\t' }[letter as string] ?? letter),
    );
}

/** With white space folded, as our texts are. */
export function foldedTerm(term: PatternTerm): PatternTerm {
  return 'literal' in term ? { ...term, literal: term.literal.replace(/\s+/g, ' ').trim() } : term;
}

/** A line for each triple. */
export function show(patterns: readonly Pattern[]): string {
  return patterns
    .map((pattern) => `  ${pattern.map((term) => JSON.stringify(Object.values(term).join('^'))).join(' ')}`)
    .join('\n');
}
