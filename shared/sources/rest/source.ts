import { ofPages, type SourceRules } from '../source.ts';

/** A JSON API, page by page. */
export const restRules: SourceRules<'rest'> = {
  ...ofPages,
  files: () => [],
  urls: ({ url }) => [url],
  pages: () => ({ urls: [] }),
  secrets: {
    settingsWithSecrets: (settings) => settings,
    // What it says in plain, such as the name of a parameter, is no secret, and its URLs need it.
    plain: (frozen) => frozen,
    origins: ({ url }) => [new URL(url).origin],
    // A placeholder in the host is no secret and must be resolved; elsewhere it stays.
    withoutSecrets(frozen, resolved) {
      const hostIsPlain = URL.parse(frozen.url)?.origin === new URL(resolved.url).origin;
      return hostIsPlain ? frozen : { ...frozen, url: resolved.url };
    },
    isHome: (resolved, url) => URL.parse(url)?.origin === new URL(resolved.url).origin,
  },
};
