// What the pages do with JavaScript beyond htmx. Everything works without it.
(() => {
  "use strict";

  // A form with errors: its summary takes the focus, after a load and after a swap.
  const focusSummary = (root) => {
    const summary = root.querySelector("[data-focus]");
    if (summary) summary.focus();
    return Boolean(summary);
  };

  // A link of an error summary leads into the field, not only to it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  });

  // A menu closes when one clicks elsewhere, or presses Escape.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // A form that is being sent says so. The server stops a double submit; this is courtesy.
  const busy = (form, on) => {
    if (!form || !form.matches || !form.matches("form")) return;
    form.toggleAttribute("data-busy", on);
    for (const button of form.querySelectorAll("button[type=submit]")) {
      if (on) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  };
  document.addEventListener("submit", (event) => {
    if (event.target.hasAttribute("data-busy")) event.preventDefault();
    else if (!event.target.hasAttribute("hx-post") && event.target.method === "post") busy(event.target, true);
  }, true);
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach((form) => busy(form, false)));

  document.addEventListener("htmx:before:request", (event) => busy(event.target, true));
  document.addEventListener("htmx:finally:request", (event) => busy(event.target, false));

  // After a form's swap the focus goes to what has to be mended or answered in it, else to its heading if the button that had
  // it is gone. Other swaps (live figures) leave the focus alone.
  document.addEventListener("htmx:after:swap", (event) => {
    const ctx = (event.detail && event.detail.ctx) || {};
    if (!ctx.request) return;
    if (ctx.request.method !== "POST") {
      if (!(ctx.sourceElement instanceof HTMLFormElement)) return;
      // a form that only asks, such as the calculator: its question is the address, to be kept, sent and reloaded
      history.replaceState(null, "", "?" + new URLSearchParams(new FormData(ctx.sourceElement)));
    }
    const target = ctx.target instanceof Element ? ctx.target : document.body; // an answer may take the whole page
    const section = (target.id && document.getElementById(target.id)) || target;
    if (focusSummary(section) || document.activeElement !== document.body) return;
    const heading = section.querySelector("h1, h2, h3") || section;
    heading.setAttribute("tabindex", "-1");
    heading.focus({ preventScroll: true });
  });

  // An answer that never came, or one the server could not give, is said in the page.
  const failed = () => {
    const words = document.getElementById("offline");
    const region = document.getElementById("flash");
    if (!words || !region) return;
    region.replaceChildren(words.content.cloneNode(true));
    region.scrollIntoView({ block: "center" });
  };
  document.addEventListener("htmx:error", (event) => {
    if (event.target.closest && event.target.closest("form")) failed();
  });
  document.addEventListener("htmx:response:error", (event) => {
    const ctx = event.detail && event.detail.ctx;
    if (ctx && ctx.response && ctx.response.status >= 500 && event.target.id !== "live") failed();
  });

  // Documents offer to print themselves; without JavaScript the browser's own menu does.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  focusSummary(document);
})();
