// The HTML of every page and gallery sample, as the browser tests saw it.
module.exports = {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // templ writes <!doctype html>; HTML does not tell one case from the other.
    "doctype-style": "off",
    // The text of a mail is shown as it was written.
    "no-trailing-whitespace": "off",
  },
};
