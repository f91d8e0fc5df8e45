// The HTTP side: what reaches Better Auth, and from whom it seems to come.

import { createServer } from "node:http";
import { BlockList, isIPv6 } from "node:net";
import { toNodeHandler } from "better-auth/node";
import { log } from "./log.js";

const maxBody = 64 * 1024; // bytes; the largest real one is a few hundred

/** Returns a server for /api/auth; anything else is not found. */
export function createHTTP(auth, trustedProxies) {
  const handle = toNodeHandler(auth);
  const neighbours = blockList(trustedProxies);
  const server = createServer((request, response) => {
    const refusal = refuse(request);
    if (refusal) return answer(response, ...refusal);
    setClientAddress(request, neighbours);
    handle(request, response).catch((error) => {
      log("error", "request failed", { error: error.message, path: pathOf(request) });
      if (!response.headersSent) answer(response, 500, "INTERNAL_SERVER_ERROR", "Something went wrong here.");
      else response.destroy();
    });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  server.keepAliveTimeout = 65_000; // longer than a gateway keeps its side
  return server;
}

function refuse(request) {
  if (!pathOf(request).startsWith("/api/auth/")) return [404, "NOT_FOUND", "There is nothing at this address."];
  if (request.headers["transfer-encoding"]) return [411, "LENGTH_REQUIRED", "Send the length of the body."];
  if (Number(request.headers["content-length"] ?? 0) > maxBody) {
    return [413, "PAYLOAD_TOO_LARGE", `The body is larger than ${maxBody} bytes.`];
  }
  return undefined;
}

// Limits are counted by client address. Only a trusted neighbour may tell it;
// from anybody else the header would be a way around the limits.
function setClientAddress(request, neighbours) {
  const remote = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  const trusted = neighbours.check(remote, isIPv6(remote) ? "ipv6" : "ipv4");
  if (!trusted || !request.headers["x-forwarded-for"]) request.headers["x-forwarded-for"] = remote;
}

function blockList(ranges) {
  const list = new BlockList();
  for (const range of ranges) {
    const [address, prefix] = range.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (prefix) list.addSubnet(address, Number(prefix), family);
    else list.addAddress(address, family);
  }
  return list;
}

// The connection ends with the answer: what is left of the body is not read.
function answer(response, status, code, message) {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ code, message }));
}

function pathOf(request) {
  return request.url.split("?", 1)[0];
}
