import { onTestFinished } from 'vitest';
import type { EngineLimits } from '../../shared/engine/engine.ts';
import { openSite } from './setting.ts';
import type { Site, SitePages } from './site.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

export interface Domain {
  world: World;
  /** In the order of the hosts; the origin of each has its name. */
  sites: Site[];
  origins: string[];
}

/** Names of one domain, or of several, each with a server of its own, all at one address, in a world that resolves no others. */
export async function openDomain(
  hosts: Record<string, SitePages>,
  limits: Partial<EngineLimits> = {},
  options: WorldOptions = {},
): Promise<Domain> {
  const names = Object.keys(hosts);
  const opened = await Promise.all(Object.values(hosts).map((pages) => openSite(pages)));
  const sites = opened.map((site, index) => {
    const { port } = new URL(site.origin);
    return { ...site, origin: `http://${names[index]}:${port}` };
  });
  const world = openWorld(
    { maxWaitMs: 2_000, ...limits },
    {
      ...options,
      lookup: (name, { all }, done) => {
        const address = '127.0.0.1';
        if (!names.includes(name)) return done(Object.assign(new Error(name), { code: 'ENOTFOUND' }), []);
        return all === true ? done(null, [{ address, family: 4 }]) : done(null, address, 4);
      },
    },
  );
  onTestFinished(() => world.close());
  return { world, sites, origins: sites.map(({ origin }) => origin) };
}
