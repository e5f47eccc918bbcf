'use strict';
// Refuses, freezes, enrolls, and carries a passkey's answer to the guard, which alone decides whether it counts.
(() => {
  const token = document.querySelector('meta[name="page-token"]').content;
  // …/KEY/ from …/KEY/, …/KEY/enroll and …/KEY/approvals/ID.
  const root = location.pathname.split('/').slice(0, 2).join('/') + '/';

  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

  async function post(path, body) {
    const answer = await fetch(root + path, {
      method: 'POST', cache: 'no-store', credentials: 'omit', redirect: 'error',
      headers: { 'Content-Type': 'application/json', 'CryptoMcp-Page': token }, body: JSON.stringify(body),
    });
    if (answer.ok) return answer.json();
    if (answer.status === 403) throw new Error('This page is from before the guard was started. Reload it.');
    const problem = await answer.json().catch(() => null);
    throw new Error(problem ? `${problem.problem} ${problem.next}` : `The guard answered ${answer.status}.`);
  }

  const assertion = credential => ({
    credential_id: text(credential.rawId), client_data: text(credential.response.clientDataJSON),
    authenticator_data: text(credential.response.authenticatorData), signature: text(credential.response.signature),
  });

  const ask = (challenge, keys) => navigator.credentials.get({ publicKey: {
    challenge: bytes(challenge), rpId: 'localhost', userVerification: 'required', timeout: 120000,
    allowCredentials: keys.map(id => ({ type: 'public-key', id: bytes(id) })),
  } }).then(assertion);

  async function enroll() {
    const code = location.hash.slice(1);
    const options = await post('enroll/begin', { code });
    const made = await navigator.credentials.create({ publicKey: {
      challenge: bytes(options.create), rp: { id: 'localhost', name: 'CryptoMcp guard' },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name: 'owner', displayName: 'Owner of this wallet' },
      pubKeyCredParams: [-7, -8, -257].map(alg => ({ type: 'public-key', alg })),
      excludeCredentials: options.known.map(id => ({ type: 'public-key', id: bytes(id) })),
      authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' }, attestation: 'none', timeout: 120000,
    } });
    const registration = {
      credential_id: text(made.rawId), client_data: text(made.response.clientDataJSON),
      authenticator_data: text(made.response.getAuthenticatorData()), public_key: text(made.response.getPublicKey()),
      algorithm: made.response.getPublicKeyAlgorithm(),
    };
    const proof = await ask(options.prove, [registration.credential_id]);
    const done = await post('enroll/finish', { code, registration, proof });
    history.replaceState(null, '', location.pathname);
    return done;
  }

  function confirmed(title, explanation, button) {
    const dialog = document.createElement('dialog');
    dialog.setAttribute('aria-labelledby', 'dialog-title');
    const heading = Object.assign(document.createElement('h2'), { id: 'dialog-title', textContent: title });
    const words = Object.assign(document.createElement('p'), { textContent: explanation });
    const actions = Object.assign(document.createElement('div'), { className: 'actions' });
    const no = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Go back' });
    const yes = Object.assign(document.createElement('button'), { type: 'button', textContent: button, className: 'danger' });
    actions.append(no, yes);
    dialog.append(heading, words, actions);
    document.body.append(dialog);
    dialog.showModal();
    return new Promise(resolve => {
      yes.addEventListener('click', () => dialog.close('yes'));
      no.addEventListener('click', () => dialog.close());
      dialog.addEventListener('close', () => { resolve(dialog.returnValue === 'yes'); dialog.remove(); });
    });
  }

  const actions = {
    approve: (button, card) => ask(button.dataset.challenge, button.dataset.keys.split(' '))
      .then(answer => post('approve', { approval_id: card.dataset.approval, sha256: button.dataset.sha256, assertion: answer })),
    refuse: (button, card) => post('refuse', { approval_id: card.dataset.approval }),
    freeze: async () => await confirmed('Freeze all spending?', 'Nothing is signed until you end it in a terminal.', 'Freeze') ? post('freeze', {}) : null,
    'policy-cancel': () => post('policy/cancel', {}),
    enroll,
  };

  let busy = false;
  document.addEventListener('click', async event => {
    const button = event.target.closest('button[data-action]');
    if (!button || busy) return;
    const card = button.closest('.card, .banner');
    const outcome = card.querySelector('.outcome');
    const buttons = card.querySelectorAll('button');
    busy = true;
    buttons.forEach(one => { one.disabled = true; });
    outcome.classList.remove('bad');
    outcome.textContent = button.dataset.action === 'approve' ? 'Waiting for your passkey …' : '';
    try {
      const done = await actions[button.dataset.action](button, card);
      outcome.textContent = done ? done.message : '';
      if (done) { shown = await version() || shown; setTimeout(renew, 1500); } else { buttons.forEach(one => { one.disabled = false; }); button.focus(); }
    } catch (problem) {
      outcome.classList.add('bad');
      outcome.textContent = problem.name === 'NotAllowedError' ? 'The passkey did not answer. Nothing was approved.' : problem.message;
      buttons.forEach(one => { one.disabled = false; });
      button.focus();
    } finally {
      busy = false;
    }
  });

  // The page renews itself when something has changed, but never while somebody is about to answer.
  const version = () => fetch(root + 'version', { cache: 'no-store', credentials: 'omit' }).then(a => a.ok ? a.json() : null).then(a => a && a.version).catch(() => null);
  let shown = document.querySelector('meta[name="page-version"]').content;
  async function renew() {
    if (busy || document.querySelector('dialog[open]') || location.pathname.endsWith('/enroll')) return;
    const answer = await fetch(location.href, { cache: 'no-store', credentials: 'omit' }).catch(() => null);
    if (!answer || !answer.ok || busy) return;
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const focused = document.activeElement && document.activeElement.closest('[data-approval]');
    const action = focused && document.activeElement.dataset.action;
    const open = [...document.querySelectorAll('[data-approval] details[open]')].map(one => one.closest('[data-approval]').dataset.approval);
    if (document.title !== next.title) document.getElementById('announcer').textContent = next.title;
    document.title = next.title;
    shown = next.querySelector('meta[name="page-version"]').content;
    document.querySelector('main').replaceChildren(...document.importNode(next.querySelector('main'), true).childNodes);
    open.forEach(id => document.querySelector(`[data-approval="${id}"] details`)?.setAttribute('open', ''));
    if (focused) document.querySelector(`[data-approval="${focused.dataset.approval}"] [data-action="${action}"]`)?.focus();
    countdown();
  }
  async function look() {
    const now = await version();
    // After a restart of the guard the token and the challenges of this page are worth nothing.
    if (now && now.split('.')[0] !== shown.split('.')[0] && !busy) { location.reload(); return; }
    if (now && now !== shown) await renew();
  }

  function countdown() {
    for (const time of document.querySelectorAll('time[data-countdown]')) {
      const left = Math.round((new Date(time.dateTime) - Date.now()) / 1000);
      time.textContent = left <= 0 ? 'now' : left < 90 ? `in ${left} s` : left < 5400 ? `in ${Math.round(left / 60)} min` : new Date(time.dateTime).toLocaleString();
    }
  }

  countdown();
  setInterval(countdown, 1000);
  setInterval(look, 2000);
  look();
})();
