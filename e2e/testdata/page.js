// What the harness asks a page. Runs by the debugging protocol, not as a script of the page, so it works under a strict
// CSP and with JavaScript switched off; for the latter it must stay synchronous: no promises, no timers.
(op, selector, argument) => {
  const words = (text) => text.replace(/[\s\u00a0\u202f]+/g, " ").trim();
  const shown = (element) => words(element.innerText ?? element.textContent ?? "");
  const nameOf = (element) => words(element.getAttribute("aria-label") || "") || shown(element) || words(element.value || "");
  const kinds = {
    button: "button, input[type=submit], input[type=button], summary, [role=button]",
    link: "a[href]",
    label: "label, legend",
  };
  const visible = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility === "visible";
  };

  // find understands CSS and, as a person would say it, "button:Save", "link:Pricing", "label:Monthly limit" (the
  // field that belongs to the label). Of several matches a visible one wins.
  const find = () => {
    const spoken = /^(button|link|label):(.*)$/s.exec(selector);
    let all;
    if (spoken) {
      const name = words(spoken[2]);
      const candidates = [...document.querySelectorAll(kinds[spoken[1]])];
      all = candidates.filter((e) => nameOf(e) === name);
      if (all.length === 0) all = candidates.filter((e) => nameOf(e).startsWith(name)); // a hint or figure follows the name
      if (spoken[1] === "label") all = all.map((e) => e.control).filter(Boolean);
    } else {
      all = [...document.querySelectorAll(selector)];
    }
    return all.find(visible) || all[0] || null;
  };

  const describe = (element) => {
    const id = element.id ? "#" + element.id : "";
    const classes = typeof element.className === "string" && element.className ? "." + words(element.className).replaceAll(" ", ".") : "";
    return "<" + element.tagName.toLowerCase() + id + classes + ">";
  };

  // point is where a finger would press the element, or why it could not.
  const point = (element) => {
    const target = visible(element) ? element : [...(element.labels || [])].find(visible);
    if (!target) return { why: "is not visible" };
    if (element.matches(":disabled") || element.getAttribute("aria-disabled") === "true") return { why: "is disabled" };
    const inView = (b) => b.top >= 0 && b.bottom <= innerHeight && b.left >= 0 && b.right <= innerWidth;
    if (!inView(target.getBoundingClientRect())) target.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const box = target.getClientRects()[0];
    const x = box.left + box.width / 2;
    const y = box.top + box.height / 2;
    const hit = document.elementFromPoint(x, y);
    const label = hit && hit.closest("label");
    if (!hit || !(target.contains(hit) || hit.contains(target) && hit.closest("a, button, label") || label && label.control === element)) {
      return { why: "is covered by " + (hit ? describe(hit) : "nothing on the screen") };
    }
    return { ok: true, x, y };
  };

  // prepare makes a field ready for typing over what it holds; what cannot be typed (a choice, a date) is set here.
  const prepare = (element) => {
    if (element.matches(":disabled, [readonly]")) return { why: "is disabled or read-only" };
    if (element.tagName === "SELECT") {
      const option = [...element.options].find((o) => o.value === argument || words(o.text) === words(argument));
      if (!option) return { why: "has no option " + JSON.stringify(argument) };
      element.value = option.value;
    } else if (/^(date|time|month|week|datetime-local|range|color)$/.test(element.type)) {
      element.value = argument;
    } else if (typeof element.select === "function") {
      element.focus();
      element.select();
      return { ok: document.activeElement === element, why: "does not take the focus", typed: true };
    } else {
      return { why: "is no field" };
    }
    element.dispatchEvent(new Event("input", { bubbles: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
    return { ok: true };
  };

  // submitter is the button that sends the form the element belongs to, marked so that a click can find it.
  const submitter = (element) => {
    const form = element.closest("form") || element.querySelector("form");
    const button = form && [...form.elements].find((e) => e.type === "submit" && visible(e));
    return button ? point(button) : { why: "belongs to no form with a visible submit button" };
  };

  if (op === "body") return { ok: true, text: words(document.body ? document.body.innerText : "") };
  if (op === "html") return { ok: true, text: document.documentElement.outerHTML };
  if (op === "url") return { ok: true, text: location.href };
  if (op === "count") return { ok: true, count: document.querySelectorAll(selector).length };
  const element = find();
  if (!element) return { why: "is not on the page", absent: true };
  switch (op) {
    case "visible": return visible(element) ? { ok: true } : { why: "is not visible", absent: true };
    case "point": return point(element);
    case "prepare": return prepare(element);
    case "submitter": return submitter(element);
    case "checked": return { ok: element.checked === true, why: "is not chosen" };
    case "text": return { ok: true, text: shown(element) };
    case "value": return { ok: true, text: String(element.value) };
    case "attribute": return element.hasAttribute(argument) ? { ok: true, text: element.getAttribute(argument) } : { why: "has no attribute " + argument };
  }
  throw new Error("unknown question " + op);
}
