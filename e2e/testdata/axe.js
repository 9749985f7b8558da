// What the accessibility tests ask axe-core, which was put into the page before. With the name of a gallery sample the sample is
// fetched and takes the place of the page's body, which is much quicker than to load it; without one the page is looked at as it is.
// Answers what axe-core found, the HTML as the server sent it, and where forms post to.
async (address) => {
  const html = await (await fetch(address || location.href)).text();
  const rules = {};
  if (address) {
    const sample = new DOMParser().parseFromString(html, "text/html");
    const styled = Boolean(sample.querySelector("link[rel=stylesheet]")); // mails are not
    if (!styled) rules["color-contrast"] = { enabled: false }; // its colours are those of the reader's program
    for (const sheet of document.styleSheets) sheet.disabled = !styled;
    document.title = sample.title;
    document.documentElement.lang = sample.documentElement.lang;
    document.body.replaceWith(sample.body);
    scrollTo(0, 0);
  }
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run(document, { runOnly: tags, rules, resultTypes: ["violations"], preload: false });
  return {
    html,
    wide: document.documentElement.scrollWidth,
    found: violations.flatMap((v) => v.nodes.slice(0, 4).map((n) => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary.replace(/\s+/g, " "))),
    forms: [...document.forms].filter((f) => f.method === "post").map((f) => f.getAttribute("action")),
  };
}
