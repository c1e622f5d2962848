/**
 * What watches a page from within, in a world of its own: it sees the page's elements, and none of the page's scripts sees it. It watches
 * open shadow roots as well, which are looked for whenever something is asked of it. An expression that gives an object with:
 * - `isLoaded()`: whether the document is complete; one that would have gone elsewhere and stayed is, without the event (`load`).
 * - `unchangedMs()`: for how long no text, element or attribute has changed. Styles and classes do not count, nor how a drawing is drawn:
 *   that is how pages move things that say the same.
 * - `noteRemoved()`: from now on links and rows that are taken away are noted.
 * - `removed()`: how many of these are nowhere in the page.
 * - `scrollOn()`: scrolls the page, and then what scrolls within it, by steps of a window to where the end is when it begins, so that what is
 *   loaded when it comes in sight is.
 * - `hasMore()`: whether something can be scrolled further.
 *
 * Forms and documents answer with their controls where one has the name of a property (`children`), so properties are read by their getters.
 */
export const contentWatcher = `(globalThis.spinneret ??= (() => {
  const maxNoted = 5000;
  const maxKeyChars = 500;
  // Steps get shorter pauses where there are many, and cover more where there are more than this.
  const maxSteps = 500;
  const stepPauseMs = 100;
  const scrollPausesMs = 5000;
  const minScrollerPx = 50;
  const svg = 'http://www.w3.org/2000/svg';

  const getter = (prototype, name) => {
    const { get } = Object.getOwnPropertyDescriptor(prototype, name);
    return (object) => get.call(object);
  };
  const method = (prototype, name) => (object, ...values) => prototype[name].apply(object, values);
  const nameOf = getter(Element.prototype, 'localName');
  const childrenOf = getter(Element.prototype, 'children');
  const childrenOfRoot = getter(DocumentFragment.prototype, 'children');
  const shadowOf = getter(Element.prototype, 'shadowRoot');
  const windowOf = getter(Element.prototype, 'clientHeight');
  const heightOf = getter(Element.prototype, 'scrollHeight');
  const topOf = getter(Element.prototype, 'scrollTop');
  const contentOf = getter(Node.prototype, 'textContent');
  const baseOf = getter(Node.prototype, 'baseURI');
  const mainScroller = getter(Document.prototype, 'scrollingElement');
  const stateOf = getter(Document.prototype, 'readyState');
  const attributeOf = method(Element.prototype, 'getAttribute');
  const selectIn = method(Element.prototype, 'querySelectorAll');
  const selectInDocument = method(Document.prototype, 'querySelectorAll');
  const createTreeWalker = method(Document.prototype, 'createTreeWalker');
  const selectInRoot = method(DocumentFragment.prototype, 'querySelectorAll');
  const scrollTo = method(Element.prototype, 'scrollTo');

  const roots = new WeakSet();
  const stuck = new WeakSet();
  const goneLinks = new Set();
  const goneRows = new Map();
  const goneTexts = new Set();
  let changedAt = performance.now();
  let isNoting = false;

  const isMove = ({ type, target, attributeName }) =>
    type === 'attributes' &&
    (attributeName === 'style' ||
      attributeName === 'class' ||
      (target.namespaceURI === svg && !attributeName.endsWith('href')));

  const kindOf = (element) => nameOf(element) + ' ' + (attributeOf(element, 'class') ?? '');
  const textOf = (element) => contentOf(element).replace(/\\s+/g, ' ').trim().slice(0, maxKeyChars);
  const keyOf = (element) => kindOf(element) + ' ' + textOf(element);
  const childrenIn = (parent) => [...(parent instanceof Element ? childrenOf(parent) : childrenOfRoot(parent))];
  const isRow = (element, siblings) => {
    const kind = kindOf(element);
    return siblings.some((other) => other !== element && kindOf(other) === kind) && textOf(element) !== '';
  };
  const hrefOf = (link) => (typeof link.href === 'string' ? link.href : '');

  const noteRows = (element, siblings) => {
    if (goneRows.size >= maxNoted) return;
    if (isRow(element, siblings)) goneRows.set(keyOf(element), nameOf(element));
    else {
      const children = [...childrenOf(element)];
      for (const child of children) noteRows(child, children);
    }
  };
  const rowLevels = 5;
  const parentOf = getter(Node.prototype, 'parentNode');
  /** Some lists use their elements again for other rows: by the first text of a row it is known which row it is. */
  const noteReused = (parent, text, newTexts) => {
    const words = text.trim();
    let row = parent;
    for (let level = 0; words !== '' && level < rowLevels && row instanceof Element; level += 1) {
      const above = parentOf(row);
      const isListed = (above instanceof Element || above instanceof DocumentFragment) && isRow(row, childrenIn(above));
      if (isListed && newTexts.includes(firstTextOf(row)) && goneTexts.size < maxNoted) goneTexts.add(words);
      if (isListed) return;
      row = above;
    }
  };
  const textsIn = (root) => {
    const walker = createTreeWalker(document, root, NodeFilter.SHOW_TEXT);
    const next = () => walker.nextNode();
    return { [Symbol.iterator]: () => ({ next: () => ({ done: !next(), value: walker.currentNode }) }) };
  };
  const firstTextOf = (row) => {
    for (const text of textsIn(row)) if (text.data.trim() !== '') return text;
  };
  const noteGone = ({ type, target, attributeName, oldValue, removedNodes, addedNodes }) => {
    if (type === 'attributes' && attributeName === 'href' && nameOf(target) === 'a' && oldValue !== null) {
      const href = URL.parse(oldValue, baseOf(target))?.href;
      if (href !== undefined) goneLinks.add(href);
    }
    if (type === 'characterData') noteReused(parentOf(target), oldValue, [target]);
    for (const node of removedNodes) if (node.nodeType === Node.TEXT_NODE) noteReused(target, node.data, [...addedNodes]);
    if (removedNodes.length === 0 || target.nodeType === Node.DOCUMENT_NODE) return;
    const gone = [...removedNodes].filter((node) => node instanceof Element);
    const siblings = [...childrenIn(target), ...gone];
    for (const element of gone) {
      if (goneLinks.size >= maxNoted) return;
      if (nameOf(element) === 'a') goneLinks.add(hrefOf(element));
      for (const link of selectIn(element, 'a[href]')) goneLinks.add(hrefOf(link));
      noteRows(element, siblings);
    }
  };
  const receive = (records) => {
    if (records.some((record) => !isMove(record))) changedAt = performance.now();
    if (isNoting) records.forEach(noteGone);
  };
  const observer = new MutationObserver(receive);
  const observe = (root) => {
    if (roots.has(root)) return;
    roots.add(root);
    changedAt = performance.now();
    const texts = { characterData: true, characterDataOldValue: true };
    observer.observe(root, { ...texts, subtree: true, childList: true, attributes: true, attributeOldValue: true });
  };
  const elementsIn = function* (all) {
    for (const element of all) {
      yield element;
      const shadow = shadowOf(element);
      if (shadow === null) continue;
      observe(shadow);
      yield* elementsIn(selectInRoot(shadow, '*'));
    }
  };
  const allRoots = () => [document, ...allElements().map(shadowOf).filter((shadow) => shadow !== null)];
  const allElements = () => [...elementsIn(selectInDocument(document, '*'))];
  observe(document);

  const isScroller = (element) =>
    windowOf(element) >= minScrollerPx &&
    heightOf(element) - windowOf(element) > 1 &&
    nameOf(element) !== 'textarea' &&
    /auto|scroll|overlay/.test(getComputedStyle(element).overflowY);
  const scrollers = () => {
    const main = mainScroller(document);
    const inner = allElements().filter((element) => element !== main && isScroller(element));
    return main === null ? inner : [main, ...inner];
  };
  const endOf = (element) => heightOf(element) - windowOf(element);
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  return {
    isLoaded() {
      allElements();
      return stateOf(document) === 'complete';
    },
    unchangedMs() {
      allElements();
      receive(observer.takeRecords());
      return performance.now() - changedAt;
    },
    noteRemoved() {
      isNoting = true;
    },
    removed() {
      receive(observer.takeRecords());
      if (goneLinks.size + goneRows.size + goneTexts.size === 0) return 0;
      const names = new Set(goneRows.values());
      for (const element of allElements()) {
        if (nameOf(element) === 'a') goneLinks.delete(hrefOf(element));
        if (names.has(nameOf(element))) goneRows.delete(keyOf(element));
      }
      for (const root of goneTexts.size === 0 ? [] : allRoots()) {
        for (const text of textsIn(root)) goneTexts.delete(text.data.trim());
      }
      goneLinks.delete('');
      return Math.max(goneLinks.size, goneRows.size, goneTexts.size);
    },
    async scrollOn() {
      const all = scrollers().map((element) => {
        const end = endOf(element);
        const step = Math.max(0.9 * windowOf(element), (end - topOf(element)) / maxSteps);
        return { element, end, step };
      });
      const steps = all.reduce((sum, { element, end, step }) => sum + Math.ceil((end - topOf(element)) / step), 0);
      const pauseMs = Math.min(stepPauseMs, scrollPausesMs / Math.max(1, steps));
      for (const { element, end, step } of all) {
        for (let top = topOf(element); end - top > 1; ) {
          scrollTo(element, { top: Math.min(top + step, end), behavior: 'instant' });
          await nextFrame();
          await pause(pauseMs);
          const now = topOf(element);
          if (now <= top) stuck.add(element);
          if (now <= top) break;
          top = now;
        }
      }
    },
    hasMore: () => scrollers().some((element) => !stuck.has(element) && endOf(element) - topOf(element) > 1),
  };
})())`;
