/** A document whose page shows a form, each form another one several times, and the last one a letter. */
export function nestedForms(levels: number, times: number): Buffer {
  const form = '/Type/XObject/Subtype/Form/BBox[0 0 9 9]';
  const font = '/Font<</T<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>';
  const stream = (number: number, dictionary: string, text: string) =>
    `${number} 0 obj <<${dictionary}/Length ${text.length}>> stream\n${text}\nendstream endobj`;
  const objects = [
    '1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj',
    '2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj',
    '3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>> endobj',
    stream(4, '', '/F Do'),
    ...Array.from({ length: levels }, (_, level) =>
      stream(5 + level, `${form}/Resources<</XObject<</F ${6 + level} 0 R>>>>`, '/F Do '.repeat(times)),
    ),
    stream(5 + levels, `${form}/Resources<<${font}>>`, 'BT /T 9 Tf (a) Tj ET'),
  ];
  return Buffer.from(`%PDF-1.4\n${objects.join('\n')}\ntrailer <</Root 1 0 R>>\n%%EOF`);
}
