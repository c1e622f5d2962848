/**
 * What watches a page from within, in a world of its own: it sees the page's elements, and none of the page's scripts sees it. It watches
 * open shadow roots as well, which are looked for whenever something is asked of it. An expression that gives an object with:
 * - `isLoaded()`: whether the document is complete; one that would have gone elsewhere and stayed is, without the event (`load`).
 * - `unchanged()`: for how long no text, element or attribute has changed (`contentMs`), and for how long no style or class either, nor how a
 *   drawing is drawn (`looksMs`): some pages move for ever what says the same; and whether an animation runs that ends soon (`isMoving`).
 * - `size()`: how many elements there are.
 * - `noteRemoved()`: from now on links and rows that are taken away are noted.
 * - `removed()`: how many of these are nowhere in the page.
 * - `scrollOn()`: scrolls the page, and then what scrolls within it, down and to the side, by steps of a window to where the end is when it
 *   begins, so that what is loaded when it comes in sight is. What begins at its end, such as a chat, is scrolled to its beginning.
 * - `wheelPoints()`: where in the window the pointer is over boxes that are too small for what they hold, which some scroll by scripts.
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
  const minWheeledPx = 200;
  const maxWheeled = 3;
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
  const windowWidthOf = getter(Element.prototype, 'clientWidth');
  const widthOf = getter(Element.prototype, 'scrollWidth');
  const leftOf = getter(Element.prototype, 'scrollLeft');
  const parentOf = getter(Node.prototype, 'parentNode');
  const contentOf = getter(Node.prototype, 'textContent');
  const baseOf = getter(Node.prototype, 'baseURI');
  const mainScroller = getter(Document.prototype, 'scrollingElement');
  const stateOf = getter(Document.prototype, 'readyState');
  const attributeOf = method(Element.prototype, 'getAttribute');
  const selectIn = method(Element.prototype, 'querySelectorAll');
  const selectInDocument = method(Document.prototype, 'querySelectorAll');
  const boxOf = method(Element.prototype, 'getBoundingClientRect');
  const animationsOf = method(Document.prototype, 'getAnimations');
  const createTreeWalker = method(Document.prototype, 'createTreeWalker');
  const selectInRoot = method(DocumentFragment.prototype, 'querySelectorAll');
  const scrollTo = method(Element.prototype, 'scrollTo');

  const roots = new WeakSet();
  const stuck = new WeakSet();
  // Buttons, some of which are links.
  const clicked = new WeakSet();
  const goneLinks = new Set();
  const goneRows = new Map();
  const goneTexts = new Set();
  const goneData = new Map();
  let changedAt = performance.now();
  let lookedAt = changedAt;
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
  // Words, or the first text of a row, say which row it is; numbers alone may be prices that go up and down.
  const hasWord = /\\p{L}/u;
  // Some lists use their elements again for other rows.
  const noteReused = (parent, text, newTexts) => {
    const words = text.trim();
    let row = parent;
    for (let level = 0; words !== '' && level < rowLevels && row instanceof Element; level += 1) {
      const above = parentOf(row);
      const isListed = (above instanceof Element || above instanceof DocumentFragment) && isRow(row, childrenIn(above));
      const isTelling = hasWord.test(words) || newTexts.includes(firstTextOf(row));
      if (isListed && isTelling && goneTexts.size < maxNoted) goneTexts.add(words);
      if (isListed) return;
      row = above;
    }
  };
  const textsIn = function* (root) {
    const walker = createTreeWalker(document, root, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) yield text;
  };
  const firstTextOf = (row) => {
    for (const text of textsIn(row)) if (text.data.trim() !== '') return text;
  };
  const noteGone = ({ type, target, attributeName, oldValue, removedNodes, addedNodes }) => {
    if (type === 'attributes' && attributeName === 'href' && nameOf(target) === 'a' && oldValue !== null && !clicked.has(target)) {
      const href = URL.parse(oldValue, baseOf(target))?.href;
      if (href !== undefined) goneLinks.add(href);
    }
    // Pictures that are loaded once they are in sight lose the attribute.
    const isTelling = type === 'attributes' && /^data-(src|id|key)$/.test(attributeName) && oldValue !== null;
    if (isTelling && attributeOf(target, attributeName) !== null) goneData.set(attributeName + '=' + oldValue, attributeName);
    if (type === 'characterData') noteReused(parentOf(target), oldValue, [target]);
    for (const node of removedNodes) if (node.nodeType === Node.TEXT_NODE) noteReused(target, node.data, [...addedNodes]);
    if (removedNodes.length === 0 || target.nodeType === Node.DOCUMENT_NODE) return;
    const gone = [...removedNodes].filter((node) => node instanceof Element && !clicked.has(node));
    const siblings = [...childrenIn(target), ...gone];
    for (const element of gone) {
      if (goneLinks.size >= maxNoted) return;
      if (nameOf(element) === 'a') goneLinks.add(hrefOf(element));
      for (const link of selectIn(element, 'a[href]')) if (!clicked.has(link)) goneLinks.add(hrefOf(link));
      noteRows(element, siblings);
    }
  };
  const receive = (records) => {
    if (records.length > 0) lookedAt = performance.now();
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
  const noteClicked = (event) => {
    for (const target of event.composedPath()) if (target !== document.body && target instanceof Element) clicked.add(target);
  };
  addEventListener('click', noteClicked, { capture: true, passive: true });

  const soonMs = 5000;
  /** Does an animation that ends soon run? Some pages say what they have to say at its end. */
  const isMoving = () =>
    animationsOf(document).some((animation) => {
      const { endTime = Infinity } = animation.effect?.getComputedTiming() ?? {};
      return animation.playState === 'running' && endTime - (animation.currentTime ?? 0) < soonMs;
    });

  // By element: "ways" says where it began, when it was first seen, since what begins at its end, such as a chat, is scrolled to its
  // beginning; "reached" how far it was scrolled, since a click may have moved it.
  const axisOf = (parts) => ({ ...parts, ways: new WeakMap(), reached: new WeakMap() });
  const vertical = axisOf({ name: 'top', overflow: 'overflowY', at: topOf, whole: heightOf, window: windowOf });
  const horizontal = axisOf({ name: 'left', overflow: 'overflowX', at: leftOf, whole: widthOf, window: windowWidthOf });
  const wayOf = (element, axis) => {
    const known = axis.ways.get(element);
    if (known !== undefined) return known;
    const range = axis.whole(element) - axis.window(element);
    const { flexDirection, direction } = getComputedStyle(element);
    const isMirrored = axis === vertical ? flexDirection === 'column-reverse' : direction === 'rtl' || flexDirection === 'row-reverse';
    const way = { first: isMirrored ? -1 : 0, isBack: isMirrored || axis.at(element) >= range - 1 };
    axis.ways.set(element, way);
    return way;
  };
  /** What is left to go, in its direction. */
  const roomOf = ({ element, axis }) => {
    const range = axis.whole(element) - axis.window(element);
    const { first, isBack } = wayOf(element, axis);
    return isBack ? axis.at(element) - first * range : range - axis.at(element);
  };
  const canScroll = (element, axis, isMain) =>
    axis.window(element) >= minScrollerPx &&
    axis.whole(element) - axis.window(element) > 1 &&
    nameOf(element) !== 'textarea' &&
    (isMain ? axis === vertical : /auto|scroll|overlay/.test(getComputedStyle(element)[axis.overflow]));
  /** The page first. */
  const scrollers = () => {
    const main = mainScroller(document);
    const all = main === null ? allElements() : [main, ...allElements().filter((element) => element !== main)];
    return all.flatMap((element) =>
      [vertical, horizontal].flatMap((axis) => (canScroll(element, axis, element === main) ? [{ element, axis }] : [])),
    );
  };
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  return {
    isLoaded() {
      allElements();
      return stateOf(document) === 'complete';
    },
    unchanged() {
      allElements();
      receive(observer.takeRecords());
      const now = performance.now();
      return { contentMs: now - changedAt, looksMs: now - lookedAt, isMoving: isMoving() };
    },
    size: () => allElements().length,
    noteRemoved() {
      isNoting = true;
    },
    removed() {
      receive(observer.takeRecords());
      if (goneLinks.size + goneRows.size + goneTexts.size + goneData.size === 0) return 0;
      const attributes = new Set(goneData.values());
      const names = new Set(goneRows.values());
      for (const element of allElements()) {
        if (nameOf(element) === 'a') goneLinks.delete(hrefOf(element));
        for (const name of attributes) goneData.delete(name + '=' + attributeOf(element, name));
        if (names.has(nameOf(element))) goneRows.delete(keyOf(element));
      }
      for (const root of goneTexts.size === 0 ? [] : allRoots()) {
        for (const text of textsIn(root)) goneTexts.delete(text.data.trim());
      }
      goneLinks.delete('');
      return Math.max(goneLinks.size, goneRows.size, goneTexts.size, goneData.size);
    },
    async scrollOn() {
      const all = scrollers().map((one) => {
        const from = one.axis.reached.get(one.element);
        if (from !== undefined) scrollTo(one.element, { [one.axis.name]: from, behavior: 'instant' });
        const room = roomOf(one);
        return { ...one, room, step: Math.max(0.9 * one.axis.window(one.element), room / maxSteps) };
      });
      const steps = all.reduce((sum, { room, step }) => sum + Math.ceil(room / step), 0);
      const pauseMs = Math.min(stepPauseMs, scrollPausesMs / Math.max(1, steps));
      for (const one of all) {
        const { element, axis, step } = one;
        const sign = wayOf(element, axis).isBack ? -1 : 1;
        for (let left = one.room; left > 1; ) {
          const before = axis.at(element);
          scrollTo(element, { [axis.name]: before + sign * Math.min(step, left), behavior: 'instant' });
          await nextFrame();
          await pause(pauseMs);
          const moved = sign * (axis.at(element) - before);
          if (moved <= 0) {
            stuck.add(element);
            break;
          }
          left -= moved;
        }
        axis.reached.set(element, axis.at(element));
      }
    },
    wheelPoints: () =>
      allElements()
        .filter((element) => windowOf(element) >= minWheeledPx && heightOf(element) - windowOf(element) > 1)
        .map((element) => boxOf(element))
        .map(({ left, top, width, height }) => [left + width / 2, top + height / 2])
        .filter(([x, y]) => x > 0 && y > 0 && x < innerWidth && y < innerHeight)
        .slice(0, maxWheeled),
    hasMore: () => scrollers().some((one) => !stuck.has(one.element) && roomOf(one) > 1),
  };
})())`;
