import { expect, it } from 'vitest';
import { compileJob, makePage } from './compile-job.ts';

const paragraph = `<p>${'This is a long paragraph, with commas, of an article. '.repeat(4)}</p>`;

/** What is in an element that a page hides, by the marks in its text. */
const hidden = `<span hidden>hidden1</span><span style="display: none">none1</span><span aria-hidden=true>aria1</span>
<span style="visibility: hidden">visibility1</span><span class=sr-only>class1</span><details><summary>-</summary>details1</details>
<dialog>dialog1</dialog><noscript><b>noscript1</b></noscript><svg><text>svg1</text></svg><canvas>canvas1</canvas>
<object>object1</object><iframe>iframe1</iframe><textarea>textarea1</textarea><select><option>option1</select><video>video1</video>
<audio>audio1</audio><script>script1</script><style>style1</style><template>template1</template><!--comment1-->`;

const shown = ['class', 'details', 'dialog'];
const inFallback = ['noscript', 'svg', 'canvas', 'object', 'iframe', 'textarea', 'option', 'video', 'audio'];
const inText = ['hidden', 'none', 'aria', 'visibility', ...shown, ...inFallback];

it.each([
  ['an element', { select: '#x' }, inText],
  ['the step htmlToText', { select: '#x', take: 'html', transform: ['htmlToText'] }, inText],
  ['XPath', { xpath: "string(//*[@id='x'])" }, [...inText, 'script', 'style']],
  ['Markdown', { select: '#x', take: 'markdown' }, ['aria', 'visibility', ...shown]],
  ['the main text', { article: 'text' }, [...shown, 'video', 'audio']],
  ['the Markdown of the main text', { article: 'markdown' }, shown],
])('the text of %s has of what is hidden what docs/jobs.md says', async (_, field, wanted) => {
  const page = `<html lang=en><div id=x><h1>T</h1>${paragraph}<div>${hidden}</div>${paragraph}</div>`;
  const extractor = await compileJob({ pages: { product: { fields: { f: field } } } });
  const { items } = await extractor.extract(makePage(page));
  const found = String(items[0]?.fields['f']).match(/\p{L}+(?=1)/gu);
  expect(found).toEqual(wanted);
});
