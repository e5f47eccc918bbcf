"""An agent that uses the wallet over HTTP with nothing but Python's standard library.

    cryptomcp sandbox                      (or: cryptomcp serve --http)
    python3 examples/sidecar/agent.py URL CHAIN AMOUNT RECIPIENT
    python3 examples/sidecar/agent.py http://127.0.0.1:7410/mcp sandbox "1 USDC" payee:coffee-shop
"""
import itertools
import json
import os
import sys
import time
import urllib.request

DEFAULTS = ["http://127.0.0.1:7410/mcp", "sandbox", "1 USDC", "payee:coffee-shop"]
URL, CHAIN, AMOUNT, TO = sys.argv[1:5] + DEFAULTS[len(sys.argv) - 1:]
VERSION = "2026-07-28"  # revision without handshake and sessions: every request stands alone
IDS = itertools.count(1)


def call(tool, **arguments):
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": VERSION,
        "Mcp-Method": "tools/call",
        "Mcp-Name": tool,
    }
    if token := os.environ.get("CRYPTOMCP_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    request_id = next(IDS)
    body = {
        "jsonrpc": "2.0",
        "id": request_id,
        "method": "tools/call",
        "params": {
            "name": tool,
            "arguments": arguments,
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": VERSION,
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": {"name": "example-sidecar-agent", "version": "1.0.0"},
            },
        },
    }
    with urllib.request.urlopen(urllib.request.Request(URL, json.dumps(body).encode(), headers)) as response:
        events = [json.loads(line[5:]) for line in response.read().decode().splitlines() if line.startswith("data:")]
    answer = next(event for event in events if event.get("id") == request_id)
    if "error" in answer:
        raise RuntimeError(f"{tool}: {answer['error']['message']}")
    return answer["result"]


def text(result):
    return "\n".join(part["text"] for part in result["content"])


print("Balances:", text(call("wallet_balances", chains=CHAIN)))
print("Quote:", text(call("transfer_quote", chain=CHAIN, amount=AMOUNT, to=TO)))

# The key names this wish: if the answer is lost, the same call with the same key finds the payment instead of making another.
sent = call("transfer_send", chain=CHAIN, amount=AMOUNT, to=TO, idempotency_key=f"example-{time.time_ns()}")
print("Refused:" if sent.get("isError") else "Sent:", text(sent))
sys.exit(1 if sent.get("isError") else 0)
