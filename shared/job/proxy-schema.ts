import { z } from 'zod';
import { oneOrMany, proxy, relativeFile } from '../schema/leaf-schema.ts';

/** The settings of proxies. */
export const proxiesSchema = z
  .strictObject({
    list: oneOrMany(proxy)
      .optional()
      .describe(
        'Proxies as http://, https:// or socks5://USER:PASSWORD@HOST:PORT; passwords as ${env:NAME}. One variable may hold a whole list, separated by spaces, commas or lines.',
      ),
    file: relativeFile
      .optional()
      .describe(
        'A file with a proxy a line; # begins a comment. It stays on this machine: on AWS put the list into a variable.',
      ),
    rotate: z
      .enum(['request', 'host', 'session'])
      .default('host')
      .describe(
        'What keeps its proxy for as long as that works: each host, or a session (without one, the whole run); request: nothing does. A session always keeps its own.',
      ),
    direct: z
      .enum(['never', 'fallback'])
      .default('never')
      .describe('fallback: where no proxy works, requests are sent from your own address.'),
    resolve: z
      .enum(['here', 'proxy'])
      .default('here')
      .describe(
        'Who looks host names up. here: the address is checked and the proxy is asked for it. proxy: nobody checks where names lead, private addresses included; refused on AWS.',
      ),
    network: z
      .enum(['public', 'allowPrivate'])
      .optional()
      .describe(
        'allowPrivate: proxies may be at private or loopback addresses; on AWS only with aws.allowPrivate. Default: as network of the job.',
      ),
    pricePerGb: z
      .number()
      .gt(0)
      .optional()
      .describe(
        'US dollars that 10^9 bytes through proxies cost, both ways, as they are on the wire: for estimate, the summary and limits.budgetUsd.',
      ),
  })
  .describe(
    'Proxies that requests, robots.txt and logins go through. The pace of a host is the same over all of them.',
  );

export type ProxySettings = z.output<typeof proxiesSchema>;
