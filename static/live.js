// The usage page follows the meter: a stream brings the sections that changed. The bar below the status says as of when the page
// is, and shows of itself what belongs to the state the stream is in.
(() => {
  "use strict";

  const silence = 45e3; // the server gives a sign of life every 15 seconds
  const sayEvery = 30e3;

  const changed = (field) => {
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    return field.type !== "hidden" && field.tagName !== "SELECT" && field.value !== field.defaultValue;
  };
  // Somebody is in the middle of something there: typing, mending, answering a question, sending.
  const unfinished = (section) => {
    const at = document.activeElement;
    return (section.contains(at) && at.matches("input, select, textarea")) ||
      Boolean(section.querySelector("[data-focus], [data-busy]")) ||
      [...section.querySelectorAll("input, textarea")].some(changed);
  };

  const follow = (bar) => {
    let state = "off", connection = null, over = false, slow = 0, silent = 0, again = 0;

    // One short line is read out, at most every 30 seconds.
    const region = bar.querySelector("[data-live-said]");
    const words = () => [...document.querySelectorAll("#status .status-title, #status .status-lines > :first-child")]
      .map((line) => line.textContent.trim()).join(" ");
    let known = words(), saidAt = 0, toSay = 0;
    const say = () => {
      if (toSay || words() === known) return;
      toSay = setTimeout(() => {
        toSay = 0;
        saidAt = Date.now();
        region.textContent = known = words();
      }, Math.max(0, saidAt + sayEvery - Date.now()));
    };

    const show = (next) => {
      if (next === state) return;
      const had = bar.contains(document.activeElement);
      state = next;
      for (const part of bar.querySelectorAll("[data-live]")) part.hidden = !part.dataset.live.split(" ").includes(state);
      const word = bar.querySelector(`.live-word[data-live="${state}"]`);
      region.textContent = word ? word.textContent.trim() : "";
      const button = bar.querySelector("button:not([hidden])");
      if (had && button) button.focus();
    };
    const calm = () => {
      for (const timer of [slow, silent, again]) clearTimeout(timer);
      slow = silent = again = 0;
    };
    const connect = () => {
      calm();
      over = false;
      if (!connection && bar.isConnected) htmx.trigger(bar, "live:connect");
    };
    const hangUp = () => { if (connection && connection.reader) connection.reader.cancel().catch(() => {}); };
    const end = (next) => { over = true; calm(); show(next); hangUp(); };
    // A stream that broke for a moment is not worth a word; a hidden page follows nothing.
    const broke = () => {
      clearTimeout(silent);
      slow = slow || setTimeout(() => { slow = 0; if (!over && !document.hidden) show("lost"); }, 2000);
    };
    const heard = () => {
      calm();
      silent = setTimeout(() => { if (!document.hidden) { show("lost"); hangUp(); } }, silence);
      show("on");
      say();
    };
    // The first connection failed: it is tried again here, later ones by the extension.
    const retry = (status) => {
      if (status === 401) return end("over");
      broke();
      again = again || setTimeout(connect, 5e3 + Math.random() * 10e3);
    };

    bar.addEventListener("htmx:sse:before:connection", (event) => {
      if (over) return event.preventDefault();
      connection = event.detail.connection;
      if (connection.attempt > 0) broke();
    });
    bar.addEventListener("htmx:sse:before:message", (event) => {
      if (!over) return;
      event.preventDefault();
      hangUp();
    });
    bar.addEventListener("htmx:sse:after:message", (event) => { if (!event.detail.message.event) heard(); });
    bar.addEventListener("htmx:sse:error", (event) => { if (event.detail.status === 401) end("over"); else broke(); });
    bar.addEventListener("htmx:sse:close", () => {
      connection = null;
      if (!over) retry();
    });
    bar.addEventListener("live:end", () => { over = true; calm(); show("elsewhere"); });
    bar.addEventListener("htmx:response:error", (event) => retry(event.detail.ctx.response.status));
    bar.addEventListener("htmx:error", () => retry());
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-live-do]");
      if (!button) return;
      if (button.dataset.liveDo === "pause") return end("paused");
      show("on");
      connect();
    });

    // What comes for a section in which somebody is busy waits; the next event that comes when they are done takes it along.
    const waiting = new Map();
    document.addEventListener("htmx:before:swap", (event) => {
      const tasks = event.detail.tasks;
      for (const task of tasks) if (task.target) waiting.delete(task.target.id);
      if (event.target !== bar) return;
      for (const [id, task] of waiting) {
        task.target = document.getElementById(id);
        tasks.push(task);
      }
      waiting.clear();
      for (const task of tasks.splice(0)) {
        if (task.target && unfinished(task.target)) waiting.set(task.target.id, task);
        else tasks.push(task);
      }
    });
  };
  const followed = new WeakSet();
  const followBar = () => {
    const bar = document.getElementById("live");
    if (!bar || followed.has(bar) || !bar.hasAttribute("hx-sse:connect")) return;
    followed.add(bar);
    follow(bar);
  };
  document.addEventListener("htmx:after:swap", followBar); // an answer may have taken the whole page
  followBar();
})();
