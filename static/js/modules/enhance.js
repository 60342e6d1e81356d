/* Small help on every page; nothing depends on it. */

const summary = document.querySelector("[data-error-summary]");
summary?.focus();

/* A link of the error summary leads to the field and puts the cursor in it. */
summary?.addEventListener("click", (event) => {
  const target = document.getElementById(event.target.hash?.slice(1) ?? "");
  const control = target?.matches("input,select,textarea") ? target : target?.querySelector("input,select,textarea");
  if (!control) return;
  event.preventDefault();
  (control.closest("fieldset,.govuk-form-group") ?? control).scrollIntoView();
  control.focus({ preventScroll: true });
});

/* Ask before what cannot be undone. The words come from the page, the buttons from its <template>. */
const ask = (form, submitter) => {
  const template = document.getElementById("confirm-dialog");
  if (!template || !window.HTMLDialogElement) return false;
  const dialog = template.content.firstElementChild.cloneNode(true);
  dialog.querySelector("p").textContent = form.dataset.confirm;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return submitter?.focus();
    form.dataset.confirmed = "";
    form.requestSubmit(submitter);
  });
  document.body.append(dialog);
  dialog.showModal();
  return true;
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !("confirmed" in form.dataset) && ask(form, event.submitter)) {
    event.preventDefault();
    return;
  }
  delete form.dataset.confirmed;
  if (event.defaultPrevented || form.method !== "post") return;
  /* A second press while the first is under way is the same press. */
  if ("sent" in form.dataset) return event.preventDefault();
  form.dataset.sent = "";
  /* What was not sent yet belongs to the account that leaves. */
  if (new URL(form.action).pathname === "/sign-out") globalThis.indexedDB?.deleteDatabase("th-viewing");
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 5000);
  delete form.dataset.unsaved;
});

const release = (form) => {
  delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
};
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

/* Leaving with something unsaved asks first, where the form wants it. A script that saves by itself
   removes data-unsaved. */
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && "guardUnsaved" in form.dataset) form.dataset.unsaved = "";
});
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-unsaved]")) event.preventDefault();
});

/* Show what is typed into a password field, and hide it again before it is sent. */
const conceal = (button) => {
  const field = document.getElementById(button.dataset.reveals);
  if (!field || field.type === "password") return;
  field.type = "password";
  [button.textContent, button.dataset.conceal] = [button.dataset.conceal, button.textContent];
};
for (const button of document.querySelectorAll("[data-reveals]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.reveals);
    if (field.type === "text") return conceal(button);
    field.type = "text";
    [button.textContent, button.dataset.conceal] = [button.dataset.conceal, button.textContent];
  });
  button.form?.addEventListener("submit", () => conceal(button));
}

/* A page that is to be printed has a button for it, where scripts run. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

/* The service worker sends what this account watched offline. */
const signedIn = document.querySelector("[data-signed-in]")?.dataset.signedIn;
if (signedIn) navigator.serviceWorker?.controller?.postMessage({ signedIn });
