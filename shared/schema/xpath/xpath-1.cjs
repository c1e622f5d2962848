let loaded;

/** Loaded by the first XPath expression that is checked or compiled. */
exports.loadXPath = () => {
  if (loaded === undefined) {
    loaded = require('xpath');
    repairAxes(loaded);
  }
  return loaded;
};

/**
 * The package (0.0.34) takes descendants for `following`, and loses what follows the ancestors; and a name on the axis `self`
 * and its like may be that of an attribute, where only elements count (XPath 1.0, 2.3, principal node type).
 */
function repairAxes({ PathExpr, Step, NodeTest }) {
  const { applyStep } = PathExpr;
  PathExpr.applyStep = (step, context, node) => {
    if (step.axis === Step.FOLLOWING) return following(step, context, node);
    const found = applyStep(step, context, node);
    const takesAttributes = step.axis === Step.ATTRIBUTE || step.nodeTest.type === NodeTest.NODE;
    return takesAttributes ? found : found.filter(({ nodeType }) => nodeType !== 2);
  };
}

function following(step, context, node) {
  context.contextNode = node;
  const found = [];
  // What follows an attribute are the children of its element, too.
  let next = node.ownerElement?.firstChild ?? afterAll(node.ownerElement ?? node);
  while (next !== null) {
    if (step.nodeTest.matches(next, context)) found.push(next);
    next = next.firstChild ?? afterAll(next);
  }
  return found;
}

/** The next node that is not in this one. */
function afterAll(node) {
  let at = node;
  while (at !== null && at.nextSibling === null) at = at.parentNode;
  return at === null ? null : at.nextSibling;
}
