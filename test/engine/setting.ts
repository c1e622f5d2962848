import { onTestFinished } from 'vitest';
import type { EngineLimits } from '../../shared/engine/engine.ts';
import { type Site, type SitePages, serveSite } from './site.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

/** A site that closes with the test. */
export async function openSite(pages: SitePages): Promise<Site> {
  const site = await serveSite(pages);
  onTestFinished(() => site.close());
  return site;
}

/** A world that closes with the test. */
export function enterWorld(
  limits: Partial<EngineLimits> = {},
  env: Record<string, string> = {},
  options: WorldOptions = {},
): World {
  const world = openWorld(limits, { env, ...options });
  onTestFinished(() => world.close());
  return world;
}
