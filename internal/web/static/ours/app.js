// What the pages do besides working without any script:
//
//   - a form with data-autosave saves what is typed, field by field
//   - a link's secret moves from the address into the form on /adgang
//   - buttons that copy and print
//   - the effective hours, while hours and percent are typed
//   - a warning before a session ends
//
// Every part looks for its own marks in the page and does nothing without them.
"use strict";

(function () {
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));

  function ready() {
    all(".app-script").forEach((e) => e.classList.remove("app-script"));
    all("form[data-autosave]").forEach(autosave);
    all("form[data-secret]").forEach(takeSecret);
    all("[data-copy]").forEach(copyButton);
    all("[data-print]").forEach((b) => b.addEventListener("click", () => window.print()));
    all("[data-effective]").forEach(effectiveHours);
    sessionWarning();
    if (window.DKFDS) window.DKFDS.init();
  }

  // Autosave.
  //
  // What is sent is what the form itself would send, for the changed fields
  // alone: "<id>" with the value typed and "old.<id>" with the value the page
  // was made with. The answer brings the new old values, what is wrong, letters
  // that cannot be printed, and where somebody else changed the same field: that
  // one is left alone until the person saves it with both texts in view.

  // What appears at a field moves all that is below. A button that moves away
  // between press and release is never clicked, so nothing appears meanwhile.
  // A release that nobody sees, outside the window, is not waited for long.
  let released = Promise.resolve();
  document.addEventListener(
    "pointerdown",
    () => {
      released = new Promise((done) => {
        const end = () => setTimeout(done, 0); // the click comes first
        document.addEventListener("pointerup", end, { once: true });
        document.addEventListener("pointercancel", end, { once: true });
        setTimeout(done, 2000);
      });
    },
    true
  );

  const pause = 1000; // after the last key, in milliseconds
  const again = 5000; // after a failure

  function autosave(form) {
    const state = status(form);
    const conflicts = new Set();
    // As typed, by id: what was saved, where the stored form may read otherwise.
    const kept = new Map();
    let held = null; // a submit that waits for a save under way
    let timer = 0;
    let sending = false;
    let leaving = false;
    let unanswered = null; // what was sent and may have arrived: sent again, as it was

    const olds = all('input[type=hidden][name^="old."]', form);
    const value = (id) => {
      const inputs = all("input, textarea, select", form).filter((i) => i.name === id);
      const first = inputs[0];
      if (!first) return null;
      if (first.type === "checkbox") return first.checked ? "ja" : "nej";
      if (first.type === "radio") return (inputs.find((i) => i.checked) || { value: "" }).value;
      return first.value;
    };
    const changed = () =>
      olds.filter((old) => {
        const id = old.name.slice(4);
        const now = value(id);
        if (now === null || conflicts.has(id) || kept.get(id) === now) return false;
        return now !== old.value && !(now === "nej" && old.value === "");
      });

    // newPost is what is to be saved, with a key of its own, or null.
    function newPost() {
      const fields = changed();
      if (fields.length === 0) return null;
      const body = new URLSearchParams({ once: newKey(form) });
      for (const old of fields) {
        const id = old.name.slice(4);
        body.append(old.name, old.value);
        body.append(id, value(id));
      }
      return body;
    }

    async function save() {
      clearTimeout(timer);
      if (sending || leaving) return;
      const body = unanswered || newPost();
      if (!body) return;
      sending = true;
      unanswered = body;
      const known = conflicts.size;
      let wait = pause;
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST",
          headers: { Accept: "application/json" },
          body,
          credentials: "same-origin",
          redirect: "error",
          signal: AbortSignal.timeout(20000),
        });
        if (answer.ok) {
          const told = await answer.json();
          unanswered = null;
          await released;
          take(told);
          for (const [name, text] of body) if (!name.startsWith("old.")) kept.set(name, text);
        } else if (answer.status < 500) {
          unanswered = null;
          wait = 0;
          await refused(answer);
        } else {
          throw new Error(String(answer.status));
        }
      } catch (e) {
        state.trouble("Ikke gemt endnu. Vi prøver igen. Luk ikke siden.");
        wait = again;
      }
      sending = false;
      if (held) {
        const { submitter } = held;
        held = null;
        unanswered = null; // it was tried once more: the form has it all
        // A conflict that came just now is to be seen before it is decided.
        if (conflicts.size === known) form.requestSubmit(submitter);
        return;
      }
      if (wait && (unanswered || changed().length > 0)) timer = setTimeout(save, wait);
    }

    async function refused(answer) {
      if (answer.status === 401 || answer.status === 410) {
        // Typing on is safe: the button posts it all, and it is kept.
        state.trouble("Ikke gemt: du er logget af. Tryk på knappen nederst for at logge ind igen. Det, du har skrevet, følger med.");
        return;
      }
      const told = await answer.json().catch(() => ({}));
      state.trouble("Ikke gemt: " + (told.detail || "siden er ændret. Åbn den igen."));
    }

    function take(answer) {
      for (const [id, field] of Object.entries(answer.fields)) {
        const old = olds.find((o) => o.name === "old." + id);
        if (old && !field.conflict) old.value = field.old;
        note(form, id, "warning", field.warning || "");
        note(form, id, "error", field.error || "");
        if (field.conflict !== undefined) {
          conflicts.add(id);
          conflict(form, id, field);
          if (old) old.value = field.old;
        }
      }
      if (conflicts.size) state.trouble("Et felt er ændret af flere på samme tid. Se ved feltet.");
      else state.saved(answer.at);
    }

    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(save, pause);
    });
    form.addEventListener("change", save);
    // A save under way brings new old values: posted without them, the form
    // would disagree with its own save.
    form.addEventListener("submit", (event) => {
      if (sending || unanswered) {
        event.preventDefault();
        held = { submitter: event.submitter };
        save();
        return;
      }
      leaving = true;
    });
    document.addEventListener("visibilitychange", () => document.hidden && save());
    window.addEventListener("pageshow", () => (leaving = false));
    window.addEventListener("beforeunload", (event) => {
      if (!leaving && (sending || unanswered || conflicts.size > 0 || changed().length > 0)) event.preventDefault();
    });
  }

  // newKey is the key of one post, made as the server makes those of forms: the
  // hour, which is the form's own, since this clock may be wrong, and chance.
  function newKey(form) {
    const random = crypto.getRandomValues(new Uint8Array(16));
    const hour = form.elements.once ? form.elements.once.value.slice(0, 8) : "";
    return hour + Array.from(random, (b) => b.toString(16).padStart(2, "0")).join("");
  }

  // status is the line that says when it was saved, read aloud politely.
  function status(form) {
    const line = document.createElement("p");
    line.className = "app-saved d-print-none";
    line.setAttribute("role", "status");
    (form.querySelector("[data-saved]") || form).append(line);
    return {
      saved(text) {
        line.classList.remove("app-trouble");
        line.textContent = text;
      },
      trouble(text) {
        line.classList.add("app-trouble");
        if (line.textContent !== text) line.textContent = text;
      },
    };
  }

  // note shows or removes a text at a field, and keeps aria-describedby true.
  function note(form, id, kind, text) {
    const place = form.querySelector('[data-field="' + CSS.escape(id) + '"]');
    if (!place) return;
    const noteId = id + "-" + kind;
    const input = document.getElementById(id);
    let element = document.getElementById(noteId);
    if (!text) {
      if (element) element.remove();
    } else {
      if (!element) {
        element = document.createElement("span");
        element.id = noteId;
        element.className = kind === "error" ? "form-error-message" : "app-warning";
        const group = place.querySelector(".form-group, .form-group-checkbox") || place;
        if (kind === "error") group.insertBefore(element, group.querySelector(".form-input-wrapper, input, textarea, select"));
        else group.append(element);
      }
      if (element.textContent !== text) element.textContent = text;
    }
    const group = place.querySelector(".form-group");
    if (group && kind === "error") group.classList.toggle("form-error", Boolean(text));
    if (!input) return;
    if (kind === "error") {
      if (text) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    const ids = (input.getAttribute("aria-describedby") || "").split(" ").filter((x) => x && x !== noteId);
    if (text) ids.push(noteId);
    if (ids.length) input.setAttribute("aria-describedby", ids.join(" "));
    else input.removeAttribute("aria-describedby");
  }

  // conflict shows the other's text above the field. Saving with the button
  // keeps one's own; reloading the page takes the other's.
  function conflict(form, id, field) {
    const place = form.querySelector('[data-field="' + CSS.escape(id) + '"]');
    if (!place || document.getElementById(id + "-conflict")) return;
    const box = document.createElement("div");
    box.id = id + "-conflict";
    box.className = "alert alert-warning app-conflict";
    box.setAttribute("role", "alert");
    const body = document.createElement("div");
    body.className = "alert-body";
    const add = (tag, text, name) => {
      const e = document.createElement(tag);
      e.textContent = text;
      if (name) e.className = name;
      body.append(e);
      return e;
    };
    add("p", "I har begge ændret dette felt", "alert-heading");
    add("p", "Nu er der gemt det, " + (field.by || "en anden") + " skrev:", "alert-text");
    add("blockquote", field.conflict || "(tomt)", "app-value");
    add("p", "Din egen tekst står i feltet og er ikke gemt. Tryk på knappen nederst, hvis din tekst skal gælde.", "alert-text");
    const use = add("button", "Brug den andens tekst", "button button-secondary");
    use.type = "submit";
    use.name = "use";
    use.value = id;
    box.append(body);
    place.prepend(box);
  }

  // The secret of a link stands behind its #, where no server and no log sees
  // it. It goes into the form, and out of the address line.
  function takeSecret(form) {
    const secret = window.location.hash.slice(1);
    if (!secret) return;
    const input = form.querySelector('input[name="token"]');
    if (!input) return;
    input.value = secret;
    window.history.replaceState(null, "", window.location.pathname);
    all("[data-without-secret]", form).forEach((e) => e.remove());
    all("[data-with-secret]", form).forEach((e) => e.removeAttribute("hidden"));
  }

  function copyButton(button) {
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    button.after(" ", told);
    button.addEventListener("click", async () => {
      const from = document.getElementById(button.dataset.copy);
      const text = from.value !== undefined ? from.value : from.textContent;
      try {
        await navigator.clipboard.writeText(text);
        told.textContent = "Kopieret";
      } catch (e) {
        if (from.select) from.select();
        else window.getSelection().selectAllChildren(from);
        told.textContent = "Markeret. Tryk Ctrl+C for at kopiere.";
      }
    });
  }

  // Effective time = minutes a week × percent / 100, rounded half up to a whole
  // minute; the server works it out again and says so too.
  function effectiveHours(output) {
    const form = output.closest("form") || document;
    const named = (id, part) => (id ? document.getElementById(id) : form.querySelector('[data-part="' + part + '"]'));
    const hours = named(output.dataset.hours, "hours");
    const percent = named(output.dataset.percent, "percent");
    if (!hours || !percent) return;
    const show = () => {
      const minutes = minutesOf(hours.value);
      const share = /^\s*\d{1,3}\s*%?\s*$/.test(percent.value) ? parseInt(percent.value, 10) : 0;
      if (minutes < 15 || minutes > 2220 || share < 1 || share > 100) {
        output.textContent = "Skriv timer og procent for at se den effektive arbejdstid.";
        return;
      }
      const effective = Math.floor((minutes * share + 50) / 100);
      output.textContent = "Effektiv arbejdstid: " + hours.value.trim() + " timer × " + share + " % = " + duration(effective) + " om ugen.";
    };
    hours.addEventListener("input", show);
    percent.addEventListener("input", show);
    show();
  }

  function minutesOf(text) {
    const clock = text.trim().match(/^(\d{1,2}):([0-5]\d)$/);
    if (clock) return Number(clock[1]) * 60 + Number(clock[2]);
    const decimal = text.trim().match(/^(\d{1,2})(?:[.,](\d{1,4}))?$/);
    if (!decimal) return 0;
    const minutes = (Number(decimal[1]) + Number("0." + (decimal[2] || "0"))) * 60;
    return Math.abs(minutes - Math.round(minutes)) < 1e-6 ? Math.round(minutes) : 0;
  }

  function duration(minutes) {
    const h = Math.floor(minutes / 60);
    const m = minutes % 60;
    const parts = [];
    if (h) parts.push(h + (h === 1 ? " time" : " timer"));
    if (m || !h) parts.push(m + (m === 1 ? " minut" : " minutter"));
    const exact = m > 0 && minutes % 3 === 0; // 0,05 hours is 3 minutes
    return parts.join(" og ") + (exact ? " (" + String(minutes / 60).replace(".", ",").slice(0, 5) + " timer)" : "");
  }

  // sessionWarning says five minutes before that the session will end, and can
  // put it off: by asking for the page anew, as a person would.
  function sessionWarning() {
    const seconds = Number(document.body.dataset.sessionEnds || 0);
    if (!seconds) return;
    const ahead = Math.min(5 * 60, seconds / 2);
    const box = document.createElement("div");
    box.className = "alert alert-warning app-timeout d-print-none";
    box.setAttribute("role", "alert");
    const body = document.createElement("div");
    body.className = "alert-body";
    const heading = document.createElement("p");
    heading.className = "alert-heading";
    const stay = document.createElement("button");
    stay.type = "button";
    stay.className = "button button-secondary";
    stay.textContent = "Forbliv logget på";
    body.append(heading, stay);
    box.append(body);
    const arm = () => setTimeout(warn, (seconds - ahead) * 1000);
    const warn = () => {
      heading.textContent = "Du bliver snart logget af, fordi der ikke er sket noget i et stykke tid.";
      document.body.append(box);
    };
    stay.addEventListener("click", async () => {
      try {
        const answer = await fetch(window.location.href, { credentials: "same-origin", redirect: "error" });
        if (!answer.ok) throw new Error(String(answer.status));
        box.remove();
        arm();
      } catch (e) {
        heading.textContent = "Du er logget af. Tryk på sidens knap for at logge ind igen. Det, du har skrevet, følger med.";
      }
    });
    arm();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
