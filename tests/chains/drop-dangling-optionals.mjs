// `npm ci` fails on a lock file that names an optional package which has no entry of its own (a platform package that the
// registry did not have). This removes such names from both lock files; run it after every `npm install` that changes them.
import { readFileSync, writeFileSync } from 'node:fs';

function isInstalledFor(packages, owner, name) {
  for (let at = owner; ;) {
    if (packages[(at ? at + '/' : '') + 'node_modules/' + name]) return true;
    if (!at) return false;
    const parent = at.lastIndexOf('/node_modules/');
    at = parent < 0 ? '' : at.slice(0, parent);
  }
}

for (const folder of ['../chains', '../clients']) {
  const file = new URL(`${folder}/package-lock.json`, import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  for (const [owner, entry] of Object.entries(lock.packages)) {
    delete entry.resolved;
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (isInstalledFor(lock.packages, owner, name)) continue;
      delete entry.optionalDependencies[name];
      console.log(`${folder}: ${owner || '(root)'} no longer names ${name}`);
    }
    if (entry.optionalDependencies && Object.keys(entry.optionalDependencies).length === 0) delete entry.optionalDependencies;
  }
  writeFileSync(file, JSON.stringify(lock, null, 2) + '\n');
}
