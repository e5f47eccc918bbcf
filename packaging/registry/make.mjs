// server.json for the registry: the package's own, and the bundle with its hash. Arguments: SOURCE VERSION SHA256 TARGET.
import { readFileSync, writeFileSync } from "node:fs";

const [source, version, sha256, target] = process.argv.slice(2);
const server = JSON.parse(readFileSync(source, "utf8"));
server.version = version;
for (const entry of server.packages) entry.version = version;
server.packages.push({
  registryType: "mcpb",
  identifier: `https://github.com/cryptomcp/cryptomcp/releases/download/v${version}/cryptomcp-${version}.mcpb`,
  version,
  fileSha256: sha256,
  transport: { type: "stdio" },
});
writeFileSync(target, JSON.stringify(server, null, 2) + "\n");
