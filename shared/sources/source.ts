import type { SourceName, SourceSettings } from '../job/source-schema.ts';
import type { MakeOfItems } from './each/items-to-requests.ts';
import type { OpenedSources, SourceEnv } from './kind.ts';
import type { SourceCoverage, SourceItems, SourceSummary } from './reports.ts';
import type { Expansion } from './types.ts';

/** All that is asked about one kind of source of a job, by the key that it has there. */
export interface SourceRules<Name extends SourceName = SourceName> {
  /** Files that it reads, as the job names them. */
  files(settings: SourceSettings<Name>): string[];
  /** URLs that the job itself names: their origins are the job's own. */
  urls(settings: SourceSettings<Name>): string[];
  /** Those of them that are pages of the run, with the label that it gives them; none where patterns decide. */
  pages(settings: SourceSettings<Name>): { label?: string | undefined; urls: string[] };
  /** Headers of the requests for what it names; none where its requests carry theirs. */
  headers(settings: SourceSettings<Name>): Record<string, string> | undefined;
  /** It names pages of the run; else `limits.maxPages` and the job's page labels say nothing about it. */
  readonly namesPages: boolean;
  /** Its pages are where a crawl begins: each run asks for them, whatever its budget (`recrawl.budget`), since they lead to new ones. */
  readonly leadsOn: boolean;
  /** What it is to read, in a few words for a person; none where its key says it. */
  describe(settings: SourceSettings<Name>): string | undefined;
  /** What a user must know before the first run: lines of text. */
  notice(settings: SourceSettings<Name>): string[];
  readonly secrets: SecretRules<Name>;
  /** Items that it gives by itself, by kinds; of one that leads to pages, their rules give them. */
  readonly items: readonly SourceItems[];
  /** What a run made of it, where that is more than pages of the run. */
  readonly summaries: readonly SourceSummary[];
  /** How far it has covered its areas, where it searches any; loaded for those who ask. */
  readonly coverage: (() => Promise<SourceCoverage>) | undefined;
}

/** How a source begins: for those who work on it, and for nobody else to load. */
export interface SourceStart<Name extends SourceName = SourceName> {
  /** What it begins with. Fetches and reads nothing; secrets stay `${env:NAME}`. */
  seeds(
    settings: SourceSettings<Name>,
    index: number,
    opened: OpenedSources,
  ): Pick<Expansion, 'links' | 'next' | 'counts'>;
  /** What it works out once per process and job. Throws `HaltError`, and `DropError` SOURCE_MISSING. */
  readonly open: ((env: Pick<SourceEnv, 'job' | 'openFile'>) => Promise<Partial<OpenedSources>>) | undefined;
  /** What it makes of the items of other pages; of one that needs none, `undefined` or none of these at all. */
  readonly ofItems: ((settings: SourceSettings<Name>, index: number) => OfItems | undefined) | undefined;
}

/** `from`: the label of the pages whose items are read. */
export interface OfItems {
  from: string;
  make: MakeOfItems;
}

/** Of a source whose requests are made with placeholders, which become secrets only while they are fetched. */
export interface SecretRules<Name extends SourceName> {
  /** The part of its settings that such requests are made from. */
  settingsWithSecrets(settings: SourceSettings<Name>): unknown;
  /** What of its settings is plain text, which is no secret even where a secret has the same characters. */
  plain(frozen: SourceSettings<Name>): unknown;
  /** What of its settings must be known for a request to be sent at all, and is therefore no secret either: origins. */
  origins(resolved: SourceSettings<Name>): string[];
  /** The settings that requests are made from: `frozen` has the placeholders, `resolved` the secrets. */
  withoutSecrets(frozen: SourceSettings<Name>, resolved: SourceSettings<Name>): SourceSettings<Name>;
  /** Whether a request to `url` may carry its secrets. */
  isHome(resolved: SourceSettings<Name>, url: string): boolean;
}

/** Of a source that is resolved when the run begins: its URLs decide about hosts. */
export const resolvedAtStart = {
  settingsWithSecrets: () => undefined,
  plain: () => null,
  origins: () => [],
  withoutSecrets: (_frozen: unknown, resolved: never) => resolved,
  isHome: () => false,
} as const;

/** Of a source that is written out as a request, which keeps its placeholders until it is sent. */
export const asWrittenOut = {
  settingsWithSecrets: (settings: unknown) => settings,
  // What it says in plain, such as the name of a parameter, is no secret, and its URLs need it.
  plain: (frozen: unknown) => frozen,
  origins: ({ url }: { url: string }) => [new URL(url).origin],
  // A placeholder in the host is no secret and must be resolved; elsewhere it stays.
  withoutSecrets<Settings extends { url: string }>(frozen: Settings, resolved: Settings): Settings {
    const hostIsPlain = URL.parse(frozen.url)?.origin === new URL(resolved.url).origin;
    return hostIsPlain ? frozen : { ...frozen, url: resolved.url };
  },
  isHome: (resolved: { url: string }, url: string) => URL.parse(url)?.origin === new URL(resolved.url).origin,
} as const;

/** Of a source that names pages of the run, about which nothing more is to be said. */
export const ofPages = {
  headers: () => undefined,
  namesPages: true,
  leadsOn: false,
  describe: () => undefined,
  notice: () => [],
  items: [],
  summaries: [],
  coverage: undefined,
} as const;

/** Pages that a job names one by one. */
export function asLinks(urls: string[], label: string | undefined): Expansion['links'] {
  return urls.map((url) => (label === undefined ? { url } : { url, label }));
}
