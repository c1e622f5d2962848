import { createHash } from 'node:crypto';

/**
 * A form as multipart/form-data (RFC 7578), with line ends and the escapes in names of the HTML Standard
 * ("multipart/form-data encoding algorithm"). The same body each time, so that a repeated request is the same one.
 */
export function writeMultipart(pairs: readonly (readonly [name: string, value: string])[]): {
  body: string;
  contentType: string;
} {
  const digest = createHash('sha256').update(JSON.stringify(pairs)).digest('hex');
  const boundary = `----spinneret-${digest.slice(0, 24)}`;
  const parts = pairs.map(([name, value]) => {
    const escaped = name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
    const lines = value.replace(/\r\n|\r|\n/g, '\r\n');
    return `--${boundary}\r\nContent-Disposition: form-data; name="${escaped}"\r\n\r\n${lines}\r\n`;
  });
  return {
    body: `${parts.join('')}--${boundary}--\r\n`,
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}
