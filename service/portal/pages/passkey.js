// Asks a passkey or security key, and sends what it answers with the form.
"use strict";
(() => {
  const form = document.getElementById("passkey");
  const status = document.getElementById("passkey-status");
  if (!form || !status) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const key of list || []) key.id = bytes(key.id);
  }
  const ask = async () => {
    const made = form.dataset.kind === "create" ? await navigator.credentials.create({ publicKey: options }) : await navigator.credentials.get({ publicKey: options });
    const response = { clientDataJSON: text(made.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = text(made.response[name]);
    }
    if (made.response.getTransports) response.transports = made.response.getTransports();
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: made.getClientExtensionResults() });
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!window.PublicKeyCredential) {
      status.textContent = "This browser cannot use passkeys.";
      return;
    }
    const button = form.querySelector("button");
    button.disabled = true;
    status.textContent = "Follow what your browser asks.";
    try {
      form.elements.credential.value = await ask();
      status.textContent = "";
      form.submit();
    } catch (cause) {
      status.textContent = cause.name === "InvalidStateError" ? "This key is registered already." : "The key did not answer. Try again.";
      button.disabled = false;
      button.focus();
    }
  });
})();
