import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A point of a sum (`value`) or of a histogram (`count`, `sum`), as OTLP's JSON encoding has it. */
export interface Point {
  name: string;
  unit: string;
  temporality: number;
  isMonotonic?: boolean;
  value?: number;
  count?: number;
  sum?: number;
}

export interface OtlpExport {
  path: string;
  headers: IncomingHttpHeaders;
  /** Of the resource. */
  attributes: Record<string, unknown>;
  points: Point[];
}

interface OtlpBody {
  resourceMetrics: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] };
    scopeMetrics: {
      metrics: {
        name: string;
        unit: string;
        sum?: {
          aggregationTemporality: number;
          isMonotonic: boolean;
          dataPoints: { asDouble?: number; asInt?: number }[];
        };
        histogram?: { aggregationTemporality: number; dataPoints: { count: number; sum: number }[] };
      }[];
    }[];
  }[];
}

export type ReceiverMode = 'takes' | 'hangs' | 'drips' | 'refuses' | 'takesHalf';

/** A receiver of OTLP/HTTP on loopback that reads what it is sent; how it answers may change at any time. */
export async function openOtlpReceiver() {
  const exports: OtlpExport[] = [];
  let mode: ReceiverMode = 'takes';
  const server = createServer(async (request, response) => {
    const body: OtlpBody = JSON.parse(await text(request));
    const { url = '', headers } = request;
    for (const part of body.resourceMetrics) exports.push({ path: url, headers, ...readPart(part) });
    if (mode === 'hangs') return;
    if (mode === 'drips') {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(drip));
      return;
    }
    const partialSuccess = { rejectedDataPoints: '1', errorMessage: 'too old' };
    response.writeHead(mode === 'refuses' ? 401 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(mode === 'takesHalf' ? { partialSuccess } : {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exports,
    answer(next: ReceiverMode) {
      mode = next;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function readPart({ resource, scopeMetrics }: OtlpBody['resourceMetrics'][number]) {
  return {
    attributes: Object.fromEntries(resource.attributes.map(({ key, value }) => [key, value.stringValue])),
    points: scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .flatMap(({ name, unit, sum, histogram }): Point[] => [
        ...(sum?.dataPoints ?? []).map(({ asDouble, asInt }) => {
          const { aggregationTemporality: temporality = 0, isMonotonic = false } = sum ?? {};
          return { name, unit, temporality, isMonotonic, value: Number(asDouble ?? asInt) };
        }),
        ...(histogram?.dataPoints ?? []).map((point) => {
          const { aggregationTemporality: temporality = 0 } = histogram ?? {};
          return { name, unit, temporality, count: point.count, sum: point.sum };
        }),
      ]),
  };
}
