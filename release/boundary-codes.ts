/**
 * Codes of Natural Earth 5.1 that ISO 3166-2 gives to another division since (Iran in 2020, Uganda), or always has: the city of Moscow and
 * its oblast are exchanged there, as are Paktia and Paktika. By them a job would search another area than the one that it names.
 */
const changed: Record<string, string> = {
  AF: 'PKA PIA, PIA PKA',
  IR: '01 03, 02 04, 03 24, 04 10, 05 16, 06 18, 07 23, 08 14, 10 06, 11 19, 12 20, 13 11, 14 07, 15 08, 16 12, 17 05, 18 17, 19 01, 20 15, 21 02, 22 00, 23 22, 24 13, 25 21, 26 25, 28 26, 30 09, 31 28',
  RU: 'MOS MOW, MOW MOS',
  UG: '114 115, 115 116, 116 114, 218 220, 219 221, 220 222, 221 223, 222 224, 223 218, 224 219, 314 315, 315 318, 316 319, 317 314, 318 317, 319 316, 325 420, 326 325, 327 326, 328 327, 329 328, 330 329, 331 330, 416 417, 417 418, 419 416, 420 421, 421 422, 422 423, 423 424, 424 425, 425 426',
};

const current = new Map(
  Object.entries(changed).flatMap(([country, pairs]) =>
    pairs.split(', ').map((pair): [string, string] => {
      const [from, to] = pair.split(' ');
      return [`${country}-${from}`, `${country}-${to}`];
    }),
  ),
);

/** The code of a division by ISO 3166-2 as of 2026, from that of Natural Earth. */
export function currentCode(code: string): string {
  return current.get(code) ?? code;
}
