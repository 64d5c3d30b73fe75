// Passkeys, and the browser's time zone for set-up. Pages without it still offer the password.
(() => {
  const decode = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
  const encode = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = list => (list || []).map(one => ({...one, id: decode(one.id)}));

  const post = async (address, body) => {
    const answer = await fetch(address, {method: "POST", headers: {"Content-Type": "application/json"}, body: body && JSON.stringify(body)});
    if (answer.redirected) { location.assign(answer.url); throw new Error("sign in again"); }
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };

  const make = options => navigator.credentials.create({publicKey: {...options.publicKey, challenge: decode(options.publicKey.challenge),
    user: {...options.publicKey.user, id: decode(options.publicKey.user.id)}, excludeCredentials: named(options.publicKey.excludeCredentials)}});
  const use = options => navigator.credentials.get({publicKey: {...options.publicKey, challenge: decode(options.publicKey.challenge),
    allowCredentials: named(options.publicKey.allowCredentials)}});

  const written = credential => {
    const {response} = credential, out = {clientDataJSON: encode(response.clientDataJSON)};
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) if (response[part]) out[part] = encode(response[part]);
    if (response.getTransports) out.transports = response.getTransports();
    return {id: credential.id, rawId: encode(credential.rawId), type: credential.type, response: out, clientExtensionResults: credential.getClientExtensionResults()};
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-passkey]")) {
      if (!window.PublicKeyCredential) continue;
      button.hidden = false;
      const failed = document.getElementById(button.dataset.failed);
      button.addEventListener("click", async () => {
        failed.hidden = true;
        button.disabled = true;
        try {
          const options = await post(button.dataset.begin);
          const credential = await (button.dataset.passkey === "make" ? make : use)(options);
          location.assign((await post(button.dataset.end, written(credential))).to);
        } catch (problem) {
          failed.hidden = false;
          button.disabled = false;
        }
      });
    }
    const zone = document.querySelector("input[data-zone]");
    if (zone && zone.value === "UTC") zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  });
})();
